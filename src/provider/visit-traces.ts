/** What is kept of a visit beyond its end, so that a person who comes back to one of its pages is told what happened and how to go on. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Context, Middleware } from 'koa'
import type Provider from 'oidc-provider'
import type { Client, KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'
import type { RecordsOf } from './adapter.ts'
import { lifetimes } from './lifetimes.ts'
import { routes } from './routes.ts'

const shape = z.object({
  appName: z.string(),
  /** Of the app, as it is registered. */
  homeUrl: z.string().optional(),
  /** The same request once more, at our own address, where it is checked as any other is. */
  restartPath: z.string().optional(),
  /** SHA-256 of the number in the cookie of the browser that began. */
  browser: z.string(),
  isFinished: z.boolean(),
  /** The visit that came of this one: consent after a sign-in. */
  nextPath: z.string().optional(),
})
export type VisitTrace = z.infer<typeof shape>

export interface VisitTraces {
  find(uid: string): Promise<VisitTrace | undefined>
  /** Whether the visit of these pages can still be gone on with, by whoever may. */
  isOpen(uid: string): Promise<boolean>
  /** Whether this browser is the one that began. */
  isOfBrowser(ctx: Context, trace: VisitTrace): boolean
}

/** A visit lives for a quarter of an hour; its trace for two hours from its beginning. */
const traceSeconds = 2 * 3600
/** A longer request is not kept, and cannot be repeated from here. */
const longestRestart = 2000

function visitCookie(issuer: string): string {
  return `${issuer.startsWith('https:') ? '__Host-' : ''}mien_visitor`
}

export function createVisitTraces(issuer: string, recordsOf: RecordsOf): VisitTraces {
  return {
    find: async (uid) => shape.safeParse(await recordsOf('VisitTrace').find(uid)).data,
    isOpen: async (uid) => (await recordsOf('Interaction').find(uid)) !== undefined,
    isOfBrowser: (ctx, { browser }) => {
      const number = ctx.cookies.get(visitCookie(issuer), { signed: false })
      if (number === undefined) return false
      const [one, other] = [Buffer.from(digestOf(number)), Buffer.from(browser)]
      return one.length === other.length && timingSafeEqual(one, other)
    },
  }
}

/** Notes the beginning of each visit, and its end. */
export function traceVisits(provider: Provider, recordsOf: RecordsOf): Middleware {
  const traces = recordsOf('VisitTrace')
  return async (ctx, next) => {
    await next()
    if (!isProtocol(ctx)) return
    const begun = begunIn(ctx)
    if (begun !== undefined) {
      const trace = describe(ctx, begun, rememberBrowser(ctx, provider.issuer))
      await traces.upsert(begun.uid, trace, traceSeconds)
    }
    const resumed = resumedIn(ctx)
    if (resumed === undefined || (await recordsOf('Interaction').find(resumed)) !== undefined) return
    const found = shape.safeParse(await traces.find(resumed)).data
    if (found === undefined) return
    const nextPath = begun === undefined ? undefined : `/interaction/${begun.uid}`
    await traces.upsert(resumed, { ...found, isFinished: true, nextPath }, traceSeconds)
  }
}

type Interaction = NonNullable<KoaContextWithOIDC['oidc']['entities']['Interaction']>

function begunIn(ctx: KoaContextWithOIDC): Interaction | undefined {
  const interaction = ctx.oidc.entities.Interaction
  if (interaction === undefined || ctx.status !== 303) return undefined
  return ctx.response.get('Location').endsWith(`/interaction/${interaction.uid}`) ? interaction : undefined
}

/** The uid in the address where a visit comes back to the protocol. */
export function resumedIn(ctx: Pick<Context, 'path'>): string | undefined {
  const [, uid] = /^\/(?:authorize|device)\/([A-Za-z0-9_-]{10,64})$/.exec(ctx.path) ?? []
  return uid
}

function describe(ctx: KoaContextWithOIDC, interaction: Interaction, browser: string): VisitTrace {
  const { client } = ctx.oidc
  const redirectUri = interaction.params['redirect_uri']
  return {
    appName: client?.clientName ?? 'the app',
    homeUrl: client === undefined ? undefined : homeOf(client, redirectUri),
    restartPath: restartOf(interaction),
    browser,
    isFinished: false,
  }
}

/** Where an app is found, by its registration alone: an address that somebody made up leads nowhere from here. */
export function homeOf(client: Client, redirectUri?: unknown): string | undefined {
  const registered = client.redirectUris ?? []
  const back = registered.find((each) => each === redirectUri) ?? registered[0]
  const places = [client.clientUri, client.postLogoutRedirectUris?.[0], originOf(back)]
  return places.find((each) => each !== undefined && /^https?:\/\//.test(each))
}

function originOf(address: string | undefined): string | undefined {
  return address !== undefined && URL.canParse(address) ? `${new URL(address).origin}/` : undefined
}

/** Requests that were pushed or signed are good once, and what is in them is not to be repeated in the open (RFC 9126 §4, RFC 9101). */
function restartOf(interaction: Interaction): string | undefined {
  const { params, deviceCode, trusted } = interaction
  // The library keeps it beside the rest; its types do not say so.
  const parJti: unknown = Reflect.get(interaction, 'parJti')
  if (deviceCode !== undefined) return routes.code_verification
  if (parJti !== undefined || (Array.isArray(trusted) && trusted.length > 0)) return undefined
  const pairs = Object.entries(params).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && name !== 'request' && name !== 'request_uri' ? [[name, value]] : [],
  )
  const path = `${routes.authorization}?${new URLSearchParams(pairs).toString()}`
  return path.length > longestRestart ? undefined : path
}

/** @returns the digest of its number, which it is given where it has none */
function rememberBrowser(ctx: Context, issuer: string): string {
  const name = visitCookie(issuer)
  const known = ctx.cookies.get(name, { signed: false })
  const number =
    known !== undefined && /^[A-Za-z0-9_-]{43}$/.test(known) ? known : randomBytes(32).toString('base64url')
  const secure = issuer.startsWith('https:') ? '; Secure' : ''
  // Written by hand: behind a proxy that ends TLS, the cookie library would refuse `Secure` on a plain connection.
  const maxAge = traceSeconds + lifetimes.interaction
  ctx.append('Set-Cookie', `${name}=${number}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`)
  return digestOf(number)
}

function digestOf(number: string): string {
  return createHash('sha256').update(number).digest('base64url')
}

function isProtocol(ctx: Context): ctx is KoaContextWithOIDC {
  return 'oidc' in ctx && typeof ctx['oidc'] === 'object'
}
