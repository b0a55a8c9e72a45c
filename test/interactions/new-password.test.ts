import argon2 from 'argon2'
import { assert } from 'chai'
import { createCommonPasswords, hashNewPassword } from '../../src/interactions/new-password.ts'
import { codeOf } from '../store/fixtures.ts'

describe('Choosing a password', () => {
  const isCommon = createCommonPasswords()
  const choose = (password: string) => hashNewPassword(isCommon, { password, email: 'ada@example.com' })

  it('is refused with a clear reason where the password is short or common', async () => {
    assert.equal(await codeOf(choose('short')), 'password_too_short')
    for (const password of [
      'password1',
      'Baseball1',
      'qwertyuiop',
      '1q2w3e4r',
      'ada@example.com',
      'mien2026!',
    ]) {
      assert.equal(await codeOf(choose(password)), 'password_too_common', password)
    }
    assert.equal(await codeOf(choose('x1'.repeat(200))), 'form_invalid')
  })

  it('gives a hash that the password opens', async () => {
    const hash = await choose('a long enough password')
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,/)
    assert.isTrue(await argon2.verify(hash, 'a long enough password'))
  })
})
