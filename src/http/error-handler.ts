/** The one place where what was thrown becomes an answer: a page for people, problem JSON for scripts. */
import type { Context, Middleware } from 'koa'
import { Fault } from '../errors.ts'
import type { Render } from './render.ts'

export interface ErrorEntry {
  readonly level: 'error' | 'info'
  /** What the person was shown, so that their report finds this line. */
  readonly reference: string
  readonly code: string
  readonly status: number
  readonly method: string
  /** Without the query, which may hold codes and tokens. */
  readonly path: string
  readonly detail: string
  /** What was thrown: for bugs, and for faults with a cause. */
  readonly error?: unknown
}

export interface ErrorHandlerDependencies {
  readonly render: Render
  readonly log: (entry: ErrorEntry) => void
  /** Of the request in hand. */
  readonly reference: () => string
}

export function errorHandler({ render, log, reference: give }: ErrorHandlerDependencies): Middleware {
  return async (ctx, next) => {
    try {
      await next()
      requireAnswer(ctx)
    } catch (error) {
      const fault = faultOf(error)
      const reference = give()
      log(entryOf(ctx, fault, reference))
      if (ctx.headerSent) {
        // Half an answer is out already: cutting it off is the only way left to say that it is broken.
        ctx.res.destroy()
        return
      }
      await answer(render, ctx, { fault, reference })
    }
  }
}

/** A library may have put words of its own around a fault of ours; anything else is a bug. */
function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Fault ? cause : new Fault('internal', { cause: error })
}

/** A router that found nothing leaves 404 or 405 without a body. */
function requireAnswer(ctx: Context): void {
  if (ctx.headerSent || ctx.respond === false || (ctx.body !== undefined && ctx.body !== null)) return
  if (ctx.status === 404) throw noSuchPage()
  if (ctx.status === 405 || ctx.status === 501) throw new Fault('method_not_allowed')
}

/** Of whatever leads nowhere. */
export function noSuchPage(): Fault {
  return new Fault('page_not_found', { links: [{ url: '/', text: 'To the front page' }] })
}

function entryOf(ctx: Context, fault: Fault, reference: string): ErrorEntry {
  const { code, status, message, cause } = fault
  return {
    level: status >= 500 && code !== 'engine_busy' ? 'error' : 'info',
    reference,
    code,
    status,
    method: ctx.method,
    path: ctx.path,
    detail: message,
    ...(cause === undefined ? {} : { error: cause }),
  }
}

interface Failure {
  readonly fault: Fault
  readonly reference: string
}

async function answer(render: Render, ctx: Context, { fault, reference }: Failure): Promise<void> {
  const { code, status, publicMessage, retryAfterSeconds, links } = fault
  ctx.status = status
  ctx.set('Cache-Control', 'no-store')
  if (retryAfterSeconds !== undefined) ctx.set('Retry-After', String(Math.ceil(retryAfterSeconds)))
  // RFC 9457, at an address that programs alone call.
  if (ctx.state['isApi'] === true) {
    ctx.body = { type: `urn:mien:problem:${code}`, title: publicMessage, status, code, reference }
    ctx.type = 'application/problem+json'
    return
  }
  // Browsers name HTML when they open a page; scripts name JSON, or take anything.
  if (ctx.accepts('json', 'html') !== 'html') {
    ctx.body = {
      code,
      message: publicMessage,
      reference,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterSeconds) }),
    }
    ctx.type = 'application/problem+json'
    return
  }
  // An error page needs no camera, whatever the page that failed was going to be.
  ctx.state['allowCamera'] = false
  await render(ctx, 'error', { message: publicMessage, reference, links })
}
