import { assert } from 'chai'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDemo } from '../../examples/demo-relying-party/server.ts'
import { freePort, startHouse, there, type House } from '../flows/house.ts'
import { cameraFile, canBrowse, screenshot, withBrowser } from './chromium.ts'
import { enrol, fillInRegistration, goToCamera, password, signIn } from './people.ts'

const email = 'd10@example.com'

/** In the page: takes what the browser keeps as the device’s key, and tries to read it. */
const tryToRead = `(async () => {
  const kept = await new Promise((resolve, reject) => {
    const request = indexedDB.open('mien-device')
    request.onerror = () => reject(request.error)
    request.onsuccess = () => {
      const get = request.result.transaction('keys').objectStore('keys').get('device')
      get.onsuccess = () => resolve(get.result)
      get.onerror = () => reject(get.error)
    }
  })
  const attempt = (format) =>
    crypto.subtle.exportKey(format, kept.privateKey).then(() => 'exported', ({ name }) => name)
  return {
    kind: [kept.privateKey.type, kept.privateKey.algorithm.namedCurve],
    isExtractable: kept.privateKey.extractable,
    outcomes: [await attempt('jwk'), await attempt('pkcs8')],
  }
})()`

describe('A device key in a real browser', function () {
  this.timeout(180_000)
  let house: House | undefined
  let demo: { close(): Promise<void> } | undefined
  let app = ''
  let folder = ''

  before(async function () {
    if (!canBrowse) this.skip()
    folder = await mkdtemp(join(tmpdir(), 'mien-devices-'))
    const rpPort = await freePort()
    house = await startHouse({ rpPort, settings: { MIEN_FACE_ALONE: 'off' } })
    app = `http://localhost:${rpPort}`
    demo = await startDemo({ issuer: house.origin, port: rpPort, clientId: 'demo', baseUrl: app })
  })
  after(async () => {
    await demo?.close()
    await house?.close()
    if (folder !== '') await rm(folder, { recursive: true, force: true })
  })

  it('is made with the account, stays in the browser, and makes the face enough, twice', async () => {
    const { origin } = there(house)
    await withBrowser(await cameraFile(folder, 'd10', 'first'), async (page) => {
      await fillInRegistration(page, { origin }, email)
      await enrol(page)
      await page.goto(`${origin}/account/devices`)
      const devices = page.getByRole('region', { name: 'Trusted devices' })
      assert.match(await devices.innerText(), /Chrome on Linux/)
      assert.match(await devices.innerText(), /Not yet/)
      assert.deepEqual(await page.evaluate<unknown>(tryToRead), {
        kind: ['private', 'P-256'],
        isExtractable: false,
        outcomes: ['InvalidAccessError', 'InvalidAccessError'],
      })
      for (const time of ['first', 'second']) {
        // Signed out of everything; the browser keeps its key.
        await page.context().clearCookies()
        const { claims } = await signIn(page, app, email)
        assert.equal(claims['acr'], 'urn:mien:acr:face-device', time)
        assert.deepEqual(JSON.parse(claims['amr'] ?? '[]'), ['face', 'swk', 'mfa'], time)
      }
      await page.goto(`${origin}/account/devices`)
      assert.notMatch(await devices.innerText(), /Not yet/)
      await screenshot(page, 'account-devices')
    })
  })

  it('is asked for on a new device after the face: the password once, and then the face is enough', async () => {
    await withBrowser(await cameraFile(folder, 'd10', 'second'), async (page) => {
      await goToCamera(page, app, email)
      await page.getByRole('button', { name: 'Start camera', exact: true }).click()
      await page.getByText('This device is new.').waitFor({ timeout: 30_000 })
      const trust = page.getByRole('checkbox', { name: 'Trust this device for face sign-in' })
      assert.isTrue(await trust.isChecked())
      await screenshot(page, 'password-new-device')
      await page.getByLabel('Password', { exact: true }).fill(password)
      await page.getByRole('button', { name: 'Continue', exact: true }).click()
      await page.getByRole('button', { name: 'Allow', exact: true }).click()
      const claims = page.getByRole('table', { name: 'Claims of the ID token' })
      assert.include(await claims.innerText(), 'urn:mien:acr:face-device')
      await page.context().clearCookies()
      assert.equal((await signIn(page, app, email)).claims['acr'], 'urn:mien:acr:face-device')
    })
  })

  it('signs nothing any more once it was removed on the account page', async () => {
    const { origin } = there(house)
    await withBrowser(await cameraFile(folder, 'd10', 'second'), async (page) => {
      await page.goto(`${origin}/account`)
      await page.getByLabel('Email').fill(email)
      await page.getByRole('button', { name: 'Continue', exact: true }).click()
      await page.getByRole('link', { name: 'Use password instead' }).click()
      await page.getByLabel('Password', { exact: true }).fill(password)
      await page.getByRole('button', { name: 'Continue', exact: true }).click()
      await page
        .getByRole('navigation', { name: 'Your account' })
        .getByRole('link', { name: 'Devices' })
        .click()
      const devices = page.getByRole('region', { name: 'Trusted devices' })
      await devices.waitFor()
      // The newest stands first: this browser's.
      const buttons = devices.getByRole('button', { name: 'Remove' })
      const last = buttons.nth((await buttons.count()) - 1)
      await buttons.first().click()
      await last.waitFor({ state: 'detached' })
      await page.goto(`${origin}/account`)
      await page.getByRole('button', { name: 'Sign out', exact: true }).click()
      await page.getByRole('link', { name: 'Sign in with face' }).waitFor()
      await goToCamera(page, app, email)
      await page.getByRole('button', { name: 'Start camera', exact: true }).click()
      await page.getByText('This device is new.').waitFor({ timeout: 30_000 })
    })
  })

  it('is not offered where the browser keeps no keys, and the password works without it', async () => {
    await withBrowser(undefined, async (page) => {
      await page.addInitScript(() => {
        Object.defineProperty(globalThis, 'indexedDB', { value: undefined })
      })
      await page.goto(there(house).origin)
      await page.getByRole('link', { name: 'Sign in with face' }).click()
      await page.getByLabel('Email').fill(email)
      await page.getByRole('button', { name: 'Continue', exact: true }).click()
      await page.getByRole('link', { name: 'Use password instead' }).click()
      await page.getByLabel('Password', { exact: true }).fill(password)
      assert.isFalse(await page.getByRole('checkbox').isVisible())
      await page.getByRole('button', { name: 'Continue', exact: true }).click()
      await page.getByRole('heading', { name: 'Your account' }).waitFor()
    })
  })
})
