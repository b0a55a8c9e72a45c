/** Where the links of mails lead. Opening one does nothing, for mail scanners open links too; its button does, once. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { ForgeryTokens } from '../http/forgery.ts'
import type { Render } from '../http/render.ts'
import { readForm } from '../http/request-guards.ts'
import type { AddressLimits } from '../interactions/dependencies.ts'
import { answerEmailChange, type EmailChangeDependencies } from './email-change.ts'
import { queryOf } from './guards.ts'
import { verifyByLink, type VerificationDependencies } from './verification.ts'

export interface LinkDependencies {
  readonly render: Render
  readonly forgery: ForgeryTokens
  readonly limits: Pick<AddressLimits, 'takePassword'>
  readonly verification: VerificationDependencies
  readonly emailChange: EmailChangeDependencies
}

interface Answer {
  readonly heading: string
  readonly text: string
}

interface LinkPage {
  readonly path: string
  readonly purpose: string
  readonly heading: string
  readonly text: string
  readonly button: string
  readonly isDanger?: boolean
  readonly act: (dependencies: LinkDependencies, token: string) => Promise<Answer | undefined>
}

const confirmed: Answer = {
  heading: 'Your address is confirmed',
  text: 'Thank you. From now on codes and news of your account reach you there.',
}
const changeAnswers = {
  stopped: {
    heading: 'Your address stays as it is',
    text: 'The change was called off. If it was not you who asked for it, choose a new password now.',
  },
  waiting: {
    heading: 'Thank you',
    text: 'The address changes as soon as the other mailbox has confirmed it too. Without an answer from your present address, that is in seven days.',
  },
  changed: { heading: 'Your address is changed', text: 'Sign in with the new address from now on.' },
} as const

const answerChange =
  (purpose: 'change_new' | 'change_old' | 'change_stop'): LinkPage['act'] =>
  async ({ emailChange }, token) => {
    const outcome = await answerEmailChange(emailChange, purpose, token)
    return outcome === undefined ? undefined : changeAnswers[outcome]
  }

const linkPages: readonly LinkPage[] = [
  {
    path: '/account/confirm',
    purpose: 'verify',
    heading: 'Confirm your address',
    text: 'Is this mailbox yours?',
    button: 'Yes, confirm it',
    act: async ({ verification }, token) =>
      (await verifyByLink(verification, token)) ? confirmed : undefined,
  },
  {
    path: '/account/confirm-new',
    purpose: 'change_new',
    heading: 'Confirm your new address',
    text: 'Is this mailbox yours, and shall your account use it?',
    button: 'Yes, use this address',
    act: answerChange('change_new'),
  },
  {
    path: '/account/confirm-old',
    purpose: 'change_old',
    heading: 'Change your address',
    text: 'Shall your account use the new address from now on?',
    button: 'Yes, change it',
    act: answerChange('change_old'),
  },
  {
    path: '/account/stop-change',
    purpose: 'change_stop',
    heading: 'Stop the change',
    text: 'Shall your account keep its present address?',
    button: 'Keep my address',
    isDanger: true,
    act: answerChange('change_stop'),
  },
]

/** Whoever opens a link has no session here, so the token of the form belongs to the link. */
const bindingOf = (token: string): string => `mail link:${token}`

export function linkRoutes(router: Router, dependencies: LinkDependencies): void {
  for (const page of linkPages) {
    router.get(page.path, (ctx) => show(dependencies, ctx, page))
    router.post(page.path, (ctx) => act(dependencies, ctx, page))
  }
}

async function show(
  { render, forgery, limits, verification }: LinkDependencies,
  ctx: Context,
  { path, purpose, heading, text, button, isDanger = false }: LinkPage,
): Promise<void> {
  await limits.takePassword(ctx.ip)
  const token = queryOf(ctx, 'token') ?? ''
  if ((await verification.proofs.findToken(purpose, token)) === undefined) throw new Fault('link_spent')
  const csrf = forgery.issue(bindingOf(token))
  await render(ctx, 'confirm-link', { csrf, token, action: path, heading, text, button, isDanger })
}

async function act(dependencies: LinkDependencies, ctx: Context, page: LinkPage): Promise<void> {
  const form = await readForm(ctx)
  const token = form['token'] ?? ''
  dependencies.forgery.require(ctx, bindingOf(token), form['csrf'])
  await dependencies.limits.takePassword(ctx.ip)
  const answer = await page.act(dependencies, token)
  if (answer === undefined) throw new Fault('link_spent')
  await dependencies.render(ctx, 'message', { ...answer, link: { url: '/account', text: 'Your account' } })
}
