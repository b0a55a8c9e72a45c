/** An authorization request that an app posts (OpenID Connect Core §3.1.2.1) goes on as the same request by GET. */
import type { Middleware } from 'koa'
import { readForm } from './http/request-guards.ts'
import { routes } from './provider/routes.ts'

/**
 * A form of another site brings no `SameSite=Lax` cookie, but the redirect that answers it does, for that is a plain
 * visit. So sessions work, and no cookie has to be handed to strangers’ forms.
 */
export function postedAuthorization(): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== routes.authorization || ctx.method !== 'POST') {
      await next()
      return
    }
    const given = new URLSearchParams()
    for (const [name, value] of Object.entries(await readForm(ctx))) given.set(name, value ?? '')
    ctx.set('Cache-Control', 'no-store')
    ctx.redirect(`${routes.authorization}?${given.toString()}`)
    // 303: the form is not posted on (RFC 9700 §4.12).
    ctx.status = 303
  }
}
