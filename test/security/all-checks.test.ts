import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from 'chai'

const folder = import.meta.dirname
const title = /\bit(?:\.skip)?\(\s*['"`](\d\d) (.+)['"`]/g

describe('The security checks', () => {
  const checks = readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(title)].map(([, number = '', promise = '']) => ({
        file,
        number,
        promise,
      })),
    )

  it('are all here, from 01 to 80, each once', () => {
    const wanted = Array.from({ length: 80 }, (_, index) => String(index + 1).padStart(2, '0'))
    assert.deepEqual(checks.map(({ number }) => number).sort(), wanted)
  })

  it('say in a sentence what is promised', () => {
    for (const { number, promise } of checks) assert.isAtLeast(promise.split(' ').length, 7, number)
  })

  it('stand in SECURITY.md by the same words, under the file that makes them', () => {
    const text = readFileSync(join(folder, '../../SECURITY.md'), 'utf8')
    const listed = text.split('\n### ').flatMap((part) => {
      const [heading = '', ...lines] = part.split('\n')
      const file = /test\/security\/([a-z-]+\.test\.ts)/.exec(heading)?.[1] ?? ''
      return lines.flatMap((line) => {
        const [, number, promise] = /^- (\d\d) (.+)$/.exec(line) ?? []
        return number === undefined ? [] : [{ file, number, promise }]
      })
    })
    const byNumber = (one: { number: string }, other: { number: string }): number =>
      one.number.localeCompare(other.number)
    assert.deepEqual(listed.sort(byNumber), checks.sort(byNumber))
  })
})
