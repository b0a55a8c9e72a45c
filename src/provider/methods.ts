/** Endpoints for programs take POST alone: what stands in an address is written into logs and histories (RFC 6749 §3.2). */
import type { Middleware } from 'koa'
import { routes } from './routes.ts'

const postOnly: ReadonlySet<string> = new Set([
  routes.token,
  routes.revocation,
  routes.introspection,
  routes.pushed_authorization_request,
  routes.device_authorization,
])

/** The library has no route for other methods and would say that there is nothing (RFC 9110 §15.5.6). */
export function refuseOtherMethods(): Middleware {
  return async (ctx, next) => {
    // A browser asks by OPTIONS before a script may post (CORS).
    if (!postOnly.has(ctx.path) || ctx.method === 'POST' || ctx.method === 'OPTIONS') {
      await next()
      return
    }
    ctx.status = 405
    ctx.set({ Allow: 'POST', 'Cache-Control': 'no-store' })
    ctx.body = { error: 'invalid_request', error_description: 'this endpoint takes POST alone' }
  }
}
