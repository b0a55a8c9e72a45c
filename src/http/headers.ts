/** The security headers of every answer, those that the provider library writes itself among them. */
import type { Context, Middleware } from 'koa'

export interface HeaderSettings {
  readonly issuer: string
}

/** Two years, as browsers ask for before they trust a site to stay on HTTPS. */
const transportSecurity = 'max-age=63072000; includeSubDomains'

/**
 * Sets the strictest headers before anything else runs, so that answers written past Koa carry them too.
 * `render` calls `writePagePolicy` again once the page has said what it needs.
 */
export function securityHeaders({ issuer }: HeaderSettings): Middleware {
  const isHttps = new URL(issuer).protocol === 'https:'
  return async (ctx, next) => {
    ctx.set({
      'X-Frame-Options': 'DENY',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cache-Control': 'no-store',
      ...(isHttps ? { 'Strict-Transport-Security': transportSecurity } : {}),
    })
    writePagePolicy(ctx)
    await next()
  }
}

/** Writes what depends on the page: `ctx.state.allowCamera` and `ctx.state.formActionOrigins`. */
export function writePagePolicy(ctx: Context): void {
  const camera = ctx.state['allowCamera'] === true ? '(self)' : '()'
  ctx.set('Permissions-Policy', `camera=${camera}, microphone=(), geolocation=(), display-capture=()`)
  ctx.set('Content-Security-Policy', contentSecurityPolicy(originsOf(ctx.state['formActionOrigins'])))
}

/**
 * Lets forms of the answer under way lead to these origins and keeps the rest of its policy, hashes of inline scripts included:
 * for pages that the provider library writes (`response_mode=form_post`, the end of a session).
 */
export function allowFormAction(ctx: Context, origins: readonly string[]): void {
  const policy = ctx.response.get('Content-Security-Policy')
  const sources = ["form-action 'self'", ...originsOf(origins)].join(' ')
  ctx.set('Content-Security-Policy', policy.replace(/form-action [^;]*/, sources))
}

function contentSecurityPolicy(formActionOrigins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "media-src 'self' blob:",
    // Chrome applies form-action to the redirects that follow a form post, up to the app.
    ["form-action 'self'", ...formActionOrigins].join(' '),
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
  ].join('; ')
}

/** Nothing but a scheme, or a scheme with host and port, can widen the policy. */
const sourcePattern = /^[a-z][a-z0-9+.-]*:(\/\/[A-Za-z0-9.[\]:-]+)?$/

function originsOf(given: unknown): string[] {
  if (!Array.isArray(given)) return []
  return given.filter((each): each is string => typeof each === 'string' && sourcePattern.test(each))
}
