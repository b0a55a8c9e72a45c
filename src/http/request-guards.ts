/** Guards of a request: bodies are read up to a bound and in one known form, and unsafe requests come from our own pages. */
import type { Context, Middleware } from 'koa'
import getRawBody from 'raw-body'
import { Fault, type FaultCode } from '../errors.ts'

export const bodyLimits = {
  formBytes: 16 * 1024,
  formFields: 40,
  jsonBytes: 16 * 1024,
  frameBytes: 100 * 1024,
} as const

export type Form = Readonly<Record<string, string | undefined>>

/** @throws {Fault} form_invalid */
export async function readForm(ctx: Context): Promise<Form> {
  requireType(ctx, 'application/x-www-form-urlencoded', 'form_invalid')
  const bytes = await readBytes(ctx, bodyLimits.formBytes, 'form_invalid')
  const fields = [...new URLSearchParams(decode(bytes))]
  if (fields.length > bodyLimits.formFields) throw new Fault('form_invalid', { detail: 'too many fields' })
  const form = new Map<string, string>()
  for (const [name, value] of fields) {
    // Two values under one name: readers along the way could each believe another one.
    if (form.has(name)) throw new Fault('form_invalid', { detail: 'a field was sent twice' })
    form.set(name, value)
  }
  const plain: Record<string, string | undefined> = Object.fromEntries(form)
  // Without a prototype, a field that nobody sent is not found on `Object` either.
  Object.setPrototypeOf(plain, null)
  return plain
}

/** @throws {Fault} form_invalid */
export async function readJson(ctx: Context): Promise<unknown> {
  requireType(ctx, 'application/json', 'form_invalid')
  const text = decode(await readBytes(ctx, bodyLimits.jsonBytes, 'form_invalid'))
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (cause) {
    throw new Fault('form_invalid', { detail: 'the body is not JSON', cause })
  }
}

/** @throws {Fault} frame_type_unsupported | frame_too_large | frame_unreadable */
export async function readFrame(ctx: Context): Promise<Uint8Array> {
  requireType(ctx, 'image/jpeg', 'frame_type_unsupported')
  return readBytes(ctx, bodyLimits.frameBytes, 'frame_too_large')
}

function requireType(ctx: Context, type: string, code: FaultCode): void {
  if (ctx.is(type) !== type) throw new Fault(code, { detail: `the body is not ${type}` })
  // A compressed body could unfold into one beyond the bound.
  const encoding = ctx.get('Content-Encoding')
  if (encoding !== '' && encoding !== 'identity') throw new Fault(code, { detail: 'the body is compressed' })
}

async function readBytes(ctx: Context, limit: number, tooLarge: FaultCode): Promise<Buffer> {
  try {
    return await getRawBody(ctx.req, { limit, length: ctx.get('Content-Length') || null })
  } catch (cause) {
    // What is left of the body is not waited for.
    ctx.set('Connection', 'close')
    const isTooLarge = cause instanceof Error && 'type' in cause && cause.type === 'entity.too.large'
    throw new Fault(isTooLarge ? tooLarge : 'form_invalid', { detail: 'the body could not be read', cause })
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Fault('form_invalid', { detail: 'the body is not UTF-8', cause })
  }
}

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** For our own pages alone: the provider’s token endpoint and its kin are called by apps. */
export function sameOriginGuard(issuer: string): Middleware {
  const { origin } = new URL(issuer)
  return async (ctx, next) => {
    if (!safeMethods.has(ctx.method) && !isFromOurPages(ctx, origin)) {
      throw new Fault('forgery_suspected', { detail: 'the request comes from another origin' })
    }
    await next()
  }
}

/**
 * Browsers send `Origin: null` with forms of a page whose referrer policy is `no-referrer` (Fetch §3.2), so there
 * `Sec-Fetch-Site` speaks alone. A request that carries neither is refused.
 */
function isFromOurPages(ctx: Context, origin: string): boolean {
  const site = ctx.get('Sec-Fetch-Site')
  const given = ctx.get('Origin')
  if (site !== '' && site !== 'same-origin') return false
  if (given !== '' && given !== 'null') return given === origin
  return site === 'same-origin'
}
