import { assert } from 'chai'
import * as client from 'openid-client'
import { startHouse, there, type House } from '../flows/house.ts'
import { createAccount } from '../flows/stories.ts'
import { canBrowse, withBrowser } from './chromium.ts'
import { password } from './people.ts'

const clients = `
- client_id: television
  name: Living-room television
  type: public
  grants: [device_code, refresh_token]
`

describe('Connecting a device, in a real browser', function () {
  this.timeout(120_000)
  let house: House | undefined
  before(async function () {
    if (!canBrowse) this.skip()
    house = await startHouse({ clients })
    await createAccount(house, 'tv@example.com')
  })
  after(() => house?.close())

  it('works from the address with the code in it, which a phone reads off the screen', async () => {
    const issuer = new URL(there(house).origin)
    const television = await client.discovery(issuer, 'television', undefined, client.None(), {
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- plain http, on this very machine alone
      execute: [client.allowInsecureRequests],
    })
    const codes = await client.initiateDeviceAuthorization(television, { scope: 'openid email' })
    await withBrowser(undefined, async (page) => {
      const press = (name: string | RegExp) => page.getByRole('button', { name }).click()
      await page.goto(codes.verification_uri_complete ?? '')
      await page.getByText(codes.user_code).waitFor()
      await press('They match')
      await page.getByLabel('Email').fill('tv@example.com')
      await press('Continue')
      await page
        .getByRole('link', { name: /password/i })
        .first()
        .click()
      await page.getByLabel('Password', { exact: true }).fill(password)
      await press('Continue')
      await page.getByRole('heading', { name: 'Allow Living-room television?' }).waitFor()
      await press('Allow')
      await page.getByText('Your device is connected').waitFor()
    })
    const tokens = await client.pollDeviceAuthorizationGrant(television, { ...codes, interval: 0.01 })
    assert.isString(tokens.claims()?.sub)
  })

  it('says at the field what is wrong with a code', async () => {
    await withBrowser(undefined, async (page) => {
      await page.goto(`${there(house).origin}/device`)
      await page.getByLabel('Code').fill('BBBB-BBBB')
      await page.keyboard.press('Enter')
      const alert = page.getByRole('alert')
      assert.match(await alert.innerText(), /This code is not right/)
      assert.equal(await page.getByLabel('Code').getAttribute('aria-invalid'), 'true')
    })
  })
})
