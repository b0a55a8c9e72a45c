import { assert } from 'chai'
import { createHash } from 'node:crypto'
import * as client from 'openid-client'
import { startHouse } from '../flows/house.ts'
import {
  callback,
  errorOf,
  redeem,
  rpOrigin,
  secret,
  startProvider,
  type TestProvider,
} from '../provider/fixtures.ts'
import {
  assertionClaims,
  assertionType,
  makeClientKey,
  now,
  signed,
  type ClientKey,
} from '../provider/keys.ts'
import {
  basic,
  codeIn,
  configurationOf,
  postTo,
  redeemByHand,
  send,
  signInAt,
  type SignedInFlow,
} from './attacker.ts'

const offline = { scope: 'openid offline_access', prompt: 'consent' }
const api = 'https://api.example/'
const secrets = ['first', 'second'].map((name) => `${name}-${'x'.repeat(32)}`)
const digests = secrets.map((each) => `sha256:${createHash('sha256').update(each).digest('base64url')}`)

describe('Security: the token endpoint', function () {
  this.timeout(60_000)
  let test: TestProvider
  let key: ClientKey
  let stranger: ClientKey
  before(async () => {
    ;[key, stranger] = await Promise.all([makeClientKey('ES256'), makeClientKey('ES256')])
    const robot = { type: 'confidential', grants: ['client_credentials'], resources: [api] }
    const byKey = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key.publicJwk] } }
    const fapi = { profile: 'fapi2', sender_constrained: 'dpop' }
    test = await startProvider({
      resources: [{ identifier: api, scopes: { use: 'use the API' } }],
      clients: [
        { ...robot, ...byKey, client_id: 'signer', name: 'Signer' },
        { ...robot, ...byKey, ...fapi, client_id: 'bank', name: 'Bank' },
        { ...robot, client_id: 'robot', name: 'Robot', secret_digests: digests },
      ],
    })
  })
  after(() => test.close())
  afterEach(() => {
    assert.deepEqual(test.serverErrors, [])
  })

  const userInfo = async (token: string): Promise<number> =>
    (await send(`${test.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status
  const refresh = (token: string, extra: Readonly<Record<string, string>> = {}) =>
    postTo(`${test.issuer}/token`, {
      grant_type: 'refresh_token',
      client_id: 'demo',
      refresh_token: token,
      ...extra,
    })

  it('24 a code is worth tokens once, however many ask at once, and a second use takes back what the first gave', async () => {
    const signedIn = await signInAt(test)
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeemByHand(test, signedIn)))
    const won = answers.filter(({ status }) => status === 200)
    assert.lengthOf(won, 1)
    assert.lengthOf(
      answers.filter(({ body }) => body['error'] === 'invalid_grant'),
      19,
    )
    assert.equal(await userInfo(String(won[0]?.body['access_token'])), 401, 'revoked for the race')
    const { flow, url } = await signInAt(test, { extra: offline })
    const tokens = await redeem(flow, url)
    assert.equal(await userInfo(tokens.access_token), 200)
    assert.equal((await redeemByHand(test, { flow, url })).body['error'], 'invalid_grant')
    assert.equal(await userInfo(tokens.access_token), 401)
    assert.equal((await refresh(tokens.refresh_token ?? '')).body['error'], 'invalid_grant')
  })

  it('25 a code serves its own app, address and verifier alone, and for a minute', async () => {
    const hostile = [
      { code_verifier: client.randomPKCECodeVerifier() },
      { redirect_uri: `${rpOrigin}/other` },
      { redirect_uri: '' },
      { client_id: 'strict-shop', client_secret: secret },
      { client_id: 'strict-shop' },
    ]
    for (const changed of hostile) {
      const { status, body } = await redeemByHand(test, await signInAt(test), changed)
      assert.isAtLeast(status, 400, JSON.stringify(changed))
      assert.include(['invalid_grant', 'invalid_client', 'invalid_request'], body['error'])
      assert.notProperty(body, 'access_token')
    }
    const { url } = await signInAt(test)
    const code = await test.provider.AuthorizationCode.find(codeIn(url))
    assert.isAtMost(code?.remainingTTL ?? Infinity, 60)
  })

  it('26 a refresh token is changed at each use; an old one that comes again ends them all, and none outlives the first', async () => {
    const { flow, url } = await signInAt(test, { extra: offline })
    const { refresh_token: first = '' } = await redeem(flow, url)
    const firstEnd = (await test.provider.RefreshToken.find(first))?.exp ?? 0
    const foreign = await refresh(first, { client_id: 'strict-shop', client_secret: secret })
    assert.include(['invalid_grant', 'invalid_client'], foreign.body['error'], 'of another app')
    const second = await refresh(first)
    const next = String(second.body['refresh_token'])
    assert.equal(second.status, 200, second.text)
    assert.isAtMost((await test.provider.RefreshToken.find(next))?.exp ?? Infinity, firstEnd + 1)
    assert.equal((await refresh(first)).body['error'], 'invalid_grant')
    assert.equal((await refresh(next)).body['error'], 'invalid_grant', 'the family is over')
    assert.equal(await userInfo(String(second.body['access_token'])), 401)
    const race = await signInAt(test, { extra: offline })
    const { refresh_token: raced = '' } = await redeem(race.flow, race.url)
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(raced)))
    assert.lengthOf(
      answers.filter(({ status }) => status === 200),
      1,
    )
  })

  it('27 a refresh brings neither more scopes nor another audience than the person agreed to', async () => {
    const { flow, url } = await signInAt(test, { extra: offline })
    const { refresh_token: token = '' } = await redeem(flow, url)
    assert.equal((await refresh(token, { scope: 'openid email' })).body['error'], 'invalid_scope')
    const less = await refresh(token, { scope: 'openid' })
    assert.equal(less.status, 200, less.text)
    const next = String(less.body['refresh_token'])
    assert.equal((await refresh(next, { resource: api })).body['error'], 'invalid_target')
  })

  it('28 an app with a secret proves itself at every endpoint, never in the address, and tokens are not for GET', async () => {
    const { url } = await signInAt(test, { clientId: 'strict-shop', isConfidential: true })
    const fields: Readonly<Record<string, Record<string, string>>> = {
      '/token': { grant_type: 'authorization_code', code: codeIn(url), redirect_uri: callback },
      '/par': { response_type: 'code', redirect_uri: callback, scope: 'openid' },
      '/introspect': { token: 'x' },
      '/revoke': { token: 'x' },
    }
    for (const [path, body] of Object.entries(fields)) {
      const bare = await postTo(`${test.issuer}${path}`, { ...body, client_id: 'strict-shop' })
      assert.equal(bare.body['error'], 'invalid_client', path)
      const wrong = await postTo(`${test.issuer}${path}`, body, basic('strict-shop', `${secret}!`))
      assert.deepEqual([wrong.status, wrong.body['error']], [401, 'invalid_client'], path)
      const query = new URLSearchParams({ client_id: 'strict-shop', client_secret: secret })
      const inAddress = await postTo(`${test.issuer}${path}?${query.toString()}`, body)
      assert.isAtLeast(inAddress.status, 400, path)
      const got = await send(`${test.issuer}${path}?${new URLSearchParams(body).toString()}`)
      assert.equal(got.status, 405, path)
      assert.equal(got.headers.get('allow'), 'POST', path)
    }
  })

  it('29 a client’s signed proof is taken once, for this provider alone, in its own algorithm, and not for long', async () => {
    const ask = async (assertion: string, form: Readonly<Record<string, string>> = {}) => {
      const fields = {
        grant_type: 'client_credentials',
        client_assertion_type: assertionType,
        client_assertion: assertion,
      }
      return (await postTo(`${test.issuer}/token`, { ...fields, ...form })).body['error'] ?? 'none'
    }
    const good = (id = 'signer') => assertionClaims(id, test.issuer)
    const once = await signed(key, good())
    assert.equal(await ask(once), 'none')
    assert.equal(await ask(once), 'invalid_client', 'replayed')
    const hmac = [{ alg: 'HS256' }, good()].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    const faulty: Readonly<Record<string, string>> = {
      'another’s key': await signed({ ...stranger, publicJwk: key.publicJwk }, good()),
      'another audience': await signed(key, { ...good(), aud: 'https://elsewhere.example' }),
      expired: await signed(key, { ...good(), exp: now() - 60 }),
      'far away': await signed(key, { ...good(), exp: now() + 7200 }),
      'without exp': await signed(key, { ...good(), exp: undefined }),
      'without jti': await signed(key, { ...good(), jti: undefined }),
      'another issuer': await signed(key, { ...good(), iss: 'demo' }),
      'alg HS256': `${hmac.join('.')}.${'x'.repeat(43)}`,
      'alg none': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${hmac[1] ?? ''}.`,
      'token address (FAPI)': await signed(key, { ...good('bank'), aud: `${test.issuer}/token` }),
      'list (FAPI)': await signed(key, { ...good('bank'), aud: [test.issuer] }),
    }
    for (const [name, assertion] of Object.entries(faulty))
      assert.equal(await ask(assertion), 'invalid_client', name)
  })

  it('30 a client secret is long, kept as a digest, and may have its successor beside it', async () => {
    const tryTo = (given: string) =>
      postTo(
        `${test.issuer}/token`,
        { grant_type: 'client_credentials', resource: api },
        basic('robot', given),
      )
    for (const each of secrets) assert.equal((await tryTo(each)).status, 200)
    for (const each of [...digests, `${secrets[0] ?? ''}x`, 'x'])
      assert.equal((await tryTo(each)).status, 401, each)
    for (const each of [...secrets, secret]) assert.isFalse(test.dump().includes(each), 'not in the database')
    const short = await startHouse({
      clients:
        '- { client_id: weak, name: Weak, type: confidential, secret: short, redirect_uris: [https://weak.example/] }\n',
    }).then(
      () => 'started',
      (error: unknown) => String(error),
    )
    assert.include(short, 'shorter than 32 characters')
  })

  it('31 codes and tokens cannot be guessed, and a copy of the database holds none of them', async () => {
    const all: string[] = []
    for (let count = 0; count < 8; count += 1) {
      const { flow, url }: SignedInFlow = await signInAt(test, { extra: offline })
      const tokens = await redeem(flow, url)
      all.push(codeIn(url), tokens.access_token, tokens.refresh_token ?? '')
    }
    assert.equal(new Set(all).size, all.length)
    const dump = test.dump()
    for (const value of all) {
      // 22 characters of base64url hold 128 bits.
      assert.match(value, /^[A-Za-z0-9_-]{22,}$/)
      assert.isFalse(dump.includes(value))
    }
    // Where two of one kind agree in more than a chance of 64 letters allows, part of them is no chance.
    const sameAt = (one: string, other: string): number =>
      Array.from(one).filter((letter, at) => other[at] === letter).length
    assert.isBelow(sameAt(all[1] ?? '', all[4] ?? ''), 10)
    assert.equal(
      await errorOf(client.refreshTokenGrant(await configurationOf(test, 'demo'), 'x'.repeat(43))),
      'invalid_grant',
    )
  })
})
