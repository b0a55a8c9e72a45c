import { assert } from 'chai'
import fc from 'fast-check'
import { acrs, meets, type Factor, type FactorsUsed } from '../../src/policy/assurance.ts'
import {
  firstFactor,
  hasNonFace,
  mayTrustDevice,
  nextFactor,
  type EnrolledFactors,
} from '../../src/policy/next-factor.ts'

const strict = { isFaceAloneAllowed: false, isEmailAllowed: true }
const lenient = { isFaceAloneAllowed: true, isEmailAllowed: true }
const unasked = { acrValues: [], isEssential: false }
const names = Object.values(acrs)
const everything: EnrolledFactors = { face: true, password: true, passkey: true, otp: true, email: true }
const plain: EnrolledFactors = { face: true, password: true, passkey: false, otp: false, email: false }

const standing = (used: FactorsUsed, enrolled = plain) => ({
  used,
  enrolled,
  mayTrustDevice: mayTrustDevice(used, enrolled),
  isStepUp: false,
})

const anyEnrolled = fc.record({
  face: fc.boolean(),
  password: fc.constant(true),
  passkey: fc.boolean(),
  otp: fc.boolean(),
  email: fc.boolean(),
})
const anyRequest = fc.record({
  acrValues: fc.array(fc.constantFrom(...names, 'urn:other'), { maxLength: 4 }),
  isEssential: fc.boolean(),
  minimumAcr: fc.option(fc.constantFrom(...names), { nil: undefined }),
  acceptedAcrs: fc.option(fc.subarray([...names], { minLength: 1 }), { nil: undefined }),
})
const anyPolicy = fc.record({ isFaceAloneAllowed: fc.boolean(), isEmailAllowed: fc.boolean() })

/** What answering the question adds; whether a device comes to be trusted by it is the person's choice. */
function answer(used: FactorsUsed, factor: Factor, trusts: boolean): FactorsUsed {
  const deviceKey =
    used.deviceKey === true || (trusts && used.face === true && hasNonFace({ [factor]: true }))
  return { ...used, [factor]: factor === 'passkey' ? 'swk' : true, deviceKey }
}

describe('The next factor', () => {
  it('begins with the face unless the app asks for something else', () => {
    assert.deepEqual(firstFactor(unasked, strict), { outcome: 'use', factor: 'face' })
    const asked = { acrValues: ['urn:other', acrs.passwordOtp], isEssential: false }
    assert.deepEqual(firstFactor(asked, strict), { outcome: 'use', factor: 'password' })
    assert.deepEqual(firstFactor({ ...unasked, minimumAcr: acrs.passkey }, strict), {
      outcome: 'use',
      factor: 'passkey',
    })
  })

  it('takes the names that every object has for levels that nobody has', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const wish = { acrValues: [name], isEssential: false }
      assert.deepEqual(firstFactor(wish, lenient), { outcome: 'use', factor: 'face' }, name)
      assert.deepEqual(nextFactor(standing({ face: true }), wish, lenient), { outcome: 'finish' }, name)
      const insisting = { ...wish, isEssential: true }
      assert.deepEqual(nextFactor(standing({ face: true }), insisting, lenient), { outcome: 'unmet' }, name)
    }
  })

  it('refuses at once what an app insists on and nobody here can do', () => {
    assert.deepEqual(firstFactor({ acrValues: ['urn:other'], isEssential: true }, strict), {
      outcome: 'unmet',
    })
    assert.equal(firstFactor({ acrValues: ['urn:other'], isEssential: false }, strict).outcome, 'use')
    const mail = { acrValues: [acrs.email], isEssential: true }
    assert.deepEqual(firstFactor(mail, { ...strict, isEmailAllowed: false }), { outcome: 'unmet' })
  })

  it('asks a face on a new device for something else once, unless the operator lets a face be enough', () => {
    const ask = { outcome: 'ask', factors: ['password'] } as const
    assert.deepEqual(nextFactor(standing({ face: true }), unasked, strict), ask)
    assert.deepEqual(nextFactor(standing({ face: true }), unasked, lenient), { outcome: 'finish' })
    assert.deepEqual(nextFactor(standing({ face: true, deviceKey: true }), unasked, strict), {
      outcome: 'finish',
    })
    const asked = { acrValues: [acrs.faceDevice, acrs.face], isEssential: false }
    assert.deepEqual(nextFactor(standing({ face: true }), asked, lenient), ask)
  })

  it('asks for something else beside a face that was seen without the coloured light it was asked for', () => {
    const unlit = { face: true, deviceKey: true, isUnlit: true }
    assert.deepEqual(nextFactor(standing(unlit), unasked, lenient), { outcome: 'ask', factors: ['password'] })
    const wished = { acrValues: [acrs.faceDevice], isEssential: true }
    assert.equal(nextFactor(standing(unlit), wished, lenient).outcome, 'ask')
    const both = { ...unlit, password: true }
    assert.deepEqual(nextFactor(standing(both), wished, strict), { outcome: 'finish' })
    const lit = { face: true, deviceKey: true, isUnlit: false }
    assert.deepEqual(nextFactor(standing(lit), wished, strict), { outcome: 'finish' })
  })

  it('asks whoever has an authenticator app for its code after a password, a mail or a face alone', () => {
    const enrolled = { ...plain, otp: true, email: true }
    for (const used of [
      { password: true },
      { email: true },
      { face: true },
      { face: true, password: true },
    ]) {
      assert.deepEqual(nextFactor(standing(used, enrolled), unasked, lenient), {
        outcome: 'ask',
        factors: ['otp'],
      })
    }
    for (const used of [
      { face: true, deviceKey: true },
      { passkey: 'hwk' as const },
      { password: true, otp: true },
    ]) {
      assert.deepEqual(nextFactor(standing(used, enrolled), unasked, lenient), { outcome: 'finish' })
    }
  })

  it('presses nobody who took another way in to take the one that the app merely prefers', () => {
    const preferred = { acrValues: [acrs.face], isEssential: false }
    assert.deepEqual(nextFactor(standing({ password: true }), preferred, strict), { outcome: 'finish' })
    const insisted = { ...preferred, isEssential: true }
    assert.deepEqual(nextFactor(standing({ password: true }), insisted, strict), {
      outcome: 'ask',
      factors: ['face'],
    })
  })

  it('asks a session for what it lacks and for nothing else', () => {
    const raise = (used: FactorsUsed, acr: string) =>
      nextFactor(
        { used, enrolled: everything, mayTrustDevice: true, isStepUp: true },
        { acrValues: [acr], isEssential: false },
        strict,
      )
    assert.deepEqual(raise({ password: true }, acrs.passwordOtp), { outcome: 'ask', factors: ['otp'] })
    assert.deepEqual(raise({ face: true, deviceKey: true }, acrs.facePasskey), {
      outcome: 'ask',
      factors: ['passkey'],
    })
    assert.deepEqual(raise({ password: true, otp: true }, acrs.face), { outcome: 'ask', factors: ['face'] })
    assert.deepEqual(raise({ password: true, otp: true }, acrs.password), { outcome: 'finish' })
  })

  it('takes a code or a passkey to trust a new device with, where the subject has an app', () => {
    const insisted = { acrValues: [acrs.faceDevice], isEssential: true }
    const ask = (...factors: Factor[]) => ({ outcome: 'ask', factors }) as const
    const withApp = { ...plain, otp: true }
    assert.deepEqual(nextFactor(standing({ face: true }), insisted, strict), ask('password'))
    assert.deepEqual(nextFactor(standing({ face: true }, withApp), insisted, strict), ask('otp'))
    const both = { face: true, password: true }
    assert.deepEqual(nextFactor(standing(both, withApp), insisted, strict), ask('otp'))
    assert.deepEqual(nextFactor(standing({ ...both, otp: true }, withApp), insisted, strict), {
      outcome: 'unmet',
    })
  })

  it('lets a session be that an app merely wished higher, also where signing in anew would ask for a code', () => {
    const session = {
      used: { password: true },
      enrolled: { ...plain, otp: true },
      mayTrustDevice: true,
      isStepUp: true,
    }
    const wish = { acrValues: [acrs.passkey, 'urn:other'], isEssential: false }
    assert.deepEqual(nextFactor({ ...session, isUntouched: true }, wish, strict), { outcome: 'finish' })
    assert.deepEqual(nextFactor(session, wish, strict), { outcome: 'ask', factors: ['otp'] })
  })

  it('says that a level cannot be met where the subject lacks a part of it', () => {
    const insisted = { acrValues: [acrs.facePasskey, acrs.passwordOtp], isEssential: true }
    assert.deepEqual(nextFactor(standing({ password: true }), insisted, strict), { outcome: 'unmet' })
    const least = { ...unasked, minimumAcr: acrs.passkey }
    assert.deepEqual(nextFactor(standing({ password: true }), least, strict), { outcome: 'unmet' })
  })

  it('ends for every request, whatever a subject has, and never below what was insisted on', () => {
    fc.assert(
      fc.property(
        fc.tuple(anyEnrolled, anyRequest, anyPolicy, fc.boolean(), fc.boolean()),
        fc.constantFrom<FactorsUsed>(
          { face: true },
          { face: true, deviceKey: true },
          { password: true },
          { passkey: 'swk' },
          { email: true },
        ),
        ([enrolled, request, policy, trusts, isStepUp], first) => {
          let used = first
          // A session that is raised brings its factors; what this visit adds is counted apart.
          let visit: FactorsUsed = isStepUp ? {} : first
          for (let steps = 0; steps < 8; steps += 1) {
            const next = nextFactor(
              { used, enrolled, mayTrustDevice: mayTrustDevice(visit, enrolled), isStepUp },
              request,
              policy,
            )
            if (next.outcome === 'unmet') return
            if (next.outcome === 'finish') {
              if (request.minimumAcr !== undefined) assert.isTrue(meets(used, request.minimumAcr))
              assert.isTrue(request.acceptedAcrs?.some((each) => meets(used, each)) ?? true)
              const isMet = request.acrValues.some((acr) => meets(used, acr))
              if (request.isEssential && request.acrValues.length > 0) assert.isTrue(isMet)
              return
            }
            for (const factor of next.factors) assert.isTrue(enrolled[factor], `${factor} is not enrolled`)
            const [factor = 'password'] = next.factors
            used = answer(used, factor, trusts)
            visit = answer(visit, factor, trusts)
          }
          assert.fail('it asks for ever')
        },
      ),
    )
  })
})
