import { assert } from 'chai'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { createBrowser } from './browser.ts'
import {
  beginFlow,
  callback,
  discover,
  errorOf,
  redeem,
  secret,
  startProvider,
  type TestProvider,
} from './fixtures.ts'

const photos = 'https://photos.example/'
const music = 'https://music.example/'
const resources = [
  {
    identifier: photos,
    scopes: { 'photos:read': 'see your photos', 'photos:write': 'change your photos' },
    token_seconds: 120,
    token_alg: 'ES256',
  },
  { identifier: music, audience: 'music-api', scopes: { 'music:read': 'see your music' } },
]
const clients = [
  {
    client_id: 'viewer',
    name: 'Viewer',
    type: 'public',
    redirect_uris: [callback],
    resources: [{ identifier: photos, scopes: ['photos:read'] }, music],
  },
  {
    client_id: 'robot',
    name: 'Robot',
    type: 'confidential',
    secret,
    grants: ['client_credentials'],
    resources: [photos],
  },
  {
    client_id: 'two-armed-robot',
    name: 'Robot',
    type: 'confidential',
    secret,
    grants: ['client_credentials'],
    resources: [photos, music],
  },
]

describe('a token for an API', () => {
  let test: TestProvider
  before(async () => (test = await startProvider({ clients, resources })))
  after(() => test.close())

  const verify = (token: string, audience: string) =>
    jwtVerify(token, createRemoteJWKSet(new URL(`${test.issuer}/jwks`)), {
      issuer: test.issuer,
      audience,
      typ: 'at+jwt',
    })
  const signIn = async (extra: Readonly<Record<string, string>>) => {
    const flow = await beginFlow(await discover(test, 'viewer'), extra)
    const { url } = await createBrowser(test.issuer).open(flow.url)
    return { flow, url }
  }
  const robot = (id = 'robot') => discover(test, id, client.ClientSecretBasic(secret))

  it('is signed, short-lived and for that API alone, says how the person signed in, and no more of them', async () => {
    const { flow, url } = await signIn({ scope: 'openid email photos:read', resource: photos })
    const tokens = await client.authorizationCodeGrant(
      flow.configuration,
      url,
      { pkceCodeVerifier: flow.verifier, expectedState: flow.state, expectedNonce: flow.nonce },
      { resource: photos },
    )
    const { payload, protectedHeader } = await verify(tokens.access_token, photos)
    assert.equal(protectedHeader.alg, 'ES256')
    assert.equal(payload['client_id'], 'viewer')
    assert.equal(payload.sub, test.login.subjectId)
    assert.equal(payload['scope'], 'photos:read')
    assert.equal((payload.exp ?? 0) - (payload.iat ?? 0), 120)
    assert.equal(payload['acr'], 'urn:mien:acr:face')
    assert.isNumber(payload['auth_time'])
    assert.notInclude(JSON.stringify(payload), 'anna@example.com')
    const info = client.fetchUserInfo(flow.configuration, tokens.access_token, test.login.subjectId)
    assert.equal(await errorOf(info), 'invalid_token')
  })

  it('is not made for an ID token, nor an ID token taken for one', async () => {
    const { flow, url } = await signIn({})
    const tokens = await redeem(flow, url)
    const taken = await verify(tokens.id_token ?? '', 'viewer').then(
      () => true,
      () => false,
    )
    assert.isFalse(taken)
    const info = client.fetchUserInfo(flow.configuration, tokens.id_token ?? '', test.login.subjectId)
    assert.equal(await errorOf(info), 'invalid_token')
  })

  it('without a resource in the token request is for the userinfo endpoint', async () => {
    const { flow, url } = await signIn({ scope: 'openid photos:read', resource: photos })
    const tokens = await redeem(flow, url)
    assert.equal(tokens.scope, 'openid')
    await client.fetchUserInfo(flow.configuration, tokens.access_token, test.login.subjectId)
  })

  it('never has a scope that the operator did not let the app ask for', async () => {
    const { flow, url } = await signIn({ scope: 'openid photos:read photos:write', resource: photos })
    const tokens = await client.authorizationCodeGrant(
      flow.configuration,
      url,
      { pkceCodeVerifier: flow.verifier, expectedState: flow.state, expectedNonce: flow.nonce },
      { resource: photos },
    )
    assert.equal((await verify(tokens.access_token, photos)).payload['scope'], 'photos:read')
  })

  it('is refused for an API that is not declared, or not this app’s', async () => {
    for (const resource of ['https://unknown.example/', 'not a uri', `${photos}#x`]) {
      const { flow, url } = await signIn({ resource })
      assert.equal(await errorOf(redeem(flow, url)), 'invalid_target', resource)
    }
    const grant = client.clientCredentialsGrant(await robot(), { resource: music })
    assert.equal(await errorOf(grant), 'invalid_target')
  })

  it('is given to a program that acts for itself, with its own name as the subject', async () => {
    const tokens = await client.clientCredentialsGrant(await robot(), { scope: 'photos:write' })
    assert.isUndefined(tokens.refresh_token)
    assert.isUndefined(tokens.id_token)
    const { payload } = await verify(tokens.access_token, photos)
    assert.equal(payload.sub, 'robot')
    assert.equal(payload['scope'], 'photos:write')
    assert.equal(tokens.expires_in, 120)
  })

  it('is neither taken back nor asked about here, and that is said rather than that it is worth nothing', async () => {
    const configuration = await robot()
    const { access_token: token } = await client.clientCredentialsGrant(configuration)
    assert.equal(await errorOf(client.tokenRevocation(configuration, token)), 'unsupported_token_type')
    assert.equal(await errorOf(client.tokenIntrospection(configuration, token)), 'unsupported_token_type')
    assert.isDefined(await verify(token, photos))
  })

  it('is for one API at a time: a program with several says which', async () => {
    const configuration = await robot('two-armed-robot')
    assert.equal(await errorOf(client.clientCredentialsGrant(configuration)), 'invalid_target')
    const { access_token: token } = await client.clientCredentialsGrant(configuration, { resource: music })
    await verify(token, 'music-api')
  })

  it('is not given without the secret, nor to an app that acts for people alone', async () => {
    const wrong = await discover(test, 'robot', client.ClientSecretBasic(`${secret}!`))
    assert.equal(await errorOf(client.clientCredentialsGrant(wrong)), 'invalid_client')
    const app = await discover(test, 'strict-shop', client.ClientSecretBasic(secret))
    assert.equal(await errorOf(client.clientCredentialsGrant(app)), 'invalid_request')
  })
})
