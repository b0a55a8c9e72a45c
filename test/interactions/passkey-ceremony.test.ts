import { assert } from 'chai'
import {
  createPasskeyCeremonies,
  type AssertionProof,
  type MadeCredential,
  type PasskeyCeremonies,
} from '../../src/interactions/passkey-ceremony.ts'
import { createPasskeyChallenges } from '../../src/interactions/passkey-challenges.ts'
import {
  createAuthenticator,
  type AuthenticatorWish,
  type Lies,
  type SoftwareAuthenticator,
} from '../authenticator.ts'
import { faultOf, handClock } from './fakes.ts'

const issuer = 'https://login.example.com'
const visit = 'interaction:1'
const session = 'session:1'
const userHandle = Buffer.alloc(32, 7).toString('base64url')

function setUp() {
  const hand = handClock()
  const spent = new Set<string>()
  const challenges = createPasskeyChallenges({
    clock: hand.clock,
    secret: new Uint8Array(32).fill(9),
    spendChallenge: (digest) => {
      const isFirst = !spent.has(digest)
      spent.add(digest)
      return Promise.resolve(isFirst)
    },
  })
  return { hand, spent, ceremonies: createPasskeyCeremonies({ challenges, issuer }) }
}

async function registered(
  ceremonies: PasskeyCeremonies,
  wish: Partial<AuthenticatorWish> = {},
): Promise<{ authenticator: SoftwareAuthenticator; credential: MadeCredential }> {
  const authenticator = createAuthenticator({ origin: issuer, ...wish })
  const options = await ceremonies.registrationOptions({
    binding: session,
    userHandle,
    email: 'ada@example.com',
    exclude: [],
  })
  return {
    authenticator,
    credential: await ceremonies.verifyRegistration(session, authenticator.register(options)),
  }
}

describe('Registering a passkey', () => {
  const begin = async () => {
    const { ceremonies, hand } = setUp()
    const wish = { binding: session, userHandle, email: 'ada@example.com', exclude: [] }
    const options = await ceremonies.registrationOptions(wish)
    return { ceremonies, hand, options, authenticator: createAuthenticator({ origin: issuer }) }
  }

  it('asks for a discoverable key and for the person, and not for the make of the authenticator', async () => {
    const { ceremonies } = setUp()
    const exclude = [
      {
        credentialId: 'b25l',
        publicKey: '',
        counter: 0,
        transports: ['usb', 'invented'],
        backupEligible: false,
      },
    ]
    const wish = { binding: session, userHandle, email: 'ada@example.com', exclude }
    const options = await ceremonies.registrationOptions(wish)
    assert.deepEqual(options.rp, { name: 'Mien', id: 'login.example.com' })
    assert.equal(options.user.id, userHandle)
    assert.equal(options.user.name, 'ada@example.com')
    assert.equal(options.attestation, 'none')
    assert.equal(options.timeout, 300_000)
    assert.equal(options.authenticatorSelection?.residentKey, 'required')
    assert.equal(options.authenticatorSelection?.userVerification, 'required')
    assert.deepEqual(options.excludeCredentials, [{ id: 'b25l', type: 'public-key', transports: ['usb'] }])
  })

  it('keeps the public key, and whether the passkey is synced or stays on its device', async () => {
    const { ceremonies } = setUp()
    const synced = await registered(ceremonies, { isSynced: true })
    assert.include(synced.credential, { backupEligible: true, backedUp: true, counter: 1 })
    assert.equal(synced.credential.credentialId, synced.authenticator.credentialId)
    assert.deepEqual(synced.credential.transports, ['internal'])
    const bound = await registered(ceremonies)
    assert.include(bound.credential, { backupEligible: false, backedUp: false })
  })

  const lies: Readonly<Record<string, Lies>> = {
    'the origin is another site’s': { origin: 'https://login.example.com.evil.example' },
    'the origin has another scheme': { origin: 'http://login.example.com' },
    'it was made for another relying party': { rpId: 'example.com' },
    'it is no registration': { type: 'webauthn.get' },
    'nobody was verified': { isUserVerified: false },
    'nobody was there': { isUserPresent: false },
    'the page was inside another one': { crossOrigin: true },
    'the id is another’s': { id: Buffer.alloc(32, 1).toString('base64url') },
    'the challenge was made up': { challenge: Buffer.alloc(72, 1).toString('base64url') },
    'there is no challenge': { challenge: '' },
    'the signature of its own attestation is not one': {
      attestation: {
        fmt: 'packed',
        attStmt: new Map<string, number | Buffer>([
          ['alg', -7],
          ['sig', Buffer.alloc(64, 1)],
        ]),
      },
    },
    'it brings a certificate': {
      attestation: { fmt: 'packed', attStmt: new Map([['x5c', Buffer.alloc(8)]]) },
    },
    'it is attested in a way that was not asked for': {
      attestation: { fmt: 'fido-u2f', attStmt: new Map([['sig', Buffer.alloc(8)]]) },
    },
  }
  for (const [what, lie] of Object.entries(lies)) {
    it(`is refused where ${what}`, async () => {
      const { ceremonies, options, authenticator } = await begin()
      const answer = authenticator.register(options, lie)
      assert.equal(await faultOf(() => ceremonies.verifyRegistration(session, answer)), 'passkey_refused')
    })
  }

  it('is refused in another session, a second time, after five minutes, and with the challenge of a sign-in', async () => {
    const { ceremonies, hand, options, authenticator } = await begin()
    const verify = (answer: ReturnType<typeof authenticator.register>, binding = session): Promise<string> =>
      faultOf(() => ceremonies.verifyRegistration(binding, answer))
    assert.equal(await verify(authenticator.register(options), 'session:2'), 'passkey_refused')
    assert.equal(await verify(authenticator.register(options)), 'none')
    assert.equal(await verify(authenticator.register(options)), 'passkey_refused')
    const { challenge } = await ceremonies.assertionOptions(session)
    assert.equal(await verify(authenticator.register({ ...options, challenge })), 'passkey_refused')
    const late = await ceremonies.registrationOptions({
      binding: session,
      userHandle,
      email: 'ada@example.com',
      exclude: [],
    })
    hand.pass(300)
    assert.equal(await verify(authenticator.register(late)), 'passkey_refused')
  })

  it('takes bytes that are no answer of an authenticator for a refusal, not for a fault of ours', async () => {
    const { ceremonies, options, authenticator } = await begin()
    const answer = authenticator.register(options)
    for (const broken of ['', 'AA', 'not base64url!', Buffer.alloc(600, 255).toString('base64url')]) {
      const parts = [
        { ...answer.response, clientDataJSON: broken },
        { ...answer.response, attestationObject: broken },
      ]
      for (const response of parts) {
        const code = await faultOf(() => ceremonies.verifyRegistration(session, { ...answer, response }))
        assert.equal(code, 'passkey_refused', broken)
      }
    }
  })
})

describe('Signing in with a passkey', () => {
  it('asks for the person, and names no credential unless it is told to', async () => {
    const { ceremonies } = setUp()
    const open = await ceremonies.assertionOptions(visit)
    assert.deepEqual(open.allowCredentials, [])
    assert.equal(open.userVerification, 'required')
    assert.equal(open.rpId, 'login.example.com')
    const { credential } = await registered(ceremonies)
    const { allowCredentials } = await ceremonies.assertionOptions(visit, [credential])
    assert.deepEqual(allowCredentials, [
      { id: credential.credentialId, type: 'public-key', transports: ['internal'] },
    ])
  })

  const tryWith = async (
    lies: Lies,
    wish: Partial<AuthenticatorWish> = {},
  ): Promise<AssertionProof | undefined> => {
    const { ceremonies } = setUp()
    const { authenticator, credential } = await registered(ceremonies, wish)
    const answer = authenticator.assert(await ceremonies.assertionOptions(visit), lies)
    return ceremonies.verifyAssertion(visit, answer, credential)
  }

  it('proves hardware where the key stays on its device, and software where it is synced', async () => {
    assert.deepEqual(await tryWith({}), { kind: 'hwk', counter: 2, backedUp: false })
    assert.deepEqual(await tryWith({}, { isSynced: true }), { kind: 'swk', counter: 2, backedUp: true })
    assert.deepEqual(await tryWith({ isBackedUp: false }, { isSynced: true }), {
      kind: 'swk',
      counter: 2,
      backedUp: false,
    })
  })

  it('works with an authenticator that does not count', async () => {
    assert.deepEqual(await tryWith({}, { counts: false }), { kind: 'hwk', counter: 0, backedUp: false })
  })

  it('hands on the counter as it was signed, for the store to weigh', async () => {
    assert.deepEqual(await tryWith({ counter: 0 }), { kind: 'hwk', counter: 0, backedUp: false })
  })

  const lies: Readonly<Record<string, Lies>> = {
    'the origin is another site’s': { origin: 'https://login.example.com.evil.example' },
    'the origin has another port': { origin: 'https://login.example.com:8443' },
    'the key was asked for another relying party': { rpId: 'example.com' },
    'it is no sign-in': { type: 'webauthn.create' },
    'nobody was verified': { isUserVerified: false },
    'nobody was there': { isUserPresent: false },
    'the page was inside another one': { crossOrigin: true },
    'what was signed is not what is shown': { isSignatureTampered: true },
    'the key came to be synced, which no key does': { isSynced: true },
    'it names another credential': { id: Buffer.alloc(32, 1).toString('base64url') },
    'the challenge was made up': { challenge: Buffer.alloc(72, 1).toString('base64url') },
  }
  for (const [what, lie] of Object.entries(lies)) {
    it(`is refused where ${what}`, async () => {
      assert.isUndefined(await tryWith(lie))
    })
  }

  it('is refused with another’s key, and where nobody has the credential', async () => {
    const { ceremonies } = setUp()
    const ada = await registered(ceremonies)
    const ben = await registered(ceremonies)
    const answer = async () => ada.authenticator.assert(await ceremonies.assertionOptions(visit))
    assert.isUndefined(await ceremonies.verifyAssertion(visit, await answer(), ben.credential))
    assert.isUndefined(await ceremonies.verifyAssertion(visit, await answer(), undefined))
    assert.isDefined(await ceremonies.verifyAssertion(visit, await answer(), ada.credential))
  })

  it('spends its challenge also where the answer is refused', async () => {
    const { ceremonies } = setUp()
    const { authenticator, credential } = await registered(ceremonies)
    const options = await ceremonies.assertionOptions(visit)
    const forged = authenticator.assert(options, { isSignatureTampered: true })
    assert.isUndefined(await ceremonies.verifyAssertion(visit, forged, credential))
    assert.isUndefined(await ceremonies.verifyAssertion(visit, authenticator.assert(options), credential))
  })

  it('is refused in another visit, a second time, after five minutes, and with the challenge of a registration', async () => {
    const { ceremonies, hand } = setUp()
    const { authenticator, credential } = await registered(ceremonies)
    const verify = async (
      answer: ReturnType<typeof authenticator.assert>,
      binding = visit,
    ): Promise<boolean> => (await ceremonies.verifyAssertion(binding, answer, credential)) !== undefined
    const answer = authenticator.assert(await ceremonies.assertionOptions(visit))
    assert.isFalse(await verify(answer, 'interaction:2'))
    assert.isTrue(await verify(answer))
    assert.isFalse(await verify(answer))
    const wish = { binding: visit, userHandle, email: 'ada@example.com', exclude: [] }
    const { challenge } = await ceremonies.registrationOptions(wish)
    assert.isFalse(await verify(authenticator.assert({ challenge })))
    const late = authenticator.assert(await ceremonies.assertionOptions(visit))
    hand.pass(300)
    assert.isFalse(await verify(late))
  })

  it('asks without remembering: what was never answered leaves nothing behind', async () => {
    const { ceremonies, spent } = setUp()
    for (let index = 0; index < 100; index += 1) await ceremonies.assertionOptions(visit)
    assert.equal(spent.size, 0)
  })
})
