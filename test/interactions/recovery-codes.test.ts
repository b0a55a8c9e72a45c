import { assert } from 'chai'
import fc from 'fast-check'
import {
  codesInSet,
  makeRecoveryCodes,
  readRecoveryCode,
  writeRecoveryCode,
} from '../../src/interactions/recovery-codes.ts'

describe('Recovery codes', () => {
  it('come ten at a time, each of 80 bits in characters that cannot be mistaken', () => {
    const codes = makeRecoveryCodes()
    assert.lengthOf(codes, codesInSet)
    assert.equal(new Set(codes).size, codesInSet)
    for (const code of codes) assert.match(code, /^[0-9A-HJKMNP-TV-Z]{16}$/)
  })

  it('use all 32 characters alike', () => {
    const counts = new Map<string, number>()
    const all = Array.from({ length: 400 }, makeRecoveryCodes).flat().join('')
    for (const each of all) counts.set(each, (counts.get(each) ?? 0) + 1)
    assert.equal(counts.size, 32)
    // 64,000 characters: 2,000 of each, give or take eleven standard deviations.
    for (const count of counts.values()) assert.closeTo(count, 2000, 500)
  })

  it('are written in four groups of four', () => {
    assert.equal(writeRecoveryCode('0123456789ABCDEF'), '0123-4567-89AB-CDEF')
  })

  it('are read as they were made, however they are typed', () => {
    const slips = fc.constantFrom(
      (code: string) => code,
      (code: string) => code.toLowerCase(),
      (code: string) => code.replaceAll('-', ' '),
      (code: string) => ` ${code.replaceAll('-', '')}\n`,
      (code: string) => code.replaceAll('0', 'O').replaceAll('1', 'l'),
      (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'I'),
    )
    fc.assert(
      fc.property(slips, (slip) => {
        const [code = ''] = makeRecoveryCodes()
        assert.equal(readRecoveryCode(slip(writeRecoveryCode(code))), code)
      }),
    )
  })

  it('are nothing else', () => {
    const wrong = [
      '',
      '287082',
      '0123-4567-89AB-CDE',
      '0123-4567-89AB-CDEFG',
      '0123-4567-89AB-CDEU',
      '0123_4567_89AB_CDEF',
    ]
    for (const given of wrong) assert.isUndefined(readRecoveryCode(given), given)
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (given) => {
        assert.match(readRecoveryCode(given) ?? '0'.repeat(16), /^[0-9A-HJKMNP-TV-Z]{16}$/)
      }),
    )
  })
})
