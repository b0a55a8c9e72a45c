import { assert } from 'chai'
import * as client from 'openid-client'
import { createBrowser } from './browser.ts'
import { beginFlow, callback, discover, redeem, startProvider, type TestProvider } from './fixtures.ts'
import { assertionClaims, assertionType, makeClientKey, now, signed, type ClientKey } from './keys.ts'

const api = 'https://api.example/'

describe('a client that signs for itself', () => {
  let test: TestProvider
  let key: ClientKey
  let stranger: ClientKey
  before(async () => {
    ;[key, stranger] = await Promise.all([makeClientKey('ES256'), makeClientKey('ES256')])
    test = await startProvider({
      resources: [{ identifier: api, scopes: { use: 'use the API' } }],
      clients: [
        {
          client_id: 'signer',
          name: 'Signer',
          type: 'confidential',
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [key.publicJwk] },
          grants: ['authorization_code', 'refresh_token', 'client_credentials'],
          redirect_uris: [callback],
          resources: [api],
        },
      ],
    })
  })
  after(() => test.close())

  const ask = async (assertion: string): Promise<{ status: number; error: unknown }> => {
    const response = await fetch(`${test.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: assertionType,
        client_assertion: assertion,
      }),
    })
    const body = (await response.json()) as Record<string, unknown>
    return { status: response.status, error: body['error'] }
  }
  const good = () => assertionClaims('signer', test.issuer)

  it('signs people in by private_key_jwt', async () => {
    const configuration = await discover(
      test,
      'signer',
      client.PrivateKeyJwt({ key: key.privateKey, kid: key.publicJwk.kid }),
    )
    const flow = await beginFlow(configuration)
    const { url } = await createBrowser(test.issuer).open(flow.url)
    assert.equal((await redeem(flow, url)).claims()?.sub, test.login.subjectId)
  })

  it('may use an assertion once, however many times it comes at the same moment', async () => {
    const assertion = await signed(key, good())
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(assertion)))
    assert.lengthOf(
      answers.filter(({ status }) => status === 200),
      1,
    )
    assert.equal((await ask(assertion)).error, 'invalid_client')
  })

  it('is refused for any fault of the assertion, each by the same code', async () => {
    const claims = good()
    const faulty: Readonly<Record<string, Promise<string>>> = {
      'another’s key': signed({ ...stranger, publicJwk: key.publicJwk }, good()),
      'another audience': signed(key, { ...good(), aud: 'https://elsewhere.example' }),
      expired: signed(key, { ...good(), exp: now() - 60 }),
      'far away': signed(key, { ...good(), exp: now() + 7200 }),
      'not yet': signed(key, { ...good(), nbf: now() + 120 }),
      'without exp': signed(key, { ...good(), exp: undefined }),
      'without jti': signed(key, { iss: claims.iss, sub: claims.sub, aud: claims.aud, exp: claims.exp }),
      'another issuer': signed(key, { ...good(), iss: 'demo' }),
      unsigned: Promise.resolve(
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(good())).toString('base64url')}.`,
      ),
    }
    for (const [name, assertion] of Object.entries(faulty)) {
      assert.deepEqual(await ask(await assertion), { status: 401, error: 'invalid_client' }, name)
    }
  })

  it('cannot fall back to no proof, or to a secret', async () => {
    for (const extra of [{}, { client_secret: 'a-secret-of-more-than-thirty-two-characters' }]) {
      const response = await fetch(`${test.issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'signer', ...extra }),
      })
      assert.equal(response.status, 401)
    }
  })
})
