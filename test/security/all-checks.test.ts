import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from 'chai'

const folder = import.meta.dirname

describe('The security checks', () => {
  const titles = readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => [
      ...readFileSync(join(folder, name), 'utf8').matchAll(/\bit(?:\.skip)?\(\s*['"`](\d\d) (.+)['"`]/g),
    ])
    .map(([, number = '', words = '']) => ({ number, words }))

  it('are all here, from 01 to 80, each once', () => {
    const wanted = Array.from({ length: 80 }, (_, index) => String(index + 1).padStart(2, '0'))
    assert.deepEqual(titles.map(({ number }) => number).sort(), wanted)
  })

  it('say in a sentence what is promised', () => {
    for (const { number, words } of titles) assert.isAtLeast(words.split(' ').length, 7, number)
  })
})
