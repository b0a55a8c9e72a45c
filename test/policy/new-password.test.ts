import { assert } from 'chai'
import { judgeNewPassword } from '../../src/policy/new-password.ts'

const surroundings = {
  email: 'Robin.Example@aurora.example',
  name: 'Robin Example',
  isCommon: (password: string) => password === 'trustno1!',
}
const judge = (password: string) => judgeNewPassword(password, surroundings)

describe('A new password', () => {
  it('has eight characters or more, of whatever kind, and at most 256', () => {
    assert.equal(judge('1234567'), 'too_short')
    assert.equal(judge('ñañdú🦤🦤'), 'too_short', 'signs are counted, not bytes')
    assert.equal(judge('correct horse'), 'fine')
    assert.equal(judge('lowercase'), 'fine')
    assert.equal(judge('correct horse '.repeat(18)), 'fine')
    assert.equal(judge('correct horse '.repeat(19)), 'too_long')
  })

  it('is not one of the first that are tried, in whatever case', () => {
    assert.equal(judge('TrustNo1!'), 'too_common')
    assert.equal(judge('aaaaaaaaaa'), 'too_common')
    assert.equal(judge('abababababab'), 'too_common')
  })

  it('is not the person’s address or name, or ours, with digits around or twice', () => {
    const obvious = [
      'robin.example@aurora.example',
      'Robin.Example',
      'robinexample2026!',
      '123robin-example',
      'Robin Example',
      'aurora.example',
      'aurora1234',
      'mien12345',
      'MienMien',
    ]
    for (const password of obvious) assert.equal(judge(password), 'too_common', password)
    assert.equal(judge('robin likes aurora borealis'), 'fine')
  })
})
