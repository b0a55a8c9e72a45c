import { assert } from 'chai'
import { createLog } from '../src/log.ts'

describe('The log', () => {
  function written(entry: object): string {
    const lines: string[] = []
    createLog('info', { write: (line) => lines.push(line) }).error(entry, 'request refused')
    assert.lengthOf(lines, 1)
    return lines[0] ?? ''
  }

  it('is one JSON object a line, with a time that people can read', () => {
    const line: unknown = JSON.parse(written({ reference: '3f9c0a1be2', code: 'internal' }))
    assert.deepInclude(line, { reference: '3f9c0a1be2', code: 'internal', msg: 'request refused' })
    assert.match(written({}), /"time":"\d{4}-\d\d-\d\dT[\d:.]+Z"/)
  })

  it('tells of a bug what it was, where, and what caused it', () => {
    const cause = Object.assign(new Error('disk is full'), { code: 'SQLITE_FULL' })
    const line = written({ error: new TypeError('no row', { cause }) })
    assert.include(line, '"type":"TypeError"')
    assert.include(line, '"message":"no row"')
    assert.include(line, 'log.test.ts')
    assert.include(line, '"code":"SQLITE_FULL"')
    assert.include(line, 'disk is full')
  })

  it('keeps the values out that hang on an error', () => {
    const error = Object.assign(new Error('insert failed'), {
      parameters: ['ada@example.com'],
      query: 'INSERT',
    })
    assert.notInclude(written({ error }), 'ada@example.com')
  })

  it('does not follow causes for ever', () => {
    const error = new Error('round')
    error.cause = error
    assert.isBelow(written({ error }).length, 10_000)
  })

  it('takes whatever was thrown', () => {
    for (const error of ['text', undefined, null, 7, {}]) assert.include(written({ error }), '"level":50')
  })

  it('cuts secrets out, however deep a careless line has them', () => {
    for (const name of ['password', 'cookie', 'set-cookie', 'authorization', 'access_token']) {
      for (const entry of [
        { [name]: 'hunter2' },
        { headers: { [name]: 'hunter2' } },
        { request: { headers: { [name]: 'hunter2' } } },
      ])
        assert.notInclude(written(entry), 'hunter2', JSON.stringify(entry))
    }
  })
})
