import { existsSync, readFileSync } from 'node:fs'
import { assert } from 'chai'

describe('docs/conformity.md', () => {
  const text = readFileSync('docs/conformity.md', 'utf8')
  const named = [...text.matchAll(/`(test\/[^`]+)` “([^”]+)”/g)].map(([, file = '', title = '']) => ({
    file,
    title,
  }))

  it('names for each specification a test that exists', () => {
    assert.isAbove(named.length, 30)
    for (const { file, title } of named) {
      assert.isTrue(existsSync(file), file)
      assert.include(readFileSync(file, 'utf8'), `it('${title}'`, file)
    }
  })

  it('names a test in every row of what is on', () => {
    const rows = text
      .slice(text.indexOf('## On'), text.indexOf('## Off'))
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .slice(2)
    assert.isAbove(rows.length, 20)
    for (const row of rows) assert.match(row, /`test\/[^`]+` “/, row)
  })
})
