import { readFile } from 'node:fs/promises'
import { assert } from 'chai'
import { HOTP, Secret } from 'otpauth'
import type { Page } from 'playwright-core'
import { browserOf, signUp } from '../flows/control-stories.ts'
import { startHouse, there, type House } from '../flows/house.ts'
import { canBrowse, screenshot, withBrowser } from './chromium.ts'
import { password } from './people.ts'
import { addAuthenticator } from './virtual-authenticator.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })
const place = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name, exact: true })

describe('The console in a real browser', function () {
  this.timeout(180_000)
  let house: House | undefined
  let invitation = ''

  before(async function () {
    if (!canBrowse) this.skip()
    house = await startHouse()
    await signUp(house, 'robin@example.com', browserOf(house))
  })
  after(async () => {
    await house?.close()
  })

  /** From the printed link to a new account with a password. */
  async function createAccount(page: Page, address: string, email: string): Promise<void> {
    await page.goto(address)
    await link(page, 'Create an account').click()
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await button(page, 'Continue').click()
    await page.getByText('Administrators sign in with two factors').waitFor()
  }

  it('is opened by the printed link and a passkey; an app is added, its secret copied and changed; somebody is switched off; the trail is downloaded', async () => {
    const address = (await there(house).app.beginAdministration()) ?? ''
    await withBrowser(undefined, async (page) => {
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await addAuthenticator(page)
      await createAccount(page, address, 'olga@example.com')
      await screenshot(page, 'console-join')
      await link(page, 'Add a passkey').click()
      await page.getByLabel('Name', { exact: true }).fill('Key ring')
      await button(page, 'Add a passkey').click()
      await page.getByRole('heading', { name: 'Key ring', exact: true }).waitFor()
      await page.goto(address)
      await link(page, 'Sign in with two factors').click()
      await button(page, 'Continue with a passkey').click()
      await button(page, 'Become an owner').click()
      await page.getByRole('heading', { name: 'Overview' }).waitFor()
      await screenshot(page, 'console-overview')

      await addApp(page)
      await rotate(page)
      await switchOff(page)
      await download(page)
      await invite(page)
      await button(page, 'Sign out').click()
      await page.waitForURL(`${there(house).origin}/`)
    })
  })

  async function addApp(page: Page): Promise<void> {
    await place(page, 'Apps').click()
    await link(page, 'Add an app').click()
    await page.getByLabel('Name', { exact: true }).fill('Aurora Notes')
    await page.getByLabel('Identifier', { exact: true }).fill('aurora')
    await page.getByLabel('Where people come back to after signing in').fill('https://notes.example/callback')
    await button(page, 'Add the app').click()
    await page.getByRole('heading', { name: 'Aurora Notes is added' }).waitFor()
    const secret = await page.getByLabel('secret', { exact: true }).innerText()
    await button(page, 'Copy the secret').click()
    await page.getByRole('status').filter({ hasText: 'Copied' }).first().waitFor()
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), secret)
    await link(page, 'I have it').click()
    await page.getByRole('heading', { name: 'Aurora Notes', exact: true }).waitFor()
    assert.notInclude(await page.content(), secret)
    await screenshot(page, 'console-app')
  }

  async function rotate(page: Page): Promise<void> {
    await page.locator('summary').filter({ hasText: 'New secret' }).click()
    await button(page, 'Yes, make a new secret').click()
    await page.getByRole('heading', { name: 'A new secret for Aurora Notes' }).waitFor()
    await link(page, 'I have it').click()
    await page.getByText('Two are taken', { exact: true }).waitFor()
  }

  async function switchOff(page: Page): Promise<void> {
    await place(page, 'People').click()
    await page.getByRole('searchbox').fill('robin')
    await button(page, 'Search').click()
    await link(page, 'robin@example.com').click()
    await page.getByRole('heading', { name: 'robin@example.com' }).waitFor()
    await page.locator('summary').filter({ hasText: 'Switch off' }).click()
    await button(page, 'Yes, switch it off').click()
    await page.getByRole('status').filter({ hasText: 'The account is switched off' }).waitFor()
    await screenshot(page, 'console-person')
  }

  async function download(page: Page): Promise<void> {
    await place(page, 'Audit trail').click()
    await page.getByLabel('What').selectOption({ label: 'Switched an account off' })
    await button(page, 'Filter').click()
    const [file] = await Promise.all([page.waitForEvent('download'), link(page, 'Download as CSV').click()])
    assert.match(file.suggestedFilename(), /^audit-\d{4}-\d\d-\d\d\.csv$/)
    const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n')
    assert.lengthOf(lines, 2, 'a head, and what was just done')
    assert.include(lines[1] ?? '', 'admin_subjects_disable')
    await screenshot(page, 'console-audit')
  }

  async function invite(page: Page): Promise<void> {
    await place(page, 'Administrators').click()
    await page.getByLabel('As', { exact: true }).selectOption('auditor')
    await button(page, 'Make the link').click()
    invitation = await page.getByLabel('link', { exact: true }).innerText()
    assert.match(invitation, /\/admin\/first\?token=[\w-]{43}$/)
  }

  it('is entered by an invitation and an authenticator app, on a phone and without JavaScript', async () => {
    await withBrowser(undefined, async (first) => {
      const browser = first.context().browser()
      const viewport = { width: 360, height: 740 }
      const context = await browser?.newContext({ javaScriptEnabled: false, viewport, colorScheme: 'dark' })
      const page = await context!.newPage()
      await createAccount(page, invitation, 'nora@example.com')
      const key = await setUpApp(page)
      await page.goto(invitation)
      await link(page, 'Sign in with two factors').click()
      there(house).pass(60)
      await page.getByLabel('Code').fill(codeOf(key))
      await button(page, 'Continue').click()
      await button(page, 'Become an auditor').click()
      await page.getByText('You are an auditor').waitFor()
      await page.getByText('Menu', { exact: true }).click()
      await screenshot(page, 'console-menu-360-dark')
      const menu = page.getByRole('navigation', { name: 'Console menu' })
      await menu.getByRole('link', { name: 'People' }).click()
      await link(page, 'robin@example.com').click()
      await page.getByRole('heading', { name: 'robin@example.com' }).waitFor()
      assert.equal(await page.getByText('Switch on again').count(), 0)
      await screenshot(page, 'console-person-360-dark')
      await context!.close()
    })
  })

  /** @returns the key of the app */
  async function setUpApp(page: Page): Promise<string> {
    await page.goto(`${there(house).origin}/account/authenticator-setup`)
    await page.getByText('Cannot scan it?').click()
    const key = (await page.getByLabel('Setup key').innerText()).replaceAll(/\s/g, '')
    await page.getByLabel('Code from your app').fill(codeOf(key))
    await button(page, 'Turn on').click()
    await link(page, 'I have saved them').click()
    return key
  }

  function codeOf(key: string): string {
    const counter = Math.floor(there(house).clock().getTime() / 30_000)
    return HOTP.generate({ secret: Secret.fromBase32(key), counter, digits: 6, algorithm: 'SHA1' })
  }
})
