import { assert } from 'chai'
import { compactDecrypt, createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { createBrowser } from './browser.ts'
import {
  beginFlow,
  callback,
  discover,
  redeem,
  secret,
  startProvider,
  type TestProvider,
} from './fixtures.ts'
import { makeClientKey, type ClientKey } from './keys.ts'

const shared = { type: 'confidential', secret, redirect_uris: [callback] }

describe('what an app is told of a person', () => {
  let test: TestProvider
  let key: ClientKey
  let rsa: ClientKey
  before(async () => {
    ;[key, rsa] = await Promise.all([makeClientKey('ECDH-ES', 'enc'), makeClientKey('RSA-OAEP-256', 'enc')])
    const jwks = { keys: [key.publicJwk, rsa.publicJwk] }
    const sealing = { alg: 'ECDH-ES', enc: 'A256GCM' }
    test = await startProvider({
      clients: [
        { ...shared, client_id: 'plain', name: 'Plain', userinfo_alg: 'ES256', id_token_alg: 'ES256' },
        {
          ...shared,
          client_id: 'sealed',
          name: 'Sealed',
          jwks,
          id_token_encryption: sealing,
          userinfo_encryption: { alg: 'RSA-OAEP-256' },
        },
      ],
    })
  })
  after(() => test.close())

  const signIn = async (id: string, extra: Readonly<Record<string, string>> = {}) => {
    const configuration = await discover(test, id, client.ClientSecretBasic(secret))
    const flow = await beginFlow(configuration, extra)
    const { url } = await createBrowser(test.issuer).open(flow.url)
    return { flow, url, configuration }
  }
  const rawUserinfo = async (token: string) => {
    const response = await fetch(`${test.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })
    assert.include(response.headers.get('content-type') ?? '', 'application/jwt')
    return response.text()
  }
  const keys = () => createRemoteJWKSet(new URL(`${test.issuer}/jwks`))

  it('at the userinfo endpoint is signed where the app wants it so', async () => {
    const { flow, url } = await signIn('plain')
    const tokens = await redeem(flow, url)
    const jwt = await rawUserinfo(tokens.access_token)
    const { payload } = await jwtVerify(jwt, keys(), { issuer: test.issuer, audience: 'plain' })
    assert.equal(payload['email'], 'anna@example.com')
    assert.equal(decodeProtectedHeader(jwt).alg, 'ES256')
  })

  it('is signed and then encrypted to the app’s own key, ID token and userinfo alike', async () => {
    const { flow, url, configuration } = await signIn('sealed')
    client.enableDecryptingResponses(
      configuration,
      ['A256GCM', 'A128CBC-HS256'],
      { key: key.privateKey, kid: key.publicJwk.kid, alg: 'ECDH-ES' },
      { key: rsa.privateKey, kid: rsa.publicJwk.kid, alg: 'RSA-OAEP-256' },
    )
    const tokens = await redeem(flow, url)
    assert.equal(tokens.claims()?.sub, test.login.subjectId)
    assert.equal(tokens.id_token?.split('.').length, 5)
    assert.equal(decodeProtectedHeader(tokens.id_token ?? '')['enc'], 'A256GCM')
    const jwe = await rawUserinfo(tokens.access_token)
    const { plaintext } = await compactDecrypt(jwe, rsa.privateKey)
    const { payload } = await jwtVerify(new TextDecoder().decode(plaintext), keys(), {
      issuer: test.issuer,
      audience: 'sealed',
    })
    assert.equal(payload['email'], 'anna@example.com')
  })

  it('by the claims parameter is what was asked for, where it was asked for', async () => {
    const claims = JSON.stringify({ id_token: { email: { essential: true } } })
    const { flow, url } = await signIn('plain', { scope: 'openid', claims })
    const tokens = await redeem(flow, url)
    assert.equal(tokens.claims()?.['email'], 'anna@example.com')
    const { payload } = await jwtVerify(await rawUserinfo(tokens.access_token), keys())
    assert.notProperty(payload, 'email')
  })

  it('can come back by a form that posts itself, with the name of the one who answers', async () => {
    const { flow, url } = await signIn('plain', { response_mode: 'form_post' })
    assert.equal(url.origin, test.issuer)
    const again = await createBrowser(test.issuer).open(flow.url)
    assert.include(again.text, `action="${callback}"`)
    assert.include(again.text, `name="iss" value="${test.issuer}"`)
    assert.include(again.text, 'name="code"')
  })
})
