/** A provider with somebody enrolled, the apps that trust it, and the browser in which that person goes from one to the other. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { cameraFile, openBrowser, withBrowser } from '../browser/chromium.ts'
import { enrol, fillInRegistration } from '../browser/people.ts'
import { startHouse, type House } from '../flows/house.ts'
import type { App } from './apps.ts'

export const email = 'd12@example.com'

export interface Street {
  readonly house: House
  readonly browser: Browser
  close(): Promise<void>
}

/** Opens a provider for these apps; the person has enrolled with one half of the video and shows the other from now on. */
export async function openStreet(
  apps: readonly App[],
  settings: Readonly<Record<string, string>> = {},
): Promise<Street> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-street-'))
  const resources = apps.map(({ resources }) => resources).join('')
  const house = await startHouse({
    clients: apps.map(({ entry }) => entry).join(''),
    ...(resources === '' ? {} : { resources }),
    settings,
  })
  await withBrowser(await cameraFile(folder, 'd12', 'first'), async (page) => {
    await fillInRegistration(page, house, email)
    await enrol(page)
  })
  const browser = await openBrowser(await cameraFile(folder, 'd12', 'second'))
  return {
    house,
    browser,
    close: async () => {
      await browser.close()
      await house.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A fresh profile, so that nobody is signed in anywhere; on failure the error tells where the page was. */
export async function visit<T>(
  { browser }: Street,
  story: (page: Page, context: BrowserContext) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(60_000)
  try {
    return await story(page, context)
  } catch (error) {
    const text = await page
      .locator('body')
      .innerText({ timeout: 1000 })
      .catch(() => '')
    throw new Error(`at ${page.url()}: ${text.slice(0, 600)}`, { cause: error })
  } finally {
    await context.close()
  }
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** From the provider's first page to the camera's verdict. */
export async function showFace(page: Page): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await button(page, 'Continue').click()
  await button(page, 'Start camera').click()
}

/** From the provider's first page, through face and consent, until the browser is back at the app. */
export async function signInByFace(page: Page, app: { readonly origin: string }): Promise<void> {
  await showFace(page)
  const allow = button(page, 'Allow')
  await Promise.race([
    allow.waitFor({ timeout: 30_000 }),
    page.waitForURL((url) => url.origin === app.origin, { timeout: 30_000 }),
  ])
  if (await allow.isVisible()) await allow.click()
  await page.waitForURL((url) => url.origin === app.origin)
}

/** Types the code of a device, as its person does elsewhere, shows the face, and lets the device in. */
export async function letDeviceIn(page: Page, issuer: string, code: string): Promise<void> {
  await page.goto(`${issuer}/device`)
  await page.getByLabel('Code').fill(code)
  await button(page, 'Continue').click()
  await button(page, 'They match').click()
  await showFace(page)
  await button(page, 'Allow').click()
  await page.getByText('Your device is connected').waitFor()
}

/** The provider asks before it ends a session. */
export async function confirmSignOut(page: Page, app: { readonly origin: string }): Promise<void> {
  await button(page, 'Sign out').click()
  await page.waitForURL((url) => url.origin === app.origin)
}

/** The JSON that an app answers at this address, with the cookies of the page. */
export async function readJson(
  page: Page,
  address: string,
  method: 'GET' | 'POST' = 'GET',
): Promise<Readonly<Record<string, unknown>>> {
  const answer: unknown = await page.evaluate(
    async ([address, method]) => {
      const response = await fetch(address, { method })
      const body: unknown = response.ok
        ? await response.json()
        : { status: response.status, text: await response.text() }
      return body
    },
    [address, method] as const,
  )
  if (typeof answer !== 'object' || answer === null) throw new Error(`no object at ${address}`)
  return Object.fromEntries(Object.entries(answer))
}
