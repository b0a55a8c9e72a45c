import { createHash, randomUUID } from 'node:crypto'
import { assert } from 'chai'
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  exportSPKI,
  importJWK,
  jwtVerify,
  SignJWT,
  type JWK,
} from 'jose'
import * as client from 'openid-client'
import { createBrowser } from '../provider/browser.ts'
import {
  callback,
  redeem,
  secret,
  startProvider,
  type Flow,
  type TestProvider,
} from '../provider/fixtures.ts'
import { makeClientKey, now, signed, type ClientKey } from '../provider/keys.ts'
import { authorizationUrl, basic, claimsIn, postTo, refusalOf, send, signInAt } from './attacker.ts'

const offline = { scope: 'openid offline_access', prompt: 'consent' }
const photos = 'https://photos.example/'

describe('Security: what tokens are worth, and to whom', function () {
  this.timeout(60_000)
  let test: TestProvider
  let key: ClientKey
  let thief: ClientKey
  before(async () => {
    ;[key, thief] = await Promise.all([makeClientKey('ES256'), makeClientKey('ES256')])
    const app = { type: 'public', redirect_uris: [callback] }
    test = await startProvider({
      resources: [{ identifier: photos, scopes: { 'photos:read': 'see your photos' } }],
      clients: [
        { ...app, client_id: 'viewer', name: 'Viewer', resources: [photos] },
        { ...app, client_id: 'bound', name: 'Bound', sender_constrained: 'dpop' },
      ],
    })
  })
  after(() => test.close())
  afterEach(() => {
    assert.deepEqual(test.serverErrors, [])
  })

  const askUserinfo = (headers: Readonly<Record<string, string>>) =>
    send(`${test.issuer}/userinfo`, { headers })
  const isTaken = async (token: string): Promise<boolean> =>
    (await askUserinfo({ authorization: `Bearer ${token}` })).status === 200
  const checksOf = ({ verifier, state, nonce }: Flow) => ({
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
  })

  it('32 a token for an API says what it is, for whom and for how long, and tells nothing of the person', async () => {
    const extra = { scope: 'openid email photos:read', resource: photos }
    const { flow, url } = await signInAt(test, { clientId: 'viewer', extra })
    const tokens = await client.authorizationCodeGrant(flow.configuration, url, checksOf(flow), {
      resource: photos,
    })
    const keys = createRemoteJWKSet(new URL(`${test.issuer}/jwks`))
    const { payload } = await jwtVerify(tokens.access_token, keys, {
      issuer: test.issuer,
      audience: photos,
      typ: 'at+jwt',
    })
    assert.equal(payload['client_id'], 'viewer')
    assert.isAtMost((payload.exp ?? Infinity) - (payload.iat ?? 0), 900)
    assert.notMatch(JSON.stringify(payload), /anna|email":|name":/)
    assert.isFalse(await isTaken(tokens.access_token), 'not for our own endpoint')
    assert.isFalse(await isTaken(tokens.id_token ?? ''), 'an ID token opens nothing')
    assert.notEqual(decodeProtectedHeader(tokens.id_token ?? '').typ, 'at+jwt')
  })

  it('33 a token that is bound to a key is of no use without a fresh proof by that key, for this very request', async () => {
    const { flow, url } = await signInAt(test, { clientId: 'bound' })
    const handle = client.getDPoPHandle(flow.configuration, key)
    const { access_token: token } = await client.authorizationCodeGrant(
      flow.configuration,
      url,
      checksOf(flow),
      undefined,
      {
        DPoP: handle,
      },
    )
    const ath = createHash('sha256').update(token).digest('base64url')
    const proof = (change: Readonly<Record<string, unknown>>, by = key): Promise<string> => {
      const { kty, crv, x, y } = by.publicJwk
      const claims = {
        jti: randomUUID(),
        htm: 'GET',
        htu: `${test.issuer}/userinfo`,
        iat: now(),
        ath,
        ...change,
      }
      return signed(by, claims, { typ: 'dpop+jwt', jwk: { kty, crv, x, y }, kid: undefined })
    }
    const show = (dpop: string) => askUserinfo({ authorization: `DPoP ${token}`, dpop })
    const nonce = (await show(await proof({}))).headers.get('dpop-nonce') ?? ''
    assert.isNotEmpty(nonce, 'the server’s own nonce is asked for')
    const faulty: Readonly<Record<string, string>> = {
      'another method': await proof({ nonce, htm: 'POST' }),
      'another address': await proof({ nonce, htu: `${test.issuer}/token` }),
      'another token': await proof({ nonce, ath: createHash('sha256').update('x').digest('base64url') }),
      'no number': await proof({ nonce, jti: undefined }),
      'no time': await proof({ nonce, iat: undefined }),
      'a made-up nonce': await proof({ nonce: 'x'.repeat(43) }),
      'another key': await proof({ nonce }, thief),
    }
    for (const [name, dpop] of Object.entries(faulty))
      assert.include([400, 401], (await show(dpop)).status, name)
    assert.isFalse(await isTaken(token), 'as a plain bearer token')
    const once = await proof({ nonce })
    const answers = await Promise.all(Array.from({ length: 10 }, () => show(once)))
    assert.lengthOf(
      answers.filter(({ status }) => status === 200),
      1,
      'each proof once',
    )
  })

  it('34 an ID token names its issuer, its one app, its time and its request, and how the person really signed in', async () => {
    const { flow, url } = await signInAt(test, { extra: { max_age: '600' } })
    const tokens = await redeem(flow, url)
    const keys = createRemoteJWKSet(new URL(`${test.issuer}/jwks`))
    const { payload } = await jwtVerify(tokens.id_token ?? '', keys)
    assert.equal(payload.iss, test.issuer)
    assert.equal(payload.aud, 'demo')
    assert.equal(payload['nonce'], flow.nonce)
    assert.equal(payload.sub, test.login.subjectId)
    assert.isAtMost((payload.exp ?? Infinity) - (payload.iat ?? 0), 600)
    assert.approximately(Number(payload['auth_time']), now(), 30)
    assert.deepEqual([payload['acr'], payload['amr']], [test.login.acr, [...test.login.amr]])
    const half = createHash('sha256').update(tokens.access_token).digest().subarray(0, 16)
    // Optional where the token did not pass the browser (OpenID Connect Core §3.1.3.6), and right where it is there.
    assert.include([undefined, half.toString('base64url')], payload['at_hash'])
  })

  it('35 a hint that is unsigned, or “signed” with our public key as if it were a secret, is refused everywhere', async () => {
    const { flow, url } = await signInAt(test)
    const { id_token: real = '' } = await redeem(flow, url)
    const claims = claimsIn(real)
    const { keys } = (await send(`${test.issuer}/jwks`)).body as { keys: JWK[] }
    const publicKey = await importJWK(keys[0] ?? {}, 'RS256')
    assert.notInstanceOf(publicKey, Uint8Array)
    const pem = publicKey instanceof Uint8Array ? '' : await exportSPKI(publicKey)
    const none = [{ alg: 'none' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    const [head = '', body = ''] = real.split('.')
    const forged: Readonly<Record<string, string>> = {
      'alg none': `${none.join('.')}.`,
      'HS256 by our PEM': await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .sign(Buffer.from(pem)),
      'HS256 by our JWK': await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: keys[0]?.kid ?? '' })
        .sign(Buffer.from(JSON.stringify(keys[0]).padEnd(32))),
      'another key': await signed(thief, claims, { kid: keys[1]?.kid }),
      'no signature': `${head}.${body}.`,
    }
    const base = {
      client_id: 'demo',
      redirect_uri: callback,
      response_type: 'code',
      scope: 'openid',
      state: 's',
    }
    const pkce = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }
    for (const [name, hint] of Object.entries(forged)) {
      const request = authorizationUrl(test, { ...base, ...pkce, prompt: 'none', id_token_hint: hint })
      assert.equal(await refusalOf(test, request), 'invalid_request', name)
      const logout = await createBrowser(test.issuer).open(
        `/logout?${new URLSearchParams({ id_token_hint: hint }).toString()}`,
      )
      assert.equal(logout.status, 400, name)
    }
    assert.equal(decodeProtectedHeader(real).alg, 'RS256')
    const other = await signInAt(test, { clientId: 'old-shop', isConfidential: true })
    assert.equal(
      decodeProtectedHeader((await redeem(other.flow, other.url)).id_token ?? '').alg,
      'ES256',
      'as registered',
    )
  })

  it('36 an app learns of its own tokens alone, revokes its own alone, and may do so twice', async () => {
    const { flow, url } = await signInAt(test, { extra: offline })
    const { access_token: token, refresh_token: refresh = '' } = await redeem(flow, url)
    for (const each of [token, refresh, 'x'.repeat(43)]) {
      const asked = await postTo(`${test.issuer}/introspect`, { token: each }, basic('strict-shop'))
      assert.deepEqual(asked.body, { active: false })
      await postTo(`${test.issuer}/revoke`, { token: each }, basic('strict-shop'))
    }
    assert.isTrue(await isTaken(token), 'another app took nothing away')
    const stranger = await postTo(`${test.issuer}/introspect`, { token }, basic('strict-shop', `${secret}!`))
    assert.equal(stranger.status, 401)
    for (const times of ['once', 'twice'])
      assert.equal((await postTo(`${test.issuer}/revoke`, { token, client_id: 'demo' })).status, 200, times)
    assert.isFalse(await isTaken(token))
    const own = await postTo(`${test.issuer}/introspect`, { token, client_id: 'demo' })
    assert.deepEqual(own.body, { active: false })
  })

  it('37 a token is taken from the header alone, and scripts of unregistered sites read nothing', async () => {
    const { flow, url } = await signInAt(test)
    const { access_token: token } = await redeem(flow, url)
    assert.isTrue(await isTaken(token))
    const inAddress = await send(`${test.issuer}/userinfo?access_token=${token}`)
    assert.equal(inAddress.status, 400)
    assert.notProperty(inAddress.body, 'sub')
    const allowed = async (origin: string): Promise<string | null> =>
      (await askUserinfo({ authorization: `Bearer ${token}`, origin })).headers.get(
        'access-control-allow-origin',
      )
    assert.equal(await allowed('https://spa.example'), 'https://spa.example')
    for (const origin of [
      'https://evil.example',
      'null',
      'https://spa.example.evil.example',
      'http://spa.example',
    ])
      assert.isNull(await allowed(origin), origin)
  })
})
