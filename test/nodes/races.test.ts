import { assert } from 'chai'
import { randomUUID } from 'node:crypto'
import * as client from 'openid-client'
import { createPeople } from '../flows/authenticator.ts'
import { browserOf, openParty, signUp } from '../flows/control-stories.ts'
import { there } from '../flows/house.ts'
import { awaitMail, codeOf, linksOf } from '../flows/mailbox.ts'
import { goToCamera, type RelyingParty } from '../flows/relying-party.ts'
import { createAccount } from '../flows/stories.ts'
import type { Page, Visitor } from '../flows/visitor.ts'
import {
  assertionClaims,
  assertionType,
  makeClientKey,
  now,
  signed,
  type ClientKey,
} from '../provider/keys.ts'
import { engines, startFleet, type Fleet } from './fleet.ts'
import { countGood } from './at-once.ts'
import { rowsOf } from './rows.ts'

const offline = { scope: 'openid offline_access', prompt: 'consent' }

for (const { engine, hasRedis } of engines) {
  describe(`What is good once is spent once across nodes, on ${engine}:`, function () {
    this.timeout(120_000)
    let fleet: Fleet | undefined
    let party: RelyingParty
    let key: ClientKey
    let dpopKey: ClientKey

    before(async function () {
      ;[key, dpopKey] = [await makeClientKey('ES256'), await makeClientKey('ES256')]
      fleet = await startFleet(this, { hasRedis, clients: clientsWith(key) })
      party = await openParty(fleet)
    })
    after(() => fleet?.close())

    const { somebodyWithApp, givePassword } = createPeople(() => ({
      house: { ...there(fleet), clock: () => new Date() },
      party,
    }))
    const post = async (fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}) =>
      (
        await fetch(`${there(fleet).origin}/token`, {
          method: 'POST',
          headers,
          body: new URLSearchParams(fields),
        })
      ).status

    it('an authorization code, and a refresh token', async () => {
      const visitor = browserOf(there(fleet))
      await signUp(there(fleet), 'codes@example.com', visitor)
      const visit = async () => {
        const request = await party.begin(offline)
        return { request, url: (await visitor.submit(await visitor.open(request.url), '/consent')).url }
      }
      const { request, url } = await visit()
      const fields = {
        client_id: 'demo',
        grant_type: 'authorization_code',
        code: url.searchParams.get('code') ?? '',
        redirect_uri: `${there(fleet).rpOrigin}/callback`,
        code_verifier: request.verifier,
      }
      assert.equal(
        await countGood(
          () => post(fields),
          (status) => status === 200,
        ),
        1,
      )
      const again = await visit()
      const { refresh_token: token = '' } = await party.finish(again.request, again.url)
      const refresh = { client_id: 'demo', grant_type: 'refresh_token', refresh_token: token }
      assert.equal(
        await countGood(
          () => post(refresh),
          (status) => status === 200,
        ),
        1,
      )
    })

    it('the jti of a client’s assertion, and that of a DPoP proof', async () => {
      const { origin } = there(fleet)
      const fields = async () => ({
        grant_type: 'client_credentials',
        resource: 'https://api.example/',
        client_assertion_type: assertionType,
        client_assertion: await signed(key, assertionClaims('robot', origin)),
      })
      const same = await fields()
      assert.equal(
        await countGood(
          () => post(same),
          (status) => status === 200,
        ),
        1,
      )
      const { alg, kty, crv, x, y } = dpopKey.publicJwk
      assert.equal(alg, 'ES256')
      const claims = { htm: 'POST', htu: `${origin}/token`, iat: now(), jti: randomUUID() }
      const refused = await fetch(`${origin}/token`, {
        method: 'POST',
        headers: { dpop: await signed(dpopKey, claims, { typ: 'dpop+jwt', jwk: { kty, crv, x, y } }) },
        body: new URLSearchParams(await fields()),
      })
      const nonce = refused.headers.get('dpop-nonce')
      const proof = await signed(
        dpopKey,
        { ...claims, jti: randomUUID(), ...(nonce === null ? {} : { nonce }) },
        { typ: 'dpop+jwt', jwk: { kty, crv, x, y } },
      )
      const good = await countGood(
        async () => post(await fields(), { dpop: proof }),
        (status) => status === 200,
      )
      assert.equal(good, 1)
    })

    it('what a device has typed in, and its device code', async () => {
      const configuration = await client.discovery(
        new URL(there(fleet).origin),
        'television',
        undefined,
        client.None(),
        {
          // eslint-disable-next-line @typescript-eslint/no-deprecated -- plain http, on this very machine alone
          execute: [client.allowInsecureRequests],
        },
      )
      const codes = await client.initiateDeviceAuthorization(configuration, { scope: 'openid' })
      const visitor = browserOf(there(fleet))
      await signUp(there(fleet), 'tv@example.com', visitor)
      const typed = await visitor.submit(await visitor.open('/device'), '/device', {
        user_code: codes.user_code,
      })
      const consent = await visitor.submit(typed, '/device', { confirm: 'yes' })
      await visitor.submit(consent, '/consent')
      const other = browserOf(there(fleet))
      const late = await other.submit(await other.open('/device'), '/device', { user_code: codes.user_code })
      assert.notInclude(
        late.text,
        'Living-room television',
        'a code that was used leads nobody else anywhere',
      )
      const fields = {
        client_id: 'television',
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: codes.device_code,
      }
      assert.equal(
        await countGood(
          () => post(fields),
          (status) => status === 200,
        ),
        1,
      )
    })

    it('a code of an authenticator app, and a recovery code', async () => {
      const { email, app, recoveryCodes } = await somebodyWithApp()
      const isPassed = ({ url }: Page): boolean => !/\/(otp|recovery-code)$/.test(url.pathname)
      const spend = async (step: 'otp' | 'recovery-code', code: string): Promise<number> => {
        const visits: { visitor: Visitor; page: Page }[] = []
        for (let each = 0; each < 4; each += 1) visits.push(await givePassword(email))
        const forms = await Promise.all(
          visits.map(async ({ visitor, page }) => ({
            visitor,
            page: await visitor.open(page.url.pathname.replace('/otp', `/${step}`)),
          })),
        )
        const pages = await Promise.all(
          forms.map(({ visitor, page }) => visitor.submit(page, `/${step}`, { code })),
        )
        return pages.filter(isPassed).length
      }
      assert.equal(await spend('otp', app.code(1)), 1)
      assert.equal(await spend('recovery-code', recoveryCodes[0] ?? ''), 1)
    })

    it('a code that was sent by mail', async () => {
      const email = 'mail@example.com'
      const { visitor: owner } = await createAccount(there(fleet), email)
      const [link = ''] = linksOf(await awaitMail(there(fleet), { to: email, subject: 'Confirm your' }))
      const confirm = await owner.open(link)
      await owner.submit(confirm, confirm.url.pathname)
      const visitor = browserOf(there(fleet))
      const camera = await goToCamera(visitor, (await party.begin()).url, email)
      const page = await visitor.submit(
        await visitor.open(camera.url.pathname.replace(/face$/, 'email')),
        '/email/send',
      )
      const code = codeOf(await awaitMail(there(fleet), { to: email, subject: 'Your code to sign in' }))
      const good = await countGood(
        () => visitor.submit(page, '/email', { code }),
        ({ status, url }) => status < 400 && !url.pathname.endsWith('/email'),
      )
      assert.isAtMost(good, 1)
      const [row] = await rowsOf(
        there(fleet).databaseUrl,
        `SELECT count(*)::int AS n FROM attempts WHERE factor = 'email' AND outcome = 'accept'`,
      )
      assert.equal(row?.['n'], 1)
    })
  })
}

function clientsWith({ publicJwk }: ClientKey): string {
  return `
- client_id: television
  name: Living-room television
  type: public
  grants: [device_code, refresh_token]
- client_id: robot
  name: Robot
  type: confidential
  grants: [client_credentials]
  resources: ['https://api.example/']
  token_endpoint_auth_method: private_key_jwt
  jwks: ${JSON.stringify({ keys: [publicJwk] })}
`
}
