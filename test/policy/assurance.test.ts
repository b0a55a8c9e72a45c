import { assert } from 'chai'
import fc from 'fast-check'
import {
  acrs,
  answerWith,
  assuranceOf,
  chooseFactor,
  followFace,
  isFreshNonFace,
  supportedAcrs,
  type AssuranceRequest,
  type FactorsUsed,
} from '../../src/policy/assurance.ts'

const now = new Date('2026-01-01T12:00:00Z')
const face = 'urn:mien:acr:face'
const faceDevice = 'urn:mien:acr:face-device'
const password = 'urn:mien:acr:password'

const anyUsed: fc.Arbitrary<FactorsUsed> = fc
  .record({ face: fc.boolean(), password: fc.boolean(), deviceKey: fc.boolean() })
  .filter((used) => used.face || used.password)
const anyRequest: fc.Arbitrary<AssuranceRequest> = fc.record({
  acrValues: fc.array(fc.constantFrom(face, faceDevice, password, 'urn:mien:acr:face-passkey', 'urn:other')),
  isEssential: fc.boolean(),
})

describe('Assurance', () => {
  it('calls a face alone a face alone', () => {
    assert.deepEqual(assuranceOf({ face: true }), { acr: face, amr: ['face'] })
    assert.deepEqual(assuranceOf({ password: true }), { acr: password, amr: ['pwd'] })
  })

  it('counts a face as one of several factors only beside a device key that signed', () => {
    assert.deepEqual(assuranceOf({ face: true, deviceKey: true }), {
      acr: faceDevice,
      amr: ['face', 'swk', 'mfa'],
    })
    assert.deepEqual(assuranceOf({ face: true, password: true, deviceKey: true }), {
      acr: faceDevice,
      amr: ['face', 'pwd', 'swk', 'mfa'],
    })
    assert.deepEqual(assuranceOf({ face: true, password: true }), { acr: password, amr: ['face', 'pwd'] })
    assert.deepEqual(assuranceOf({ password: true, deviceKey: true }), { acr: password, amr: ['pwd'] })
  })

  it('knows no sign-in without a face or a password', () => {
    assert.throws(() => assuranceOf({}), TypeError)
    assert.throws(() => assuranceOf({ deviceKey: true }), TypeError)
  })

  it('never names a factor that was not used, whatever was', () => {
    fc.assert(
      fc.property(anyUsed, (used) => {
        const { acr, amr } = assuranceOf(used)
        if (amr.includes('face')) assert.isTrue(used.face)
        if (amr.includes('pwd')) assert.isTrue(used.password)
        if (amr.includes('swk')) assert.isTrue(used.deviceKey)
        assert.equal(amr.includes('mfa'), acr === faceDevice)
        if (acr === faceDevice) assert.isTrue(used.face === true && used.deviceKey === true)
        if (acr === face) assert.isTrue(used.face === true && used.password !== true)
      }),
    )
  })

  it('answers an essential request by a value that it names, or not at all', () => {
    fc.assert(
      fc.property(anyUsed, anyRequest, (used, request) => {
        const answer = answerWith(used, request)
        if (!request.isEssential) assert.deepEqual(answer, assuranceOf(used))
        else if (answer !== undefined) assert.include(request.acrValues, answer.acr)
        if (answer !== undefined) assert.deepEqual(answer.amr, assuranceOf(used).amr)
      }),
    )
  })

  it('takes a face on a trusted device for the face that an app asks for, and never the other way round', () => {
    const essential = (acr: string) => ({ acrValues: [acr], isEssential: true })
    assert.deepEqual(answerWith({ face: true, deviceKey: true }, essential(face)), {
      acr: face,
      amr: ['face', 'swk', 'mfa'],
    })
    assert.isUndefined(answerWith({ face: true }, essential(faceDevice)))
    assert.isUndefined(answerWith({ password: true, face: true }, essential(face)))
  })

  it('asks for the password after a face on a new device, unless the operator lets a face be enough', () => {
    const unasked = { acrValues: [], isEssential: false }
    const strict = { isFaceAloneAllowed: false }
    const lenient = { isFaceAloneAllowed: true }
    assert.equal(followFace({ deviceKey: false }, unasked, strict), 'ask_password')
    assert.equal(followFace({ deviceKey: true }, unasked, strict), 'sign_in')
    assert.equal(followFace({ deviceKey: false }, unasked, lenient), 'sign_in')
    const asked = { acrValues: [faceDevice, face], isEssential: false }
    assert.equal(followFace({ deviceKey: false }, asked, lenient), 'ask_password')
    fc.assert(
      fc.property(anyRequest, (request) => {
        assert.equal(followFace({ deviceKey: false }, request, strict), 'ask_password')
      }),
    )
  })

  it('begins with the face for every level that has one', () => {
    for (const acr of [face, faceDevice]) {
      const choice = chooseFactor({ acrValues: [acr], isEssential: true })
      assert.deepEqual(choice, { outcome: 'use', factor: 'face', isFixed: true })
    }
  })

  it('advertises nothing that it cannot produce', () => {
    assert.sameMembers([...supportedAcrs({ isFaceAloneAllowed: false })], [faceDevice, password])
    assert.sameMembers([...supportedAcrs({ isFaceAloneAllowed: true })], Object.values(acrs))
  })

  it('begins with the face unless the app asks for something else', () => {
    const unasked = chooseFactor({ acrValues: [], isEssential: false })
    assert.deepEqual(unasked, { outcome: 'use', factor: 'face', isFixed: false })
    const asked = chooseFactor({ acrValues: ['urn:other', password], isEssential: false })
    assert.deepEqual(asked, { outcome: 'use', factor: 'password', isFixed: false })
  })

  it('allows no other factor where only one satisfies an essential request', () => {
    assert.deepEqual(chooseFactor({ acrValues: [password], isEssential: true }), {
      outcome: 'use',
      factor: 'password',
      isFixed: true,
    })
  })

  it('refuses an essential request that it cannot meet rather than giving less', () => {
    assert.deepEqual(chooseFactor({ acrValues: ['urn:mien:acr:face-passkey'], isEssential: true }), {
      outcome: 'unmet',
    })
    assert.equal(
      chooseFactor({ acrValues: ['urn:mien:acr:face-passkey'], isEssential: false }).outcome,
      'use',
    )
  })

  it('counts a password of the last ten minutes as fresh, and a face never', () => {
    const minutesAgo = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000)
    assert.isTrue(isFreshNonFace({ amr: ['pwd'], at: minutesAgo(9) }, now))
    assert.isFalse(isFreshNonFace({ amr: ['pwd'], at: minutesAgo(11) }, now))
    assert.isFalse(isFreshNonFace({ amr: ['face'], at: now }, now))
    assert.isFalse(isFreshNonFace({ amr: ['pwd'], at: new Date(NaN) }, now))
    assert.isFalse(isFreshNonFace({ amr: ['pwd'], at: minutesAgo(-5) }, now), 'a time in the future')
  })
})
