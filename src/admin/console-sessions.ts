/** Every browser that is signed in, every access of an app, searched by whose it is, and ending one. */
import type Router from '@koa/router'
import { frameOf, onAct, onPage, pagedOf, queryOf, wishOf, type ConsoleDependencies } from './console-kit.ts'
import { grantRow, sessionRow } from './console-subject.ts'

const base = '/admin/sessions'
const grantsBase = '/admin/grants'

export function sessionsSection(router: Router, dependencies: ConsoleDependencies): void {
  const { services, render } = dependencies
  onPage(router, { path: base, dependencies }, async (here) => {
    const { ctx, actor } = here
    const query = queryOf(ctx, 'q')
    const { items, next } = await services.sessions.list(actor, { ...wishOf(ctx), query })
    await render(ctx, 'admin-sessions', {
      frame: await frameOf(dependencies, here, 'sessions'),
      query,
      sessions: items.map((each) => sessionRow(here, each, `${base}${ctx.search}`)),
      ...pagedOf(ctx, next),
    })
  })
  onPage(router, { path: grantsBase, dependencies }, async (here) => {
    const { ctx, actor } = here
    const query = queryOf(ctx, 'q')
    const app = queryOf(ctx, 'app', 128)
    const clientId = app === '' ? undefined : app
    const { items, next } = await services.sessions.listGrants(actor, { ...wishOf(ctx), query, clientId })
    await render(ctx, 'admin-grants', {
      frame: await frameOf(dependencies, here, 'grants'),
      query,
      app,
      grants: items.map((each) => grantRow(here, each, `${grantsBase}${ctx.search}`)),
      ...pagedOf(ctx, next),
    })
  })
  onAct(router, { path: `${base}/end`, dependencies }, async ({ actor, form }) => {
    await services.sessions.end(actor, form['session'] ?? '')
    return { to: wayBack(form['back'], base), done: 'session_ended' }
  })
}

/** Where an act was begun: a person, or a list with its search. To nothing but our own pages. */
export function wayBack(given: string | undefined, otherwise: string): string {
  const isOurs = /^\/admin\/(subjects\/[\w-]{1,64}|(sessions|grants)(\?[\w%+&=.~@:-]{0,2000})?)$/.test(
    given ?? '',
  )
  return isOurs && given !== undefined ? given : otherwise
}
