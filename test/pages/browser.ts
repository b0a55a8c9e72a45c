/** Chromium with its built-in fake camera, for tests of pages. */
import { existsSync } from 'node:fs'
import { chromium, type Browser, type Page } from 'playwright-core'

const executablePath = '/usr/bin/chromium'
export const hasChromium = existsSync(executablePath)

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}

/** Types as somebody does who sees the caret: browsers give the focus a moment after a page is there. */
export async function typeAtCaret(page: Page, text: string): Promise<void> {
  await page.locator('input:focus').waitFor()
  await page.keyboard.type(text)
}

/** Whatever the page complains about: violations of the content security policy among them. */
export function collectComplaints(page: Page): string[] {
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  return complaints
}

/** A script for the page: from now on its camera is refused under this name. */
export function rejectCamera(name: string, message = 'refused by the test'): string {
  const error = `new DOMException(${JSON.stringify(message)}, ${JSON.stringify(name)})`
  return `navigator.mediaDevices.getUserMedia = () => Promise.reject(${error})`
}
