/** Where the links of a mail about a new browser lead. Opening one does nothing, for mail scanners open links too; a button does, once. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { ForgeryTokens } from '../http/forgery.ts'
import type { Render } from '../http/render.ts'
import { readForm } from '../http/request-guards.ts'
import type { AddressLimits } from '../interactions/dependencies.ts'
import { queryOf } from './guards.ts'

export interface BrowserNotice {
  readonly subjectId: string
  readonly family: string
  readonly signedInAt: Date
}

export interface BrowserNoticeDependencies {
  readonly render: Render
  readonly forgery: ForgeryTokens
  readonly limits: Pick<AddressLimits, 'takePassword'>
  readonly browserNotices: {
    find(token: string): Promise<BrowserNotice | undefined>
    /** @returns false where it was answered before, or has expired */
    own(token: string, address: string): Promise<boolean>
    /** Signs that browser out, switches the face off, ends trust in devices. @returns false as above */
    disown(token: string, address: string): Promise<boolean>
  }
}

const path = '/account/browser-notice'
const gone = {
  heading: 'This link has done its work',
  text: 'It was used before, or is older than seven days. In your account you see where you are signed in.',
  link: { url: '/account/devices', text: 'Go to your account' },
}

export function browserNoticeSection(router: Router, dependencies: BrowserNoticeDependencies): void {
  const { render, forgery, limits, browserNotices } = dependencies
  router.get(path, async (ctx) => {
    await limits.takePassword(ctx.ip)
    const token = readToken(queryOf(ctx, 'token'))
    const notice = await browserNotices.find(token)
    if (notice === undefined) return render(ctx, 'message', gone)
    await render(ctx, 'browser-notice', {
      csrf: forgery.issue(bindingOf(token)),
      family: notice.family,
      at: notice.signedInAt.toISOString(),
      action: `${path}?token=${token}`,
      wasMe: queryOf(ctx, 'answer') !== 'not-me',
    })
  })
  router.post(path, async (ctx) => {
    await limits.takePassword(ctx.ip)
    const token = readToken(queryOf(ctx, 'token'))
    const form = await readForm(ctx)
    forgery.require(ctx, bindingOf(token), form['csrf'])
    await answer(dependencies, ctx, { token, isMe: form['answer'] === 'me' })
  })
}

async function answer(
  { render, browserNotices }: BrowserNoticeDependencies,
  ctx: Context,
  { token, isMe }: { readonly token: string; readonly isMe: boolean },
): Promise<void> {
  const isDone = await (isMe ? browserNotices.own(token, ctx.ip) : browserNotices.disown(token, ctx.ip))
  if (!isDone) return render(ctx, 'message', gone)
  if (isMe) {
    return render(ctx, 'message', {
      heading: 'Thank you',
      text: 'There is nothing to do. You will not be asked about that browser again.',
      link: undefined,
    })
  }
  return render(ctx, 'message', {
    heading: 'That browser is signed out',
    text: 'Face sign-in is switched off and no device is trusted any more. Now choose a new password: whoever it was may know the old one.',
    link: { url: '/account/recover', text: 'Choose a new password' },
  })
}

/** @throws {Fault} page_not_found for what no mail of ours holds */
function readToken(given: string | undefined): string {
  if (given === undefined || !/^[\w-]{43}$/.test(given)) throw new Fault('page_not_found')
  return given
}

function bindingOf(token: string): string {
  return `browser notice:${token}`
}
