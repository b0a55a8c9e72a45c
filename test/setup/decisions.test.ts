/** The list of decisions: each number once, and every file in the index under its own title. */
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { assert } from 'chai'

const folder = fileURLToPath(new URL('../../docs/adr/', import.meta.url))
const files = readdirSync(folder).filter((name) => name !== 'README.md')

const titleOf = (file: string): { readonly number: string; readonly title: string } => {
  const [, number = '', title = ''] =
    /^# (\d+)\. (.+)$/m.exec(readFileSync(join(folder, file), 'utf8').split('\n', 1)[0] ?? '') ?? []
  return { number, title }
}

describe('Decisions', () => {
  it('no two decisions have the same number, and none is left out', () => {
    const numbers = files.map((file) => Number(file.slice(0, 4))).sort((one, other) => one - other)
    assert.deepEqual(
      numbers,
      numbers.map((_, at) => at + 1),
    )
  })

  it('the number of the file is that of its title', () => {
    for (const file of files) assert.equal(Number(titleOf(file).number), Number(file.slice(0, 4)), file)
  })

  it('the index names every decision by its title, and no other', () => {
    const index = readFileSync(join(folder, 'README.md'), 'utf8')
    const rows = [...index.matchAll(/^\| (\d+)\s*\| \[(.+)\]\((.+\.md)\)\s*\|$/gm)]
    assert.deepEqual(
      rows.map(([, number, title, file]) => ({ number, title, file })),
      files.sort().map((file) => ({ ...titleOf(file), file })),
    )
  })

  it('every decision that a document names is there', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url))
    const named = ['README.md', 'CHANGELOG.md', 'ARCHITECTURE.md', 'docs/threat-model.md'].flatMap((each) =>
      Array.from(readFileSync(join(root, each), 'utf8').matchAll(/docs\/adr\/(\d{4}-[a-z-]+\.md)/g)),
    )
    assert.isNotEmpty(named)
    for (const [, file] of named) assert.include(files, file)
  })
})
