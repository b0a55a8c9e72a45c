import { assert } from 'chai'
import type { Page } from 'playwright-core'
import { appWith, type AuthenticatorApp } from '../flows/authenticator.ts'
import { startHouse, there, type House } from '../flows/house.ts'
import { typeAtCaret } from '../pages/browser.ts'
import { canBrowse, screenshot, withBrowser } from './chromium.ts'
import { password } from './people.ts'

const views = [
  { name: '360-light', width: 360, height: 740, colorScheme: 'light' },
  { name: '360-dark', width: 360, height: 740, colorScheme: 'dark' },
  { name: '1280-light', width: 1280, height: 860, colorScheme: 'light' },
  { name: '1280-dark', width: 1280, height: 860, colorScheme: 'dark' },
] as const

describe('An authenticator app, in a real browser', function () {
  this.timeout(120_000)
  let house: House | undefined

  before(async function () {
    if (!canBrowse) this.skip()
    house = await startHouse()
  })
  after(async () => {
    await house?.close()
  })

  async function register(page: Page, email: string): Promise<void> {
    await page.goto(there(house).origin)
    await page.getByRole('link', { name: 'Create account' }).click()
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(`${there(house).origin}/account`)
  }

  async function setUp(page: Page, name: string): Promise<AuthenticatorApp> {
    await page.goto(`${there(house).origin}/account/authenticator`)
    await page.getByRole('link', { name: 'Set up an authenticator app' }).click()
    await page.getByText('Cannot scan it?').click()
    await screenshot(page, `authenticator-setting-up-${name}`)
    const app = appWith({ text: await page.content() }, there(house))
    await page.getByLabel('Code from your app').fill('000000')
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByRole('alert').getByText('That is not the code of this entry').waitFor()
    await page.getByLabel('Code from your app').fill(app.code())
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Your app is on' }).waitFor()
    await screenshot(page, `authenticator-set-up-${name}`)
    return app
  }

  for (const { name, width, height, colorScheme } of views) {
    it(`is set up with the key of the page, and asked for at the next sign-in (${name})`, async () => {
      const { origin } = there(house)
      const email = `${name}@example.com`
      await withBrowser(undefined, async (page) => {
        await page.setViewportSize({ width, height })
        await page.emulateMedia({ colorScheme })
        await register(page, email)
        const app = await setUp(page, name)
        const recoveryCode = (await page.locator('code').first().textContent()) ?? ''
        await page.getByRole('link', { name: 'I have saved them' }).click()
        await page.getByText('10', { exact: true }).waitFor()
        await page.context().clearCookies()

        await page.goto(`${origin}/account/authenticator`)
        await page.getByLabel('Email').fill(email)
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByRole('link', { name: 'Use password instead' }).click()
        await page.getByLabel('Password').fill(password)
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
        await screenshot(page, `otp-asked-${name}`)
        // The code that confirmed the app is spent: the next one.
        await typeAtCaret(page, app.code(1))
        await page.keyboard.press('Enter')
        await page.waitForURL(`${origin}/account/authenticator`)
        assert.isTrue(await page.getByText('On', { exact: true }).isVisible())

        await page.context().clearCookies()
        await page.goto(`${origin}/account/recovery-codes`)
        await page.getByLabel('Email').fill(email)
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByRole('link', { name: 'Use password instead' }).click()
        await page.getByLabel('Password').fill(password)
        await page.getByRole('button', { name: 'Continue' }).click()
        await page.getByRole('link', { name: 'Use a recovery code' }).click()
        await page.getByRole('heading', { name: 'Use a recovery code' }).waitFor()
        await typeAtCaret(page, recoveryCode.toLowerCase())
        await page.keyboard.press('Enter')
        await page.waitForURL(`${origin}/account/recovery-codes`)
        assert.isTrue(await page.getByText('9 of 10 left').isVisible())
      })
    })
  }
})
