/** Mails that wait: never their words, which may hold a code. */
import type Router from '@koa/router'
import type { Badge } from '../http/admin-lines.ts'
import { actIf, frameOf, onAct, onPage, pagedOf, wishOf, type ConsoleDependencies } from './console-kit.ts'
import { humanise, several } from './console-words.ts'

const base = '/admin/outbox'

export function outboxSection(router: Router, dependencies: ConsoleDependencies): void {
  const { services, render } = dependencies
  onPage(router, { path: base, dependencies }, async (here) => {
    const { actor, ctx } = here
    const { items, next } = await services.outbox.list(actor, wishOf(ctx))
    await render(ctx, 'admin-outbox', {
      frame: await frameOf(dependencies, here, 'outbox'),
      mails: items.map(({ id, to, letter, createdAt, nextAt, tries }) => ({
        id,
        to,
        kind: humanise(letter),
        state: stateOf(tries),
        since: createdAt.toISOString(),
        nextAt: nextAt.toISOString(),
        tries,
        retry: actIf(actor, 'outbox.retry', {
          action: `${base}/retry`,
          text: 'Send now',
          fields: [{ name: 'mail', value: id }],
          about: `the mail to ${to}`,
        }),
        drop: actIf(actor, 'outbox.drop', {
          action: `${base}/drop`,
          text: 'Drop',
          fields: [{ name: 'mail', value: id }],
          about: `the mail to ${to}`,
          warning: 'It is never sent.',
          confirm: 'Yes, drop it',
          isDanger: true,
        }),
      })),
      ...pagedOf(ctx, next),
    })
  })
  onAct(router, { path: `${base}/retry`, dependencies }, async ({ actor, form }) => {
    await services.outbox.retry(actor, form['mail'] ?? '')
    return { to: base, done: 'mail_retried' }
  })
  onAct(router, { path: `${base}/drop`, dependencies }, async ({ actor, form }) => {
    await services.outbox.drop(actor, form['mail'] ?? '')
    return { to: base, done: 'mail_dropped' }
  })
}

function stateOf(tries: number): Badge {
  return tries === 0
    ? { text: 'First try', tone: 'plain' }
    : { text: `Tried ${several(tries, 'time')}`, tone: 'bad' }
}
