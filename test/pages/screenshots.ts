/** Takes a picture of every page at two widths and in both colour schemes, into `test-output/screens`: `node test/pages/screenshots.ts [part of a name]`. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, rejectCamera } from './browser.ts'
import { pagePaths, startDevServer } from './dev-server.ts'
import { enrolLook, happyScript, look } from './scripts.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const screens = join(root, 'test-output/screens')
const drawnFace = fileURLToPath(new URL('drawn-face.js', import.meta.url))
const wanted = process.argv[2] ?? ''

const views = [
  { name: '360-light', width: 360, height: 740, colorScheme: 'light' },
  { name: '360-dark', width: 360, height: 740, colorScheme: 'dark' },
  { name: '1280-light', width: 1280, height: 860, colorScheme: 'light' },
  { name: '1280-dark', width: 1280, height: 860, colorScheme: 'dark' },
] as const

mkdirSync(screens, { recursive: true })
const dev = await startDevServer(happyScript)
const browser = await launchBrowser()
for (const view of views) await takeAll(browser, view)
await browser.close()
await dev.close()

async function takeAll(browser: Browser, view: (typeof views)[number]): Promise<void> {
  const { name, width, height, colorScheme } = view
  const context = await browser.newContext({ viewport: { width, height }, colorScheme })
  const page = await context.newPage()
  await page.addInitScript({ path: drawnFace })
  for (const path of pagePaths) {
    if (!path.includes(wanted)) continue
    await page.goto(`${dev.origin}/pages/${path}`)
    await shoot(page, `${path}-${name}`)
  }
  if ('live'.includes(wanted)) await takeLive(page, name)
  await context.close()
}

/** What only the camera shows: looking with a hint, a picture of an enrolment, the review, a failure. */
async function takeLive(page: Page, name: string): Promise<void> {
  const still = (state: object, issueState: object) => {
    dev.script = (request, all) =>
      request.sequence === undefined ? happyScript(request, all) : { body: { ...issueState, ...state } }
  }
  still({}, look({ progress: 0.55, hint: 'Move closer.' }))
  await start(page, 'camera')
  await page.getByText('Move closer.').waitFor()
  await shoot(page, `camera-live-${name}`)
  still({}, look({ progress: 0.8, light: '#ff968c' }))
  await start(page, 'camera~coloured-light')
  await page.locator('html[data-lit]').waitFor()
  await page.waitForTimeout(300)
  await shoot(page, `camera-lit-${name}`)
  still({}, enrolLook(1, { progress: 0.3, hint: 'A little more to your left.' }))
  await start(page, 'enrol')
  await page.getByText('A little more to your left.').waitFor()
  await shoot(page, `enrol-live-${name}`)
  dev.script = happyScript
  await start(page, 'enrol')
  await page.getByText('Are these pictures good?').waitFor()
  await shoot(page, `enrol-review-${name}`)
  await page.goto(`${dev.origin}/pages/camera`)
  await page.evaluate(rejectCamera('NotAllowedError'))
  await page.getByRole('button', { name: 'Start camera' }).click()
  await page.getByText('The camera was not allowed').waitFor()
  await shoot(page, `camera-denied-${name}`)
}

async function start(page: Page, path: string): Promise<void> {
  await page.goto(`${dev.origin}/pages/${path}`)
  await page.getByRole('button', { name: 'Start camera' }).click()
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(150)
  await page.screenshot({ path: join(screens, `${name}.png`), fullPage: true })
}
