/** Mails that wait, and for a week those that were given up: never their words, which may hold a code. */
import type Router from '@koa/router'
import type { Badge } from '../http/admin-lines.ts'
import { actIf, frameOf, onAct, onPage, pagedOf, wishOf, type ConsoleDependencies } from './console-kit.ts'
import { humanise, several } from './console-words.ts'
import type { Person } from './authority.ts'
import type { OutboxLine } from './house-services.ts'

const base = '/admin/outbox'

export function outboxSection(router: Router, dependencies: ConsoleDependencies): void {
  const { services, render } = dependencies
  onPage(router, { path: base, dependencies }, async (here) => {
    const { actor, ctx } = here
    const { items, next } = await services.outbox.list(actor, wishOf(ctx))
    await render(ctx, 'admin-outbox', {
      frame: await frameOf(dependencies, here, 'outbox'),
      mails: items.map((each) => mailLine(actor, each)),
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

function mailLine(actor: Person, line: OutboxLine) {
  const { id, to = '', letter, createdAt, nextAt, fault } = line
  const about = to === '' ? humanise(letter) : `the mail to ${to}`
  const fields = [{ name: 'mail', value: id }]
  const retry = actIf(actor, 'outbox.retry', {
    ...{ action: `${base}/retry`, text: 'Send now' },
    ...{ fields, about },
  })
  return {
    id,
    to,
    kind: humanise(letter),
    state: stateOf(line),
    since: createdAt.toISOString(),
    nextAt: nextAt?.toISOString(),
    problem: fault === undefined ? '' : humanise(fault),
    retry: nextAt === undefined ? undefined : retry,
    drop: actIf(actor, 'outbox.drop', {
      ...{ action: `${base}/drop`, text: 'Drop' },
      ...{ fields, about, confirm: 'Yes, drop it', isDanger: true },
      warning: nextAt === undefined ? 'It goes from this list.' : 'It is never sent.',
    }),
  }
}

function stateOf({ tries, outcome }: OutboxLine): Badge {
  if (outcome === 'refused') return { text: 'Refused', tone: 'bad' }
  if (outcome === 'given_up') return { text: 'Given up', tone: 'bad' }
  return tries === 0
    ? { text: 'First try', tone: 'plain' }
    : { text: `Tried ${several(tries, 'time')}`, tone: 'warn' }
}
