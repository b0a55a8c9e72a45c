import { assert } from 'chai'
import * as client from 'openid-client'
import { addOn, signInOn } from '../flows/passkey.ts'
import { setUpApp } from '../flows/authenticator.ts'
import { browserOf, openParty, signIn, signUp } from '../flows/control-stories.ts'
import { captureWithDevice, makeDevice } from '../flows/device.ts'
import { there } from '../flows/house.ts'
import { comeBack, goToCamera, type RelyingParty } from '../flows/relying-party.ts'
import { createAccountWithFace } from '../flows/stories.ts'
import { createVisitor, streamCapture } from '../flows/visitor.ts'
import { createAuthenticator } from '../authenticator.ts'
import { frames } from '../media.ts'
import { engines, startFleet, type Fleet } from './fleet.ts'

const ada = 'ada@example.com'
const offline = { scope: 'openid email offline_access', prompt: 'consent' }

for (const { engine, hasRedis } of engines) {
  describe(`A sign-in whose every request goes to another node, on ${engine}`, function () {
    this.timeout(120_000)
    let fleet: Fleet | undefined
    let party: RelyingParty
    let own: readonly Buffer[]
    let second: readonly Buffer[]

    before(async function () {
      fleet = await startFleet(this, { hasRedis })
      own = await frames('d12', { from: 0, to: 3.5, fps: 8 })
      second = await frames('d12', { from: 3.5, to: 7, fps: 8 })
      party = await openParty(fleet)
      const { page } = await createAccountWithFace(fleet, ada, own)
      assert.equal(page.url.pathname, '/account', 'registered, enrolled and signed in')
    })
    after(() => fleet?.close())
    afterEach('every node has served, and none has failed', () => {
      const { proxy } = there(fleet)
      assert.isEmpty(proxy.failures())
      const counts = [...proxy.counts().values()]
      assert.lengthOf(counts, 2)
      assert.isAtMost(Math.abs((counts[0] ?? 0) - (counts[1] ?? 0)), 1)
      for (const node of there(fleet).nodes()) assert.notMatch(node.logged(), /"level":(50|60|"error")/)
    })

    it('passes by face, with consent, tokens, refresh and sign-out', async () => {
      const { origin, rpOrigin } = there(fleet)
      const visitor = createVisitor(origin, [rpOrigin])
      const request = await party.begin(offline)
      const page = await goToCamera(visitor, request.url, ada)
      const { last } = await streamCapture(visitor, page, { frames: second })
      assert.equal(last.body.state, 'done', JSON.stringify(last.body))
      const tokens = await party.finish(request, await comeBack(visitor, last.body.location ?? ''))
      const { sub = '' } = tokens.claims() ?? {}
      assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:face')
      const fresh = await client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '')
      assert.equal((await client.fetchUserInfo(party.configuration, fresh.access_token, sub)).sub, sub)
      const hint = new URLSearchParams({ id_token_hint: tokens.id_token ?? '' })
      await visitor.submit(await visitor.open(`/logout?${hint.toString()}`), '/logout/confirm', {
        logout: 'yes',
      })
      assert.match((await visitor.open('/account')).url.pathname, /^\/interaction\//)
    })

    it('passes with a key of the device, which signs before the camera starts and after the last frame', async () => {
      const { origin, rpOrigin } = there(fleet)
      const visitor = createVisitor(origin, [rpOrigin])
      const request = await party.begin()
      const page = await goToCamera(visitor, request.url, ada)
      const last = await captureWithDevice(visitor, page, { device: await makeDevice(), frames: second })
      assert.equal(last.body.state, 'done', JSON.stringify(last.body))
      const tokens = await party.finish(request, await comeBack(visitor, last.body.location ?? ''))
      assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:face')
    })

    it('passes with a password and an authenticator app that was set up the same way', async () => {
      const email = 'grace@example.com'
      const visitor = browserOf(there(fleet))
      await signUp(there(fleet), email, visitor)
      const { app } = await setUpApp(visitor, { clock: () => new Date() })
      const stranger = browserOf(there(fleet))
      const next = await signIn(stranger, email)
      assert.match(next.url.pathname, /\/otp$/)
      // The step of now was spent when the app was set up.
      const done = await stranger.submit(next, '/otp', { code: app.code(1) })
      assert.equal(done.url.pathname, '/account', done.text.slice(0, 300))
    })

    it('passes with a passkey that was made the same way', async () => {
      const email = 'mary@example.com'
      const { origin } = there(fleet)
      const authenticator = createAuthenticator({ origin })
      const visitor = browserOf(there(fleet))
      await signUp(there(fleet), email, visitor)
      await addOn(visitor, await visitor.open('/account/passkeys'), { authenticator })
      const stranger = browserOf(there(fleet))
      const request = await party.begin()
      const page = await stranger.open(request.url)
      const answer = await signInOn(stranger, page, { authenticator })
      assert.equal(answer.body.state, 'done', JSON.stringify(answer.body))
      const tokens = await party.finish(request, await comeBack(stranger, answer.body.location ?? ''))
      assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:passkey')
    })
  })
}
