import { assert } from 'chai'
import * as client from 'openid-client'
import { createBrowser } from './browser.ts'
import { beginFlow, callback, discover, errorOf, startProvider, type TestProvider } from './fixtures.ts'
import { assertionClaims, assertionType, makeClientKey, now, signed, type ClientKey } from './keys.ts'

describe('a client with the FAPI 2.0 Security Profile', () => {
  let test: TestProvider
  let key: ClientKey
  let dpopKey: ClientKey
  let rsa: ClientKey
  before(async () => {
    ;[key, dpopKey, rsa] = await Promise.all([
      makeClientKey('ES256'),
      makeClientKey('ES256'),
      makeClientKey('RS256'),
    ])
    test = await startProvider({
      clients: [
        {
          client_id: 'bank',
          name: 'Bank',
          type: 'confidential',
          profile: 'fapi2',
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [key.publicJwk, rsa.publicJwk] },
          sender_constrained: 'dpop',
          redirect_uris: [callback],
        },
      ],
    })
  })
  after(() => test.close())

  const asBank = () =>
    discover(test, 'bank', client.PrivateKeyJwt({ key: key.privateKey, kid: key.publicJwk.kid }))
  const handleOf = (configuration: client.Configuration) =>
    client.getDPoPHandle(configuration, { publicKey: dpopKey.publicKey, privateKey: dpopKey.privateKey })
  const signIn = async (extra: Readonly<Record<string, string>> = {}) => {
    const configuration = await asBank()
    const flow = await beginFlow(configuration, extra)
    const parameters = Object.fromEntries(flow.url.searchParams)
    const pushed = await client.buildAuthorizationUrlWithPAR(configuration, parameters)
    const { url } = await createBrowser(test.issuer).open(pushed)
    const checks = {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
    }
    return { configuration, flow, url, checks }
  }
  const push = async (claims: object, by = key) => {
    const flow = await beginFlow(await asBank())
    const response = await fetch(`${test.issuer}/par`, {
      method: 'POST',
      body: new URLSearchParams({
        ...Object.fromEntries(flow.url.searchParams),
        client_assertion_type: assertionType,
        client_assertion: await signed(by, { ...assertionClaims('bank', test.issuer), ...claims }),
      }),
    })
    const { error } = (await response.json()) as { error?: string }
    return error ?? 'none'
  }

  it('signs people in by a pushed request, an assertion and a bound token', async () => {
    const { configuration, url, checks } = await signIn()
    const DPoP = handleOf(configuration)
    const tokens = await client.authorizationCodeGrant(configuration, url, checks, undefined, { DPoP })
    assert.equal(tokens.token_type, 'dpop')
    assert.equal(tokens.claims()?.sub, test.login.subjectId)
    const info = await client.fetchUserInfo(configuration, tokens.access_token, test.login.subjectId, {
      DPoP,
    })
    assert.equal(info.email, 'anna@example.com')
  })

  it('gets no token without binding it', async () => {
    const { configuration, url, checks } = await signIn()
    const tried = client.authorizationCodeGrant(configuration, url, checks)
    assert.equal(await errorOf(tried), 'invalid_grant')
  })

  it('keeps its refresh token, for nobody else can use it', async () => {
    const { configuration, url, checks } = await signIn({ scope: 'openid offline_access', prompt: 'consent' })
    const options = { DPoP: handleOf(configuration) }
    const first = await client.authorizationCodeGrant(configuration, url, checks, undefined, options)
    const refresh = () =>
      client.refreshTokenGrant(configuration, first.refresh_token ?? '', undefined, options)
    assert.equal((await refresh()).refresh_token ?? first.refresh_token, first.refresh_token)
    await refresh()
  })

  it('cannot send its request through the browser', async () => {
    const flow = await beginFlow(await asBank())
    const { url } = await createBrowser(test.issuer).open(flow.url)
    assert.equal(url.searchParams.get('error'), 'invalid_request')
  })

  it('has PKCE asked of it when it pushes', async () => {
    const configuration = await asBank()
    const flow = await beginFlow(configuration)
    const parameters = new URLSearchParams(flow.url.searchParams)
    parameters.delete('code_challenge')
    const pushed = client.buildAuthorizationUrlWithPAR(configuration, parameters)
    assert.equal(await errorOf(pushed), 'invalid_request')
  })

  it('names this very issuer, and it alone, as the audience of its assertions', async () => {
    assert.equal(await push({}), 'none')
    for (const aud of [`${test.issuer}/token`, `${test.issuer}/par`, [test.issuer], `${test.issuer}/`]) {
      assert.equal(await push({ aud }), 'invalid_client', JSON.stringify(aud))
    }
  })

  it('is believed a clock that is some seconds ahead, and no more', async () => {
    assert.equal(await push({ nbf: now() + 8, iat: now() + 8 }), 'none')
    assert.equal(await push({ nbf: now() + 65 }), 'invalid_client')
    assert.equal(await push({ exp: now() - 300 }), 'invalid_client')
  })

  it('cannot sign with RS256', async () => {
    assert.equal(await push({}, rsa), 'invalid_client')
  })

  it('gets a DPoP key bound to the code where it names one in the pushed request', async () => {
    const configuration = await asBank()
    const thumbprint = await handleOf(configuration).calculateThumbprint()
    const { url, checks } = await signIn({ dpop_jkt: thumbprint })
    const thief = await makeClientKey('ES256')
    const stolen = client.authorizationCodeGrant(configuration, url, checks, undefined, {
      DPoP: client.getDPoPHandle(configuration, thief),
    })
    assert.equal(await errorOf(stolen), 'invalid_grant')
  })
})
