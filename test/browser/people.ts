/** What a person does in front of the screen, by the names that the screen gives things. */
import type { Page } from 'playwright-core'
import type { House } from '../flows/house.ts'

export const password = 'a long enough password'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** Creates an account from the front door; ends in front of the enrolment page. */
export async function fillInRegistration(
  page: Page,
  house: Pick<House, 'origin'>,
  email: string,
): Promise<void> {
  await page.goto(house.origin)
  await page.getByRole('link', { name: 'Create account' }).click()
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('checkbox', { name: /^I agree/ }).check()
  await button(page, 'Continue').click()
  await button(page, 'Start camera').waitFor()
}

/** A head that has not turned by then is taken not to. */
const poseMs = 900

/** Shows the face, skips poses that the head does not take, reviews, and keeps the samples; ends on the account page. */
export async function enrol(page: Page): Promise<void> {
  await button(page, 'Start camera').click()
  const review = page.getByRole('heading', { name: 'Are these pictures good?' })
  const skip = button(page, 'Skip this pose')
  const giveUpAt = Date.now() + 120_000
  const isOver = (): Promise<boolean> =>
    review.waitFor({ timeout: poseMs }).then(
      () => true,
      () => false,
    )
  while (!(await isOver())) {
    if (Date.now() > giveUpAt) throw new Error(`no review: ${await page.getByRole('main').innerText()}`)
    if (await skip.isVisible()) await skip.click({ timeout: 1000 }).catch(() => undefined)
  }
  await button(page, 'Continue').click()
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
}

export interface SignIn {
  readonly milliseconds: number
  /** As the page shows them: text, and JSON where they are not text. */
  readonly claims: Readonly<Record<string, string>>
}

/** From the app's button to the camera page. */
export async function goToCamera(page: Page, app: string, email: string): Promise<void> {
  await page.goto(app)
  await button(page, 'Sign in with Face').click()
  await page.getByLabel('Email').fill(email)
  await button(page, 'Continue').click()
  await button(page, 'Start camera').waitFor()
}

/** Signs in to the app by face; the time runs from "Start camera" to the app's page, as it does for a person. */
export async function signIn(page: Page, app: string, email: string): Promise<SignIn> {
  await goToCamera(page, app, email)
  const startedAt = Date.now()
  await button(page, 'Start camera').click()
  const allow = button(page, 'Allow')
  const claims = page.getByRole('table', { name: 'Claims of the ID token' })
  await allow.or(claims).first().waitFor({ timeout: 30_000 })
  if (await allow.isVisible()) await allow.click()
  await claims.waitFor()
  const milliseconds = Date.now() - startedAt
  const rows = await claims.getByRole('row').all()
  const cells = await Promise.all(rows.map((row) => row.locator('code').allInnerTexts()))
  return { milliseconds, claims: Object.fromEntries(cells.map(([name = '', value = '']) => [name, value])) }
}
