import { assert } from 'chai'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { startDemo } from '../../examples/demo-relying-party/server.ts'
import { freePort, startHouse, there, type House } from '../flows/house.ts'
import { cameraFile, canBrowse, screenshot, withBrowser } from './chromium.ts'
import { enrol, fillInRegistration, password } from './people.ts'
import { addAuthenticator } from './virtual-authenticator.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** The virtual authenticator answers suggestions at once, before a person could press the button. */
const withoutSuggestions = `PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false)`
const withoutPasskeys = `Object.defineProperty(globalThis, 'PublicKeyCredential', { value: undefined })`
const ofLevelTwo = `
  delete PublicKeyCredential.parseCreationOptionsFromJSON
  delete PublicKeyCredential.parseRequestOptionsFromJSON
  delete PublicKeyCredential.prototype.toJSON
`

describe('A passkey in a real browser', function () {
  this.timeout(180_000)
  let house: House | undefined
  let demo: { close(): Promise<void> } | undefined
  let app = ''
  let folder = ''

  before(async function () {
    if (!canBrowse) this.skip()
    folder = await mkdtemp(join(tmpdir(), 'mien-passkeys-'))
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

  /** An account with a password alone. */
  async function createAccount(page: Page, email: string): Promise<void> {
    await page.goto(there(house).origin)
    await page.getByRole('link', { name: 'Create account' }).click()
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await button(page, 'Continue').click()
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
  }

  async function addPasskey(page: Page, name: string): Promise<void> {
    await page.goto(`${there(house).origin}/account/passkeys`)
    await page.getByLabel('Name', { exact: true }).fill(name)
    await button(page, 'Add a passkey').click()
    await page.getByRole('heading', { name, exact: true }).waitFor()
  }

  async function claimsOf(page: Page): Promise<Readonly<Record<string, string>>> {
    const allow = button(page, 'Allow')
    const claims = page.getByRole('table', { name: 'Claims of the ID token' })
    await allow.or(claims).first().waitFor({ timeout: 30_000 })
    if (await allow.isVisible()) await allow.click()
    await claims.waitFor()
    const rows = await claims.getByRole('row').all()
    const cells = await Promise.all(rows.map((row) => row.locator('code').allInnerTexts()))
    return Object.fromEntries(cells.map(([name = '', value = '']) => [name, value]))
  }

  /** From the app to where the address is asked for, signed out of everything. */
  async function begin(page: Page): Promise<void> {
    await page.context().clearCookies()
    await page.goto(app)
    await button(page, 'Sign in with Face').click()
    await page.getByLabel('Email').waitFor()
  }

  it('is added in the account, renamed, used by a button without an address, and removed', async () => {
    await withBrowser(undefined, async (page) => {
      await page.addInitScript({ content: withoutSuggestions })
      await addAuthenticator(page)
      await createAccount(page, 'ann@example.com')
      await page.goto(`${there(house).origin}/account/passkeys`)
      assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'Chrome on Linux')
      await addPasskey(page, 'My laptop')
      await page.getByText('On one device or security key').waitFor()
      await screenshot(page, 'passkeys-added')

      await page.locator('summary').filter({ hasText: 'Rename' }).click()
      await page.getByLabel('New name').fill('Work laptop')
      await button(page, 'Save the name').click()
      await page.getByRole('heading', { name: 'Work laptop' }).waitFor()

      await begin(page)
      await button(page, 'Sign in with a passkey').click()
      const claims = await claimsOf(page)
      assert.equal(claims['acr'], 'urn:mien:acr:passkey')
      assert.deepEqual(JSON.parse(claims['amr'] ?? '[]'), ['hwk'])

      await page.goto(`${there(house).origin}/account/passkeys`)
      assert.notInclude(await page.getByRole('main').innerText(), 'Not yet')
      await page.locator('summary').filter({ hasText: 'Remove' }).click()
      await page.getByText('This is your last passkey.').waitFor()
      await button(page, 'Yes, remove it').click()
      await page.getByText('There are none yet.').waitFor()

      await begin(page)
      await button(page, 'Sign in with a passkey').click()
      await page.getByRole('alert').filter({ hasText: 'That did not work' }).waitFor()
      await screenshot(page, 'passkey-removed')
    })
  })

  it('is the second factor after a face, where the app wants both', async () => {
    await withBrowser(await cameraFile(folder, 'd10', 'first'), async (page) => {
      await addAuthenticator(page, { transport: 'usb' })
      await fillInRegistration(page, there(house), 'ben@example.com')
      await enrol(page)
      await addPasskey(page, 'Key ring')
      await page.context().clearCookies()
      const asked = await page.request.post(`${app}/sign-in`, { maxRedirects: 0, headers: { origin: app } })
      const request = new URL(asked.headers()['location'] ?? '')
      request.searchParams.set('acr_values', 'urn:mien:acr:face-passkey')
      await page.goto(request.href)
      await page.getByLabel('Email').fill('ben@example.com')
      await button(page, 'Continue').click()
      await button(page, 'Start camera').click()
      await page.getByRole('heading', { name: 'Use a passkey' }).waitFor({ timeout: 30_000 })
      await screenshot(page, 'passkey-second')
      await button(page, 'Continue with a passkey').click()
      const claims = await claimsOf(page)
      assert.equal(claims['acr'], 'urn:mien:acr:face-passkey')
      assert.deepEqual(JSON.parse(claims['amr'] ?? '[]'), ['face', 'hwk', 'mfa'])
    })
  })

  it('is suggested while the address is asked for, and signs in with nothing typed and nothing pressed', async () => {
    await withBrowser(undefined, async (page) => {
      await addAuthenticator(page, { isSynced: true })
      await createAccount(page, 'fred@example.com')
      await addPasskey(page, 'Phone')
      await page.context().clearCookies()
      await page.goto(app)
      await button(page, 'Sign in with Face').click()
      assert.deepEqual(JSON.parse((await claimsOf(page))['amr'] ?? '[]'), ['swk'])
    })
  })

  it('says what went wrong: nobody agreed, it is there already, or the browser has none', async () => {
    await withBrowser(undefined, async (page) => {
      await page.addInitScript({ content: withoutSuggestions })
      const authenticator = await addAuthenticator(page)
      await createAccount(page, 'cleo@example.com')
      await addPasskey(page, 'One')
      await button(page, 'Add a passkey').click()
      await page.getByText('There is a passkey here already').waitFor()
      await authenticator.agree(false)
      await begin(page)
      await button(page, 'Sign in with a passkey').click()
      await page.getByText('No passkey was used').waitFor()
      await page.getByLabel('Email').fill('cleo@example.com')
      await button(page, 'Continue').click()
      await page.getByRole('link', { name: 'Use a passkey' }).click()
      await button(page, 'Continue with a passkey').click()
      await page.getByText('No passkey was used').waitFor()
      await authenticator.agree(true)
      await button(page, 'Continue with a passkey').click()
      assert.deepEqual(JSON.parse((await claimsOf(page))['amr'] ?? '[]'), ['hwk'])
    })
    await withBrowser(undefined, async (page) => {
      await page.addInitScript({ content: withoutPasskeys })
      await begin(page)
      assert.isFalse(await button(page, 'Sign in with a passkey').isVisible())
      await page.getByLabel('Email').fill('cleo@example.com')
      await button(page, 'Continue').click()
      await page.getByRole('link', { name: 'Use a passkey' }).click()
      await page.getByText('This browser cannot use passkeys').waitFor()
      await page.getByRole('link', { name: 'Use password instead' }).waitFor()
    })
  })

  it('works where the browser does not know the JSON of WebAuthn level 3', async () => {
    await withBrowser(undefined, async (page) => {
      await page.addInitScript({ content: `${withoutSuggestions}\n${ofLevelTwo}` })
      await addAuthenticator(page, { isSynced: true })
      await createAccount(page, 'dora@example.com')
      await addPasskey(page, 'Phone')
      await page.getByText('Synced between your devices').waitFor()
      await begin(page)
      await button(page, 'Sign in with a passkey').click()
      assert.deepEqual(JSON.parse((await claimsOf(page))['amr'] ?? '[]'), ['swk'])
    })
  })
})
