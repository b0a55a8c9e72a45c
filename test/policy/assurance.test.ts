import { assert } from 'chai'
import { assuranceOf, chooseFactor, isFreshNonFace, supportedAcrs } from '../../src/policy/assurance.ts'

const now = new Date('2026-01-01T12:00:00Z')
const face = 'urn:mien:acr:face'
const password = 'urn:mien:acr:password'

describe('Assurance', () => {
  it('calls a face alone a face alone', () => {
    assert.deepEqual(assuranceOf('face'), { acr: face, amr: ['face'] })
    assert.deepEqual(assuranceOf('password'), { acr: password, amr: ['pwd'] })
  })

  it('advertises nothing that it cannot produce', () => {
    assert.sameMembers([...supportedAcrs], [face, password])
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
