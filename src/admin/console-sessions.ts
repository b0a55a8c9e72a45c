/** Every browser that is signed in, and ending one. */
import type Router from '@koa/router'
import { frameOf, onAct, onPage, pagedOf, wishOf, type ConsoleDependencies } from './console-kit.ts'
import { sessionRow } from './console-subject.ts'

const base = '/admin/sessions'

export function sessionsSection(router: Router, dependencies: ConsoleDependencies): void {
  const { services, render } = dependencies
  onPage(router, { path: base, dependencies }, async (here) => {
    const { items, next } = await services.sessions.list(here.actor, wishOf(here.ctx))
    await render(here.ctx, 'admin-sessions', {
      frame: await frameOf(dependencies, here, 'sessions'),
      sessions: items.map((each) => sessionRow(here, each, base)),
      ...pagedOf(here.ctx, next),
    })
  })
  onAct(router, { path: `${base}/end`, dependencies }, async ({ actor, form }) => {
    await services.sessions.end(actor, form['session'] ?? '')
    const back = form['back'] ?? ''
    // Back to the person, where it was begun there; to nothing but our own pages.
    return { to: /^\/admin\/subjects\/[\w-]{1,64}$/.test(back) ? back : base, done: 'session_ended' }
  })
}
