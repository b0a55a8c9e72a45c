import { assert } from 'chai'
import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as client from 'openid-client'
import { facesDir, frames, modelsDir } from '../media.ts'
import { makeClientKey, now, signed, type ClientKey } from '../provider/keys.ts'
import { hasRedis, startRedis, type RedisServer } from '../servers/redis.ts'
import { withRedis } from '../store/two-stores.ts'
import { until } from '../until.ts'
import { browserOf, openParty, signIn, signUp, visitApp } from './control-stories.ts'
import { closeServer, freePort, startHouse, there, type House } from './house.ts'
import { comeBack, createRelyingParty, goToCamera, type RelyingParty } from './relying-party.ts'
import { createAccountWithFace } from './stories.ts'
import { createVisitor, streamCapture, type Page } from './visitor.ts'

const mien = fileURLToPath(new URL('../../src/cli/mien.ts', import.meta.url))
const offline = { scope: 'openid offline_access', prompt: 'consent' }

describe('A house whose sessions, codes and limits are in Redis', function () {
  this.timeout(120_000)
  let redis: RedisServer | undefined
  let house: House | undefined
  let listening: Server | undefined
  let party: RelyingParty
  /** Of the apps that listen. */
  let callbackAt = ''
  const told: string[] = []

  before(async function () {
    if (!hasRedis || modelsDir === undefined) this.skip()
    const port = await freePort()
    callbackAt = `http://localhost:${port}/callback`
    listening = createServer((request, response) => {
      void text(request).then((body) => {
        told.push(new URLSearchParams(body).get('logout_token') ?? '')
        response.end()
      })
    })
    await new Promise<void>((resolve) => listening?.listen(port, 'localhost', resolve))
    redis = await startRedis()
    house = await startHouse({ redisUrl: redis.url, clients: clientsOf(port) })
    party = await openParty(house)
  })
  after(async () => {
    await house?.close()
    if (listening !== undefined) await closeServer(listening)
    await redis?.stop()
  })

  const isIn = async (visitor: ReturnType<typeof browserOf>): Promise<boolean> =>
    (await visitor.open('/account')).url.pathname === '/account'

  it('signs in by face, and takes the code once: a second time ends what it gave', async function () {
    if (facesDir === undefined) this.skip()
    const own = await frames('d12', { from: 0, to: 3.5, fps: 8 })
    const second = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    await createAccountWithFace(there(house), 'face@example.com', own)
    const visitor = createVisitor(there(house).origin, [there(house).rpOrigin])
    const request = await party.begin()
    const page = await goToCamera(visitor, request.url, 'face@example.com')
    const { last } = await streamCapture(visitor, page, { frames: second })
    assert.equal(last.body.state, 'done', JSON.stringify(last.body))
    const callback = await comeBack(visitor, last.body.location ?? '')
    const tokens = await party.finish(request, callback)
    const { sub = '' } = tokens.claims() ?? {}
    assert.equal((await client.fetchUserInfo(party.configuration, tokens.access_token, sub)).sub, sub)
    assert.equal(await errorOf(party.finish(request, callback)), 'invalid_grant')
    assert.equal(await userinfoStatus(tokens.access_token), 401)
  })

  it('takes one code once, however many come with it at the same moment', async () => {
    const visitor = browserOf(there(house))
    await signUp(there(house), 'race@example.com', visitor)
    const request = await party.begin()
    const callback = await comeBack(visitor, request.url.href)
    const all = await Promise.all(Array.from({ length: 8 }, () => errorOf(party.finish(request, callback))))
    assert.isAtMost(all.filter((each) => each === 'granted').length, 1)
    assert.includeMembers(['granted', 'invalid_grant'], all)
  })

  it('rotates refresh tokens, and one that comes twice ends the access', async () => {
    const visitor = browserOf(there(house))
    await signUp(there(house), 'refresh@example.com', visitor)
    const first = await visitApp(visitor, party, offline)
    const next = await client.refreshTokenGrant(party.configuration, first.refresh_token ?? '')
    assert.notEqual(next.refresh_token, first.refresh_token)
    assert.equal(await userinfoStatus(next.access_token), 200)
    const again = client.refreshTokenGrant(party.configuration, first.refresh_token ?? '')
    assert.equal(await errorOf(again), 'invalid_grant')
    assert.equal(await userinfoStatus(next.access_token), 401)
    const last = client.refreshTokenGrant(party.configuration, next.refresh_token ?? '')
    assert.equal(await errorOf(last), 'invalid_grant')
  })

  it('takes each proof of a key once, however many times it comes at the same moment (DPoP)', async () => {
    const visitor = browserOf(there(house))
    await signUp(there(house), 'bound@example.com', visitor)
    const { origin } = there(house)
    const bound = await createRelyingParty(origin, callbackAt, 'bound')
    const key = await makeClientKey('ES256')
    const request = await bound.begin()
    const callback = await comeBack(visitor, request.url.href)
    const DPoP = client.getDPoPHandle(bound.configuration, key)
    const checks = {
      pkceCodeVerifier: request.verifier,
      expectedState: request.state,
      expectedNonce: request.nonce,
    }
    const { access_token: token } = await client.authorizationCodeGrant(
      bound.configuration,
      callback,
      checks,
      undefined,
      { DPoP },
    )
    const ask = (dpop: string) =>
      fetch(`${origin}/userinfo`, { headers: { authorization: `DPoP ${token}`, dpop } })
    const asked = await ask(await proofOf(key, { token, url: `${origin}/userinfo` }))
    const nonce = asked.headers.get('dpop-nonce') ?? ''
    const once = await proofOf(key, { token, url: `${origin}/userinfo`, nonce })
    const statuses = await Promise.all(Array.from({ length: 10 }, async () => (await ask(once)).status))
    assert.lengthOf(
      statuses.filter((status) => status === 200),
      1,
    )
  })

  it('signs in a device without a keyboard', async () => {
    const visitor = browserOf(there(house))
    await signUp(there(house), 'tv@example.com', visitor)
    const { origin } = there(house)
    const { configuration } = await createRelyingParty(origin, '', 'television')
    const codes = await client.initiateDeviceAuthorization(configuration, { scope: 'openid email' })
    const typed = await visitor.submit(await visitor.open('/device'), '/device', {
      user_code: codes.user_code,
    })
    assert.include(typed.text, 'Living-room television')
    const consent = await visitor.submit(typed, '/device', { confirm: 'yes' })
    const done = await visitor.submit(consent, '/consent')
    assert.include(done.text, 'Your device is connected')
    const tokens = await client.pollDeviceAuthorizationGrant(configuration, { ...codes, interval: 0.01 })
    assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:password')
  })

  it('ends sessions from the account page, with the tokens that apps got there', async () => {
    const laptop = browserOf(there(house))
    const phone = browserOf(there(house))
    await signUp(there(house), 'sessions@example.com', laptop)
    await signIn(phone, 'sessions@example.com')
    const tokens = await visitApp(phone, party, offline)
    assert.lengthOf(sessionsOn(await laptop.open('/account/devices')), 2)
    await laptop.submit(await laptop.open('/account/devices'), '/sessions/end-others')
    assert.deepEqual([await isIn(laptop), await isIn(phone)], [true, false])
    assert.equal(await userinfoStatus(tokens.access_token), 401)
    await laptop.submit(await laptop.open('/account/devices'), '/sessions/end-all')
    assert.isFalse(await isIn(laptop))
  })

  it('signs out everywhere whom the operator disables or erases, and the apps are told', async () => {
    for (const [verb, ...flags] of [['disable'], ['erase', '--yes']] as const) {
      const email = `${verb}@example.com`
      const visitor = browserOf(there(house))
      await signUp(there(house), email, visitor)
      const { origin, dataDir } = there(house)
      const app = await createRelyingParty(origin, callbackAt, 'listening')
      const tokens = await visitApp(visitor, app)
      const env = { ...process.env, MIEN_DATA_DIR: dataDir, MIEN_ISSUER: origin, MIEN_REDIS_URL: redis?.url }
      await promisify(execFile)(process.execPath, [mien, 'users', verb, email, ...flags], { env })
      assert.isFalse(await isIn(visitor), verb)
      assert.equal(await userinfoStatus(tokens.access_token), 401, verb)
    }
    await until(() => told.length === 2)
    assert.isTrue(told.every((token) => token.split('.').length === 3))
  })

  it('has put nothing there that does not end, and nothing that is not its own', async () => {
    const keys = await withRedis(redis?.url ?? '', async (redisClient) =>
      Promise.all(
        (await redisClient.keys('*')).map(async (key) => ({ key, left: await redisClient.pttl(key) })),
      ),
    )
    assert.isAbove(keys.length, 5)
    for (const { key, left } of keys) {
      assert.isAbove(left, 0, key)
      assert.isTrue(key.startsWith('mien:'), key)
    }
  })

  async function userinfoStatus(token: string): Promise<number> {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(new URL('/userinfo', there(house).origin), { headers })).status
  }
})

function clientsOf(port: number): string {
  return `
- client_id: television
  name: Living-room television
  type: public
  grants: [device_code, refresh_token]
- client_id: bound
  name: Bound Shop
  type: public
  sender_constrained: dpop
  redirect_uris: ['http://localhost:${port}/callback']
- client_id: listening
  name: Listening Shop
  type: public
  redirect_uris: ['http://localhost:${port}/callback']
  backchannel_logout_uri: 'http://localhost:${port}/logout'
`
}

interface Proof {
  readonly token: string
  readonly url: string
  readonly nonce?: string
}

/** RFC 9449 §4.2. */
async function proofOf(key: ClientKey, { token, url, nonce }: Proof): Promise<string> {
  const { kty, crv, x, y } = key.publicJwk
  const ath = createHash('sha256').update(token).digest('base64url')
  const claims = { jti: randomUUID(), htm: 'GET', htu: url, iat: now(), ath, nonce }
  return signed(key, claims, { typ: 'dpop+jwt', jwk: { kty, crv, x, y }, kid: undefined })
}

function sessionsOn(page: Page): string[] {
  return [...page.text.matchAll(/name="session" value="([^"]+)"/g)].map(([, id = '']) => id)
}

async function errorOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
    return 'granted'
  } catch (error) {
    return error instanceof client.ResponseBodyError ? error.error : String(error)
  }
}
