/** How often one address may try something at the protocol's own endpoints. */
import type { Middleware } from 'koa'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { createAddressLimit } from './http/address-limit.ts'
import { routes } from './provider/routes.ts'

/** Typing a code takes two or three posts. Of 34 bits, twenty guesses a minute find one in a thousand years (RFC 8628 §5.1). */
const userCodesPerMinute = 20

/** Each leaves a row for good. */
const registrationsPerHour = 30

export function protocolLimits(): Middleware {
  const takeRegistration = createAddressLimit(
    new RateLimiterMemory({ points: registrationsPerHour, duration: 3600 }),
  )
  const takeUserCode = createAddressLimit(new RateLimiterMemory({ points: userCodesPerMinute, duration: 60 }))
  return async (ctx, next) => {
    if (ctx.method === 'POST' && ctx.path === routes.code_verification) await takeUserCode(ctx.ip)
    if (ctx.method === 'POST' && ctx.path === routes.registration) await takeRegistration(ctx.ip)
    await next()
  }
}
