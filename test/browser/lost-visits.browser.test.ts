import { assert } from 'chai'
import { startDemo } from '../../examples/demo-relying-party/server.ts'
import { freePort, startHouse, there, type House } from '../flows/house.ts'
import { createAccount, password } from '../flows/stories.ts'
import { canBrowse, openBrowser } from './chromium.ts'

const email = 'ada@example.com'

describe('In a real browser, a sign-in that is over', function () {
  this.timeout(120_000)
  let house: House | undefined
  let demo: { close(): Promise<void> } | undefined
  let app = ''

  before(async function () {
    if (!canBrowse) this.skip()
    const rpPort = await freePort()
    house = await startHouse({ rpPort })
    app = `http://localhost:${rpPort}`
    demo = await startDemo({ issuer: house.origin, port: rpPort, clientId: 'demo', baseUrl: app })
    await createAccount(house, email)
  })
  after(async () => {
    await demo?.close()
    await house?.close()
  })

  it('is told to the back button and to another tab, and both lead back to the app', async () => {
    const browser = await openBrowser()
    try {
      const context = await browser.newContext()
      const page = await context.newPage()
      const button = (name: string) => page.getByRole('button', { name, exact: true })
      await page.goto(app)
      await page.getByRole('link', { name: 'Sign in with Face' }).or(button('Sign in with Face')).click()
      await page.getByLabel('Email').waitFor()
      const first = page.url()
      await page.getByLabel('Email').fill(email)
      await button('Continue').click()
      await page.getByRole('link', { name: 'Use password instead' }).click()
      await page.getByLabel('Password', { exact: true }).fill(password)
      await button('Continue').click()
      const allow = button('Allow')
      await allow.or(page.getByText('Signed in').first()).first().waitFor()
      if (await allow.isVisible()) await allow.click()
      await page.waitForURL((url) => url.origin === app)

      await page.goBack()
      const sentence = /This sign-in is finished|This step is done already/
      await page.getByText(sentence).waitFor()
      const reference = await page.locator('.reference code').innerText()
      assert.include(there(house).logged(), `"reference":"${reference}"`)

      const tab = await context.newPage()
      await tab.goto(first)
      await tab.getByText(sentence).waitFor()
      await tab.getByRole('link', { name: 'Go to Demo Shop' }).click()
      await tab.waitForURL((url) => url.origin === app)
    } finally {
      await browser.close()
    }
  })
})
