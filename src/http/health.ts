/** What load balancers and supervisors ask: whether the process lives, and whether it can serve. Neither answer says more. */
import type { Middleware } from 'koa'

export interface HealthDependencies {
  /** May reject, or never settle: either is a no. */
  readonly isReady: () => Promise<boolean>
  /** How long to wait for it; 2 seconds unless said otherwise. */
  readonly patienceMs?: number
}

/** `/healthz` is 200 for as long as this process answers at all; `/readyz` is 200 or 503. */
export function healthPages({ isReady, patienceMs = 2000 }: HealthDependencies): Middleware {
  // Anybody may ask, as often as they like: however many wait, the house is asked once.
  let asked: Promise<boolean> | undefined
  const ask = (): Promise<boolean> => {
    asked ??= within(patienceMs, isReady).finally(() => {
      asked = undefined
    })
    return asked
  }
  return async (ctx, next) => {
    if (!isProbe(ctx.path) || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) {
      await next()
      return
    }
    const isWell = ctx.path === '/healthz' || (await ask())
    ctx.status = isWell ? 200 : 503
    ctx.set('Cache-Control', 'no-store')
    ctx.body = { status: isWell ? 'ok' : 'unready' }
  }
}

function isProbe(path: string): boolean {
  return path === '/healthz' || path === '/readyz'
}

async function within(ms: number, isReady: () => Promise<boolean>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => {
    late.resolve(false)
  }, ms)
  try {
    return await Promise.race([isReady(), late.promise])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}
