import { assert } from 'chai'
import fc from 'fast-check'
import {
  acrs,
  answerWith,
  assuranceOf,
  factorsOf,
  isFreshNonFace,
  isTwoFactor,
  meets,
  supportedAcrs,
  type AssuranceRequest,
  type FactorsUsed,
} from '../../src/policy/assurance.ts'

const now = new Date('2026-01-01T12:00:00Z')
const names = Object.values(acrs)

const anyUsed: fc.Arbitrary<FactorsUsed> = fc
  .record({
    face: fc.boolean(),
    password: fc.boolean(),
    passkey: fc.constantFrom(undefined, 'hwk' as const, 'swk' as const),
    otp: fc.boolean(),
    email: fc.boolean(),
    deviceKey: fc.boolean(),
  })
  .filter(({ face, password, passkey, email }) => face || password || email || passkey !== undefined)
const anyRequest: fc.Arbitrary<AssuranceRequest> = fc.record({
  acrValues: fc.array(fc.constantFrom(...names, 'urn:other')),
  isEssential: fc.boolean(),
  minimumAcr: fc.option(fc.constantFrom(...names), { nil: undefined }),
  acceptedAcrs: fc.option(fc.subarray([...names], { minLength: 1 }), { nil: undefined }),
})

describe('Assurance', () => {
  it('gives each combination of factors the name and the methods of the table', () => {
    const rows: readonly (readonly [FactorsUsed, string, readonly string[]])[] = [
      [{ face: true }, acrs.face, ['face']],
      [{ face: true, deviceKey: true }, acrs.faceDevice, ['face', 'swk', 'mfa']],
      [{ face: true, password: true, deviceKey: true }, acrs.faceDevice, ['face', 'pwd', 'swk', 'mfa']],
      [{ face: true, passkey: 'hwk' }, acrs.facePasskey, ['face', 'hwk', 'mfa']],
      [{ face: true, passkey: 'swk' }, acrs.facePasskey, ['face', 'swk', 'mfa']],
      [{ face: true, password: true }, acrs.password, ['face', 'pwd']],
      [{ face: true, otp: true }, acrs.face, ['face', 'otp', 'mfa']],
      [{ password: true }, acrs.password, ['pwd']],
      [{ password: true, deviceKey: true }, acrs.password, ['pwd']],
      [{ password: true, otp: true }, acrs.passwordOtp, ['pwd', 'otp', 'mfa']],
      [{ passkey: 'hwk' }, acrs.passkey, ['hwk']],
      [{ passkey: 'swk', password: true }, acrs.passkey, ['pwd', 'swk', 'mfa']],
      [{ email: true }, acrs.email, ['otp']],
      [{ email: true, password: true }, acrs.password, ['pwd']],
    ]
    for (const [used, acr, amr] of rows) assert.deepEqual(assuranceOf(used), { acr, amr: [...amr] })
  })

  it('knows no sign-in by a device key, or by a code of an app, and nothing else', () => {
    for (const used of [{}, { deviceKey: true }, { otp: true }])
      assert.throws(() => assuranceOf(used), TypeError)
  })

  it('never names a factor that was not used, whatever was', () => {
    fc.assert(
      fc.property(anyUsed, (used) => {
        const { acr, amr } = assuranceOf(used)
        if (amr.includes('face')) assert.isTrue(used.face)
        if (amr.includes('pwd')) assert.isTrue(used.password)
        if (amr.includes('otp'))
          assert.isTrue(used.otp === true || (used.email === true && acr === acrs.email))
        if (amr.includes('hwk')) assert.equal(used.passkey, 'hwk')
        if (amr.includes('swk')) assert.isTrue(used.passkey === 'swk' || used.deviceKey)
        if (amr.includes('mfa')) assert.isAtLeast(amr.length, 3)
        assert.isTrue(meets(used, acr))
      }),
    )
  })

  it('reads from a session no more than was proved, and enough that the session keeps its level', () => {
    fc.assert(
      fc.property(anyUsed, (used) => {
        const { acr } = assuranceOf(used)
        const read = factorsOf(assuranceOf(used))
        assert.isTrue(meets(read, acr))
        for (const each of names) if (meets(read, each)) assert.isTrue(meets(used, each), each)
      }),
    )
  })

  it('answers an essential request by a value that it names, or not at all', () => {
    fc.assert(
      fc.property(anyUsed, anyRequest, (used, request) => {
        const answer = answerWith(used, request)
        if (answer === undefined) return
        assert.isTrue(meets(used, answer.acr))
        assert.deepEqual(answer.amr, assuranceOf(used).amr)
        if (request.isEssential) assert.include(request.acrValues, answer.acr)
        if (request.minimumAcr !== undefined) assert.isTrue(meets(used, request.minimumAcr))
        assert.isTrue(request.acceptedAcrs?.some((each) => meets(used, each)) ?? true)
      }),
    )
  })

  it('takes a face on a trusted device for the face that an app asks for, and never the other way round', () => {
    const essential = (acr: string) => ({ acrValues: [acr], isEssential: true })
    assert.deepEqual(answerWith({ face: true, deviceKey: true }, essential(acrs.face)), {
      acr: acrs.face,
      amr: ['face', 'swk', 'mfa'],
    })
    assert.isUndefined(answerWith({ face: true }, essential(acrs.faceDevice)))
    assert.isUndefined(answerWith({ password: true }, essential(acrs.passwordOtp)))
    assert.equal(answerWith({ password: true, otp: true }, essential(acrs.password))?.acr, acrs.password)
  })

  it('gives an app with a minimum nothing below it, whatever it asks for', () => {
    const request = { acrValues: [acrs.password], isEssential: true, minimumAcr: acrs.passwordOtp }
    assert.isUndefined(answerWith({ password: true }, request))
    assert.equal(answerWith({ password: true, otp: true }, request)?.acr, acrs.password)
  })

  it('advertises nothing that it cannot produce', () => {
    const strict = supportedAcrs({ isFaceAloneAllowed: false, isEmailAllowed: false })
    assert.sameMembers(
      [...strict],
      names.filter((each) => each !== acrs.face && each !== acrs.email),
    )
    assert.sameMembers([...supportedAcrs({ isFaceAloneAllowed: true, isEmailAllowed: true })], names)
  })

  it('counts a password, a passkey or a code of the last ten minutes as fresh, a face or a mail never', () => {
    const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000)
    const isFresh = (used: FactorsUsed, at: Date) => isFreshNonFace({ ...assuranceOf(used), at }, now)
    assert.isTrue(isFresh({ password: true }, minutesAgo(9)))
    assert.isTrue(isFresh({ passkey: 'swk' }, minutesAgo(9)))
    assert.isTrue(isFresh({ face: true, otp: true }, now))
    assert.isFalse(isFresh({ password: true }, minutesAgo(11)))
    assert.isFalse(isFresh({ face: true }, now))
    assert.isFalse(isFresh({ face: true, deviceKey: true }, now), 'the key of a device is no passkey')
    assert.isFalse(isFresh({ email: true }, now))
    assert.isFalse(isFresh({ password: true }, new Date(NaN)))
    assert.isFalse(isFresh({ password: true }, minutesAgo(-5)), 'a time in the future')
  })

  it('takes two factors for two only where one of them is held, and never a mail', () => {
    const enough: readonly FactorsUsed[] = [
      { passkey: 'hwk' },
      { passkey: 'swk' },
      { password: true, otp: true },
      { face: true, passkey: 'swk' },
      { face: true, deviceKey: true },
    ]
    const tooLittle: readonly FactorsUsed[] = [
      {},
      { password: true },
      { face: true },
      { email: true },
      { face: true, password: true },
      { password: true, email: true },
      { password: true, deviceKey: true },
      { otp: true },
    ]
    for (const used of enough) assert.isTrue(isTwoFactor(used), JSON.stringify(used))
    for (const used of tooLittle) assert.isFalse(isTwoFactor(used), JSON.stringify(used))
  })

  it('finds two factors in what a session is called exactly where two were used', () => {
    fc.assert(
      fc.property(anyUsed, (used) => {
        assert.equal(isTwoFactor(factorsOf(assuranceOf(used))), isTwoFactor(used))
      }),
    )
  })
})
