/** What each browser test stands on: one Chromium, one scripted server, a fresh page for each test. */
import type { Browser, Page } from 'playwright-core'
import { collectComplaints, hasChromium, launchBrowser } from './browser.ts'
import { startDevServer, type DevServer, type Script, type ScriptedRequest } from './dev-server.ts'
import { happyScript } from './scripts.ts'

export interface Stage {
  readonly page: Page
  readonly dev: DevServer
  readonly complaints: readonly string[]
  /** Opens the page and presses “Start camera”. */
  readonly start: (path?: string) => Promise<void>
  readonly open: (path: string) => Promise<void>
  readonly frames: () => readonly ScriptedRequest[]
  readonly isCameraOn: () => Promise<boolean>
}

/** Skips its tests, by name, where Chromium is missing. */
export const describeBrowser = hasChromium ? describe : describe.skip

/** Call within `describeBrowser`; the fields hold from the first `beforeEach` on. */
export function useStage(): Stage {
  let browser: Browser | undefined
  let dev: DevServer | undefined
  let page: Page | undefined
  let complaints: string[] = []
  const stage: Stage = {
    get page() {
      return opened(page)
    },
    get dev() {
      return opened(dev)
    },
    get complaints() {
      return complaints
    },
    start: async (path = 'camera') => {
      await stage.open(path)
      await stage.page.getByRole('button', { name: 'Start camera' }).click()
    },
    open: async (path) => {
      await stage.page.goto(`${stage.dev.origin}/pages/${path}`)
    },
    frames: () => stage.dev.requests.filter(({ sequence }) => sequence !== undefined),
    isCameraOn: () => stage.page.evaluate("document.querySelector('video').srcObject !== null"),
  }
  before(async () => {
    browser = await launchBrowser()
    dev = await startDevServer(happyScript)
  })
  after(async () => {
    await browser?.close()
    await dev?.close()
  })
  beforeEach(async () => {
    page = await opened(browser).newPage()
    complaints = collectComplaints(page)
    stage.dev.requests.length = 0
    stage.dev.script = happyScript
  })
  afterEach(() => page?.close())
  return stage
}

function opened<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error('nothing is open yet')
  return thing
}

/** A sign-in whose frames are answered by this. */
export function onFrames(answer: Script): Script {
  return (request, all) => (request.sequence === undefined ? happyScript(request, all) : answer(request, all))
}
