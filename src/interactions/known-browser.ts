/** A browser is recognised by a random number in a cookie of its own: it proves nothing about a person, and signs nobody in. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Context } from 'koa'

export interface KnownBrowsers {
  /** The random number of this browser; undefined where it has none, or one that we did not give out. */
  idOf(ctx: Context): string | undefined
  /**
   * Stands for this browser beside one owner, a subject's id or the digest of an identifier: two owners' digests of one
   * browser cannot be told to be the same. Undefined for a browser without a number.
   */
  digestOf(ctx: Context, owner: string): string | undefined
  /**
   * After a sign-in: gives the browser a number where it has none, keeps it for another 400 days, and answers with its digest.
   * A number that nobody has signed in with is worth nothing, so it is given to whoever signs in.
   */
  remember(ctx: Context, owner: string): string
}

export interface KnownBrowserOptions {
  readonly issuer: string
  /** At least 32 bytes; no other part of the house uses it. */
  readonly secret: Uint8Array
}

const idBytes = 32
/** As long as browsers keep any cookie (RFC 6265bis §5.5: 400 days). */
const maxAgeSeconds = 400 * 86_400
const shape = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/

/** `__Host-` binds the cookie to this very host over HTTPS (RFC 6265bis §4.1.3.2). */
function knownBrowserCookie(issuer: string): string {
  return `${issuer.startsWith('https:') ? '__Host-' : ''}mien_browser`
}

export function createKnownBrowsers({ issuer, secret }: KnownBrowserOptions): KnownBrowsers {
  if (secret.length < 32) throw new TypeError('the secret of known browsers has less than 32 bytes')
  const name = knownBrowserCookie(issuer)
  const isHttps = issuer.startsWith('https:')
  const mac = (use: string, ...parts: readonly string[]): Buffer =>
    createHmac('sha256', secret)
      .update(JSON.stringify([use, ...parts]))
      .digest()

  const idOf = (ctx: Context): string | undefined => {
    const [, id, given] = shape.exec(readCookie(ctx, name) ?? '') ?? []
    if (id === undefined || given === undefined) return undefined
    return timingSafeEqual(Buffer.from(given, 'base64url'), mac('cookie', id)) ? id : undefined
  }
  const digest = (id: string, owner: string): string => mac('browser', id, owner).toString('base64url')

  return {
    idOf,
    digestOf: (ctx, owner) => {
      const id = idOf(ctx)
      return id === undefined ? undefined : digest(id, owner)
    },
    remember: (ctx, owner) => {
      const id = idOf(ctx) ?? randomBytes(idBytes).toString('base64url')
      const cookie = [
        `${name}=${id}.${mac('cookie', id).toString('base64url')}`,
        'Path=/',
        `Max-Age=${maxAgeSeconds}`,
        'HttpOnly',
        'SameSite=Lax',
        ...(isHttps ? ['Secure'] : []),
      ]
      ctx.append('Set-Cookie', cookie.join('; '))
      return digest(id, owner)
    },
  }
}

/** The first of that name, as the library behind the other cookies reads them. */
function readCookie(ctx: Context, name: string): string | undefined {
  for (const pair of ctx.get('Cookie').split(';')) {
    const [key = '', value] = pair.trim().split('=', 2)
    if (key === name) return value
  }
  return undefined
}
