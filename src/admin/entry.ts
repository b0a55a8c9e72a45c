/** Where the provider sends the browser back to after an administrator has signed in. */
import Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import { isGoodEnough, type AdminGuards } from './guards.ts'
import { joinPath } from './join.ts'
import { pathOfState, returnPath, signInUrl } from './sign-in.ts'

export function entryRoutes(guards: AdminGuards): Router {
  const router = new Router()
  router.get(returnPath, (ctx) => comeBack(guards, ctx))
  return router
}

/** Drops what the provider appended, so that a reload asks nothing twice. @throws {Fault} admin_two_factors_needed, with ways on */
async function comeBack(guards: AdminGuards, ctx: Context): Promise<void> {
  const { state, error } = ctx.query
  if (error !== undefined) return seeOther(ctx, '/')
  const backTo = pathOfState(typeof state === 'string' ? state : undefined)
  const signedIn = await guards.sessions.signedIn(ctx)
  // Without one the browser has lost its cookie: to send it on would send it round and round.
  if (signedIn === undefined) throw new Fault('cookies_missing')
  // The page of a link says by itself what is missing.
  if (isGoodEnough(guards, signedIn) || backTo.startsWith(joinPath)) return seeOther(ctx, backTo)
  throw new Fault('admin_two_factors_needed', {
    links: [
      { url: signInUrl(guards.issuer, { backTo, kind: 'open' }), text: 'Prove a second factor' },
      { url: '/account', text: 'Set up a second factor' },
    ],
  })
}

function seeOther(ctx: Context, location: string): void {
  ctx.redirect(location)
  ctx.status = 303
}
