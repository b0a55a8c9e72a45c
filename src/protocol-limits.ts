/** How often one address may try something at the protocol's own endpoints. */
import type { Middleware } from 'koa'
import { createAddressLimit } from './http/address-limit.ts'
import { routes } from './provider/routes.ts'
import type { OpenLimiter } from './store/limiters.ts'

/** Typing a code takes two or three posts. Of 34 bits, twenty guesses a minute find one in a thousand years (RFC 8628 §5.1). */
const userCodesPerMinute = 20

/** Each leaves a row for good. */
const registrationsPerHour = 30

/** Each leaves a row for ten minutes, and public clients prove nothing. */
const deviceCodesPerMinute = 60

export function protocolLimits(open: OpenLimiter): Middleware {
  const limit = (name: string, points: number, seconds: number) =>
    createAddressLimit(open({ name, points, seconds }))
  const limits: ReadonlyMap<string, (address: string) => Promise<void>> = new Map([
    [routes.code_verification, limit('user code', userCodesPerMinute, 60)],
    [routes.device_authorization, limit('device code', deviceCodesPerMinute, 60)],
    [routes.registration, limit('client registration', registrationsPerHour, 3600)],
  ])
  return async (ctx, next) => {
    if (ctx.method === 'POST') await limits.get(ctx.path)?.(ctx.ip)
    await next()
  }
}
