/** A page whose camera shows a performance, and what is done in front of it. */
import type { Page } from 'playwright-core'
import { fileURLToPath } from 'node:url'
import type { Performance } from './performance.ts'

const script = fileURLToPath(new URL('staged-camera.js', import.meta.url))

/** Before the page is opened. */
export async function stage(page: Page, performance: Performance): Promise<void> {
  const poses = performance.poses.map(({ jpegs, ...turn }) => ({
    ...turn,
    jpegs: jpegs.map((jpeg) => Buffer.from(jpeg).toString('base64')),
  }))
  await page.exposeFunction('stagedPerformance', () => ({ ...performance, poses }))
  await page.addInitScript({ path: script })
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** A real camera is there before the button is pressed; so is this one. */
export async function startCamera(page: Page): Promise<void> {
  await page.locator('html[data-camera-staged]').waitFor({ state: 'attached' })
  await button(page, 'Start camera').click()
}

export type Ending = 'signed in' | 'refused by the server' | 'nothing came of it'

/** Shows the face to the sign-in page that is open; what came of it in the given time, and when. */
export async function showFace(
  page: Page,
  patienceMs: number,
): Promise<{ readonly ending: Ending; readonly milliseconds: number }> {
  const allow = button(page, 'Allow')
  const claims = page.getByRole('table', { name: 'Claims of the ID token' })
  const refusal = page.getByText('That did not work').or(page.locator('[data-problem]'))
  await startCamera(page)
  const startedAt = Date.now()
  const over = (ending: Ending) => ({ ending, milliseconds: Date.now() - startedAt })
  try {
    await allow.or(claims).or(refusal).filter({ visible: true }).first().waitFor({ timeout: patienceMs })
  } catch {
    return over('nothing came of it')
  }
  if (await refusal.filter({ visible: true }).first().isVisible()) return over('refused by the server')
  if (await allow.isVisible()) await allow.click()
  await claims.waitFor()
  return over('signed in')
}

/** A pose that the head does not reach in this time is skipped. */
const patienceMs = 5000

/** Shows the face and turns it as told, reviews and keeps the samples; which steps had to be skipped. */
export async function enrolByTurning(page: Page): Promise<readonly string[]> {
  await startCamera(page)
  const review = page.getByRole('heading', { name: 'Are these pictures good?' })
  const skip = button(page, 'Skip this pose')
  const skipped: string[] = []
  let [instruction, since] = ['', Date.now()]
  const begun = since
  while (!(await review.isVisible())) {
    const now = Date.now()
    if (now - begun > 60_000) throw new Error(`no review: ${await page.getByRole('main').innerText()}`)
    const said = await page.locator('[data-instruction]').innerText()
    if (said !== instruction) [instruction, since] = [said, now]
    if (now - since > patienceMs && (await skip.isVisible())) {
      skipped.push(instruction)
      since = now
      await skip.click({ timeout: 1000 })
    }
    await page.waitForTimeout(100)
  }
  await button(page, 'Continue').click()
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
  return skipped
}
