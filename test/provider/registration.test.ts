import { assert } from 'chai'
import * as client from 'openid-client'
import { createBrowser } from './browser.ts'
import { beginFlow, callback, redeem, startProvider, type TestProvider } from './fixtures.ts'

const registrationToken = 'an-initial-access-token-of-the-operator'
type Entry = Readonly<Record<string, unknown>>

describe('an app that registers itself', () => {
  let test: TestProvider
  before(async () => (test = await startProvider({ registrationToken })))
  after(() => test.close())

  const register = async (metadata: object, token = registrationToken) => {
    const response = await fetch(`${test.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ client_name: 'Newcomer', redirect_uris: [callback], ...metadata }),
    })
    return { status: response.status, entry: (await response.json()) as Entry }
  }
  const manage = async (entry: Entry, method: string, body?: object) => {
    const response = await fetch(String(entry['registration_client_uri']), {
      method,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${String(entry['registration_access_token'])}`,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, entry: (text === '' ? {} : JSON.parse(text)) as Entry }
  }

  it('needs the token of the operator, and a provider that gave one out', async () => {
    for (const token of ['guessed', registrationToken.slice(1)])
      assert.equal((await register({}, token)).status, 401, token)
    const closed = await startProvider()
    const answer = await fetch(`${closed.issuer}/register`, { method: 'POST', body: '{}' })
    assert.equal(answer.status, 404)
    await closed.close()
  })

  it('signs people in, with PKCE, with a secret that nobody chose', async () => {
    const configuration = await client.dynamicClientRegistration(
      new URL(test.issuer),
      { client_name: 'Newcomer', redirect_uris: [callback] },
      client.ClientSecretBasic(),
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- the provider under test is on this machine
      { initialAccessToken: registrationToken, execute: [client.allowInsecureRequests] },
    )
    const { client_secret: secret } = configuration.clientMetadata()
    assert.isAtLeast(secret?.length ?? 0, 43)
    const flow = await beginFlow(configuration)
    const { url } = await createBrowser(test.issuer).open(flow.url)
    assert.equal((await redeem(flow, url)).claims()?.sub, test.login.subjectId)
    const plain = new URL((await beginFlow(configuration)).url)
    plain.searchParams.delete('code_challenge')
    const refused = await createBrowser(test.issuer).open(plain)
    assert.equal(refused.url.searchParams.get('error'), 'invalid_request')
  })

  it('reads, changes and removes its entry, by a token that is a new one after each change', async () => {
    const { entry } = await register({})
    assert.equal((await manage(entry, 'GET')).entry['client_id'], entry['client_id'])
    const wish = { client_id: entry['client_id'], redirect_uris: [callback], client_name: 'Renamed' }
    const changed = await manage(entry, 'PUT', wish)
    assert.equal(changed.status, 200)
    assert.equal(changed.entry['client_name'], 'Renamed')
    assert.notEqual(changed.entry['registration_access_token'], entry['registration_access_token'])
    assert.equal((await manage(entry, 'GET')).status, 401)
    assert.equal((await manage(changed.entry, 'DELETE')).status, 204)
    assert.equal((await manage(changed.entry, 'GET')).status, 401)
    assert.isUndefined(await test.provider.Client.find(String(entry['client_id'])))
  })

  it('is a native app where its addresses are, whatever it calls itself', async () => {
    const agent = ['http://localhost:4242', 'http://127.0.0.1:8080/callback', 'edu.example.agent:/redirect']
    for (const said of [{ application_type: 'web' }, {}, { application_type: 'native' }]) {
      const { status, entry } = await register({ ...said, redirect_uris: agent })
      assert.equal(status, 201)
      assert.equal(entry['application_type'], 'native')
      const kept = await test.provider.Client.find(String(entry['client_id']))
      assert.equal(kept?.applicationType, 'native')
    }
    const plain = await register({ redirect_uris: ['http://localhost:4242'] })
    assert.equal(plain.entry['application_type'], 'web')
    const mixed = await register({ redirect_uris: ['edu.example.agent:/redirect', 'https://a.example/'] })
    assert.deepEqual([mixed.status, mixed.entry['error']], [400, 'invalid_redirect_uri'])
  })

  it('cannot look after the entry of another, or of the operator', async () => {
    const { entry } = await register({})
    const other = { ...entry, registration_client_uri: `${test.issuer}/register/demo` }
    assert.equal((await manage(other, 'GET')).status, 401)
  })

  it('is held to what the operator’s own apps are', async () => {
    const hostile: readonly object[] = [
      { redirect_uris: ['http://evil.example/'] },
      { redirect_uris: ['https://*.example/'] },
      { redirect_uris: ['https://u:p@a.example/'] },
      { redirect_uris: ['javascript:alert(1)'] },
      { redirect_uris: [`${callback}#x`] },
      { redirect_uris: [] },
      { redirect_uris: 'https://a.example/' },
      { redirect_uris: Array.from({ length: 21 }, (_, at) => `https://a.example/${at}`) },
      { post_logout_redirect_uris: ['http://evil.example/'] },
      { backchannel_logout_uri: 'http://evil.example/' },
      { jwks_uri: 'http://evil.example/' },
      { client_name: 'x'.repeat(81) },
      { client_name: 'Bank\u202Eevil' },
      { grant_types: ['client_credentials'], response_types: [] },
      { response_types: ['token'] },
      { id_token_signed_response_alg: 'none' },
      { id_token_signed_response_alg: 'HS256' },
      { token_endpoint_auth_method: 'client_secret_jwt' },
      { scope: 'openid admin' },
      { subject_type: 'pairwise', redirect_uris: ['https://a.example/', 'https://b.example/'] },
    ]
    for (const metadata of hostile) {
      const { status, entry } = await register(metadata)
      assert.equal(status, 400, JSON.stringify(metadata))
      assert.match(String(entry['error']), /^invalid_(client_metadata|redirect_uri)$/)
    }
    const { entry } = await register({})
    const wish = { client_id: entry['client_id'], redirect_uris: ['http://evil.example/'] }
    assert.equal((await manage(entry, 'PUT', wish)).status, 400)
    assert.deepEqual(test.serverErrors, [])
  })
})
