/** The recipes of `docs/clients/` and `docs/deployment/`: their code is that of the files which the tests run, copied in by `mien docs`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'

export interface Recipe {
  readonly path: string
  readonly text: string
}

const languages: Readonly<Record<string, string>> = {
  '.mjs': 'js',
  '.js': 'js',
  '.html': 'html',
  '.shtml': 'html',
  '.yaml': 'yaml',
  '.py': 'python',
  '.rb': 'ruby',
  '.conf': 'apache',
  '.sh': 'sh',
  'nginx.conf': 'nginx',
  Caddyfile: 'caddyfile',
  Containerfile: 'dockerfile',
}

/** A line that names a file, and the block of code after it, whatever it says now. */
const copiedBlock = /^<!-- copied from (\S+) -->\n\n```[^\n]*\n[\s\S]*?^```$/gm

/**
 * @param root of the project
 * @returns every recipe as it should be
 * @throws {Error} where one names a file that is not there
 */
export function recipes(root: string): readonly Recipe[] {
  return [join('docs', 'clients'), join('docs', 'deployment')].flatMap((folder) => {
    if (!existsSync(join(root, folder))) return []
    return readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => {
        const path = join(folder, name)
        return { path, text: withCopies(readFileSync(join(root, path), 'utf8'), root) }
      })
  })
}

function withCopies(text: string, root: string): string {
  return text.replace(copiedBlock, (_block, file: string) => {
    const code = readFileSync(join(root, file), 'utf8').trimEnd()
    // A longer fence than any in the code would be needed otherwise; no app has one.
    if (code.includes('```')) throw new Error(`${file} has a fence of its own`)
    return `<!-- copied from ${file} -->\n\n\`\`\`${languages[basename(file)] ?? languages[extname(file)] ?? ''}\n${code}\n\`\`\``
  })
}
