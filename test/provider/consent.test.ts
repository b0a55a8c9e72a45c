import { assert } from 'chai'
import { accountClientId } from '../../src/provider/client-schema.ts'
import { rememberedConsents, rememberedKey } from '../../src/provider/grants.ts'
import { createBrowser } from './browser.ts'
import { beginFlow, callback, discover, redeem, startProvider, type TestProvider } from './fixtures.ts'

const api = 'https://api.example/'
const app = { type: 'public', redirect_uris: [callback], resources: [api] }

describe('consent', () => {
  let test: TestProvider
  before(async () => {
    test = await startProvider({
      registrationToken: 'an-initial-access-token-of-the-operator',
      resources: [{ identifier: api, scopes: { read: 'read it', write: 'write it' } }],
      clients: [
        { ...app, client_id: 'asking', name: 'Asking' },
        { ...app, client_id: 'once', name: 'Once', consent: 'once' },
        { ...app, client_id: 'ours', name: 'Ours', consent: 'skip' },
        {
          ...app,
          client_id: 'choosy',
          name: 'Choosy',
          consent: 'skip',
          accepted_acrs: ['urn:mien:acr:passkey', 'urn:mien:acr:password-otp'],
        },
      ],
    })
  })
  after(() => test.close())

  type Browser = ReturnType<typeof createBrowser>
  const signIn = async (
    clientId: string,
    wish: Readonly<Record<string, string>> = {},
    browser: Browser = createBrowser(test.issuer),
  ) => {
    test.prompts.splice(0)
    const flow = await beginFlow(await discover(test, clientId), wish)
    const { url } = await browser.open(flow.url)
    return { prompts: [...test.prompts], tokens: await redeem(flow, url) }
  }

  it('is asked for in each session, unless the operator says otherwise', async () => {
    for (let sessions = 0; sessions < 2; sessions += 1)
      assert.deepEqual((await signIn('asking')).prompts, ['login', 'consent'])
  })

  it('that was given once holds in later sessions, for what it was given for', async () => {
    assert.deepEqual((await signIn('once', { scope: 'openid email' })).prompts, ['login', 'consent'])
    const again = await signIn('once', { scope: 'openid email' })
    assert.deepEqual(again.prompts, ['login'])
    assert.equal(again.tokens.scope, 'openid email')
    const more = { scope: 'openid profile read', resource: api }
    assert.deepEqual((await signIn('once', more)).prompts, ['login', 'consent'])
    assert.deepEqual((await signIn('once', { ...more, scope: 'openid email profile read' })).prompts, [
      'login',
    ])
    assert.deepEqual((await signIn('once', { ...more, scope: 'openid write' })).prompts, ['login', 'consent'])
  })

  it('that was taken back is asked for again', async () => {
    await signIn('once')
    const key = rememberedKey(test.login.subjectId, 'once')
    await test.store.oidc.recordsOf(rememberedConsents).destroy(key)
    assert.deepEqual((await signIn('once')).prompts, ['login', 'consent'])
  })

  it('that was given to an app ends with the app', async () => {
    await signIn('once')
    await test.store.clientRecords.endAccess('once')
    assert.isEmpty(await test.store.oidc.listOf(rememberedConsents, test.login.subjectId))
    assert.deepEqual((await signIn('once')).prompts, ['login', 'consent'])
  })

  it('is not asked for by an app of the operator’s own, whatever it wants of what it may have', async () => {
    const browser = createBrowser(test.issuer)
    const first = await signIn('ours', { scope: 'openid email' }, browser)
    assert.deepEqual(first.prompts, ['login'])
    assert.equal(first.tokens.scope, 'openid email')
    const second = await signIn('ours', { scope: 'openid profile read', resource: api }, browser)
    assert.isEmpty(second.prompts)
    assert.equal(second.tokens.scope, 'openid profile')
    const asked = await signIn('ours', { prompt: 'consent' }, browser)
    assert.deepEqual(asked.prompts, ['consent'])
  })

  it('is always asked for by an app that registered itself, whatever that says of itself', async () => {
    const answer = await fetch(`${test.issuer}/register`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer an-initial-access-token-of-the-operator',
      },
      body: JSON.stringify({
        redirect_uris: [callback],
        token_endpoint_auth_method: 'none',
        consent: 'skip',
      }),
    })
    const { client_id: id } = (await answer.json()) as { readonly client_id: string }
    assert.deepEqual((await signIn(id)).prompts, ['login', 'consent'])
  })

  it('to itself is never asked for by the account page', async () => {
    test.prompts.splice(0)
    const address = new URL(`${test.issuer}/authorize`)
    address.search = new URLSearchParams({
      client_id: accountClientId,
      redirect_uri: `${test.issuer}/account`,
      response_type: 'none',
      scope: 'openid',
    }).toString()
    await createBrowser(test.issuer).open(address)
    assert.deepEqual(test.prompts, ['login'])
  })

  it('and sessions serve no app that does not accept how the person signed in', async () => {
    const browser = createBrowser(test.issuer)
    await signIn('ours', {}, browser)
    const face = test.login
    test.login = { ...face, acr: 'urn:mien:acr:passkey', amr: ['hwk'] }
    const raised = await signIn('choosy', {}, browser)
    test.login = face
    assert.deepEqual(raised.prompts, ['login'])
    assert.equal(raised.tokens.claims()?.['acr'], 'urn:mien:acr:passkey')
    assert.isEmpty((await signIn('choosy', {}, browser)).prompts)
  })
})
