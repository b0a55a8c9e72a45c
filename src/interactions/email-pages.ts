/** The step of a visit in which a code comes by mail; the same pages for every address. */
import type Router from '@koa/router'
import { Fault } from '../errors.ts'
import { advance, refuse } from './advance.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { bindingOf, pathOf, saveNotes, type Journey } from './journey.ts'
import { sendSignInCode, signInByMailCode } from './mail-code-sign-in.ts'
import { common, go, readOwnForm } from './page-parts.ts'
import { enter, type Step } from './visit.ts'

export function emailRoutes(router: Router, dependencies: InteractionDependencies): void {
  const step = (method: 'get' | 'post', path: string, act: Step): void => {
    router[method](path, async (ctx) => {
      const journey = await enter(dependencies, ctx)
      if (!dependencies.mailCodes.isAllowed) throw new Fault('page_not_found')
      if (journey.notes.email === undefined) return go(ctx, pathOf(journey))
      await act(dependencies, ctx, journey)
    })
  }
  step('get', '/email', (_dependencies, ctx, journey) => render(dependencies, ctx, journey))
  step('post', '/email/send', send)
  step('post', '/email', check)
}

/** Where the pages of a sign-in offer it. */
export function emailCodeUrl(
  { mailCodes }: Pick<InteractionDependencies, 'mailCodes'>,
  journey: Journey,
): string | undefined {
  return mailCodes.isAllowed ? pathOf(journey, 'email') : undefined
}

const send: Step = async (dependencies, ctx, journey) => {
  await readOwnForm(dependencies, ctx, journey)
  const { email = '' } = journey.notes
  const { limits, mailCodes } = dependencies
  await limits.takeMail(ctx.ip)
  await limits.takeMailbox(mailCodes.digestIdentifier(email))
  const { clientName: app } = await common(dependencies, journey)
  await sendSignInCode(mailCodes, { email, visit: bindingOf(journey), app })
  await saveNotes(dependencies.provider, ctx, { journey, notes: { codeSentTo: email } })
  go(ctx, pathOf(journey, 'email'))
}

const check: Step = async (dependencies, ctx, journey) => {
  const form = await readOwnForm(dependencies, ctx, journey)
  const { email = '' } = journey.notes
  await dependencies.limits.takePassword(ctx.ip)
  const verdict = await signInByMailCode(dependencies.mailCodes, {
    email,
    code: form['code'],
    visit: bindingOf(journey),
    clientId: journey.clientId,
    address: ctx.ip,
    browserDigest: await dependencies.findKnownBrowser(ctx, email),
  })
  if (verdict.outcome === 'accept') {
    const { subjectId } = verdict
    return go(ctx, await advance(dependencies, ctx, { journey, subjectId, used: { email: true } }))
  }
  const { status } = await refuse(dependencies, ctx, { journey, factor: 'email' })
  ctx.status = status
  return render(dependencies, ctx, journey, new Fault('mail_code_refused').publicMessage)
}

async function render(
  dependencies: InteractionDependencies,
  ctx: Parameters<Step>[1],
  ...[journey, error]: readonly [journey: Journey, error?: string]
): Promise<void> {
  const { email = '', codeSentTo } = journey.notes
  await dependencies.render(ctx, 'email-code', {
    ...(await common(dependencies, journey)),
    email,
    changeUrl: pathOf(journey),
    sendAction: pathOf(journey, 'email/send'),
    action: pathOf(journey, 'email'),
    passwordUrl: pathOf(journey, 'password'),
    abortAction: pathOf(journey, 'abort'),
    isSent: codeSentTo === email,
    error,
  })
}
