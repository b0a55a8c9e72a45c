/** Transcripts of the command line: kept as text that people can read, run again, and compared word for word. */
import { assert } from 'chai'
import { readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Said, Step, Throwaway } from './throwaway.ts'

/** What differs from run to run, and what stands for it. */
const moving: readonly (readonly [RegExp, string])[] = [
  // Of the machine.
  [/\d+ MB/g, '<megabytes>'],
  [/the machine has \d+/g, 'the machine has <megabytes>'],
  [/on \d+ cores/g, 'on <cores>'],
  [/SQLite [\d.]+\d/g, 'SQLite <version>'],
  [/\d+ bytes/g, '<bytes>'],
  [/age1[a-z0-9]{58}/g, '<recipient>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<id>'],
  [/sha256:[A-Za-z0-9_-]{43}/g, '<digest>'],
  [/(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])/g, '<secret>'],
]

/**
 * Runs each line of the transcript that begins with `$ mien`, and compares what it says with what follows there.
 * `UPDATE_TRANSCRIPTS=1` writes down what it says now instead, to be read before it is committed.
 */
export function assertTranscript(house: Throwaway, name: string): void {
  const path = fileURLToPath(new URL(`transcripts/${name}.txt`, import.meta.url))
  const kept = readFileSync(path, 'utf8')
  const now = replay(house, kept)
  if (process.env['UPDATE_TRANSCRIPTS'] === '1') writeFileSync(path, now)
  else assert.equal(now, kept, `${path} tells another story; UPDATE_TRANSCRIPTS=1 writes it anew`)
}

function replay(house: Throwaway, kept: string): string {
  const blocks = kept.split(/^(?=\$ )/m).map(readBlock)
  const steps = blocks.flatMap(({ step }) => step ?? [])
  const said = [...house.run(steps)]
  return blocks
    .map(({ head, step }) => head + (step && 'run' in step ? tell(house, said.shift()) : ''))
    .join('')
}

interface Block {
  /** What stays as it is. */
  readonly head: string
  readonly step: Step | undefined
}

/** Text, a call of `mien`, or a file: `$ cat > FILE <<END` and its content up to a line that says `END`. */
function readBlock(block: string): Block {
  const [line = ''] = block.split('\n', 1)
  if (!line.startsWith('$ ')) return { head: block, step: undefined }
  const [, file] = /^\$ cat > (\S+) <<END$/.exec(line) ?? []
  if (file !== undefined) {
    const content = block.slice(line.length + 1, block.indexOf('\nEND\n') + 1)
    return { head: block, step: { file, content } }
  }
  const [name, ...run] = wordsOf(line.slice(2))
  assert.equal(name, 'mien', `${line} is no call of mien`)
  return { head: `${line}\n`, step: { run } }
}

function tell(house: Throwaway, said: Said | undefined): string {
  if (said === undefined) throw new Error('a call said nothing, not even that')
  const { code, out, err } = said
  const text = mask(house, out + err).trimEnd()
  const exit = code === 0 ? '' : `[exit ${code}]\n`
  return `${text === '' ? '' : `${text}\n`}${exit}\n`
}

/** As a shell splits them, with single quotes alone. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:'[^']*'|[^\s'])+/g) ?? []
  return words.map((word) => word.replaceAll("'", ''))
}

function mask({ folder }: Throwaway, said: string): string {
  const plain = said.replaceAll(folder, '<folder>').replaceAll(`cli:${userInfo().username}`, 'cli:<user>')
  return moving.reduce((text, [pattern, name]) => text.replaceAll(pattern, name), plain)
}
