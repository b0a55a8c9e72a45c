/** A person with a password who goes wherever the pages lead, and does what they ask. */
import { assert } from 'chai'
import { password } from '../flows/stories.ts'
import { formsOf, streamCapture, type Page, type Visitor } from '../flows/visitor.ts'

export interface Person {
  readonly email: string
  readonly name: string
  /** To what apps ask for; yes, where nothing else is said. */
  readonly says?: 'yes' | 'no'
  /** What the camera sees; without it the person takes the password. */
  readonly frames?: readonly Uint8Array[]
}

/** What the app gets, or the page that the person is left with. */
export interface Answer {
  readonly parameters?: URLSearchParams
  readonly page?: Page
  /** `redirect` or `form_post`, where the app got something. */
  readonly mode?: 'redirect' | 'form_post'
  /** Where the browser was sent. */
  readonly target?: string
  /** What was asked of the person, in order. */
  readonly steps: readonly string[]
}

export interface Walk {
  readonly visitor: Visitor
  readonly from: string | URL
  /** How the first page is asked for, where it is not a plain visit. */
  readonly init?: RequestInit
  readonly person: Person
  /** Where the app is; without it the walk ends at a page. */
  readonly rpOrigin?: string
}

/** More pages than any story has. */
const mostSteps = 8

export async function walk({ visitor, from, init, person, rpOrigin }: Walk): Promise<Answer> {
  let page = await visitor.open(from, init)
  const steps: string[] = []
  while (steps.length <= mostSteps) {
    const answer = answerOf(page, rpOrigin)
    if (answer !== undefined) return { ...answer, steps }
    const step = stepOf(page)
    if (step === undefined) return { page, steps }
    steps.push(step)
    page = await take(visitor, page, { step, person })
  }
  return assert.fail(`the pages lead in a circle: ${steps.join(', ')}`)
}

function answerOf(page: Page, rpOrigin: string | undefined): Omit<Answer, 'steps'> | undefined {
  if (rpOrigin === undefined) return undefined
  if (page.status >= 300 && page.status < 400) {
    return {
      parameters: page.url.searchParams,
      mode: 'redirect',
      target: `${page.url.origin}${page.url.pathname}`,
    }
  }
  const form = formsOf(page.text).find(({ action }) => action.startsWith(`${rpOrigin}/`))
  if (form === undefined) return undefined
  return { parameters: new URLSearchParams(form.hidden), mode: 'form_post', target: form.action }
}

const steps = ['identify', 'password', 'consent'] as const
type Step = (typeof steps)[number] | 'camera'

function stepOf({ url, text }: Page): Step | undefined {
  if (url.pathname.endsWith('/face')) return 'camera'
  const actions = formsOf(text).map(({ action }) => action)
  return steps.find((step) => actions.some((action) => action.endsWith(`/${step}`)))
}

async function take(
  visitor: Visitor,
  page: Page,
  { step, person }: { readonly step: Step; readonly person: Person },
): Promise<Page> {
  if (step === 'camera') return stepBeforeCamera(visitor, page, person)
  if (step === 'identify') return visitor.submit(page, '/identify', { email: person.email })
  if (step === 'password') return visitor.submit(page, '/password', { password })
  return visitor.submit(page, person.says === 'no' ? '/deny' : '/consent')
}

async function stepBeforeCamera(visitor: Visitor, page: Page, { frames }: Person): Promise<Page> {
  if (frames === undefined) return visitor.open(page.url.pathname.replace(/\/face$/, '/password'))
  const { last } = await streamCapture(visitor, page, { frames })
  assert.equal(last.body.state, 'done', JSON.stringify(last.body))
  return visitor.open(last.body.location ?? '')
}
