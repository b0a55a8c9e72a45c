/** What a person has allowed an app before, and what an app need not ask for. */
import type { Grant, KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'
import type { Records } from './adapter.ts'
import type { ClientRegistry } from './client-registry.ts'
import { ownClientIds } from './client-schema.ts'

type Registry = Pick<ClientRegistry, 'policyFor'>
type Remembered = Pick<Records, 'find' | 'upsert'>

/**
 * The grant of the session and the app. A page of this house asks nobody for consent to itself. Beyond that, a client's
 * `consent` policy decides: with `skip` the request is the grant; with `once` what was allowed in an earlier session
 * counts in this one.
 */
export function createGrantLoader(clients: Registry, remembered: Remembered, clock: () => Date) {
  return async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { client, session, result, provider, account } = ctx.oidc
    if (client === undefined || session === undefined) return undefined
    const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId)
    const found = grantId === undefined ? undefined : await provider.Grant.find(grantId)
    if (account === undefined) return found
    const { clientId } = client
    const { accountId } = account
    const { consent } = clients.policyFor(clientId)
    if (!ownClientIds.has(clientId) && consent === 'ask') return found
    const key = rememberedKey(accountId, clientId)
    if (consent === 'once' && result?.consent !== undefined && found !== undefined) {
      const before = readAllowed(await remembered.find(key))
      const allowed = [...new Set([...before, ...allowedIn(found)])]
      const iat = Math.floor(clock().getTime() / 1000)
      await remembered.upsert(key, { accountId, clientId, iat, allowed })
      return found
    }
    const before = consent === 'once' ? readAllowed(await remembered.find(key)) : undefined
    const known = new Set(found === undefined ? [] : allowedIn(found))
    const added = askedIn(ctx).filter((each) => !known.has(each) && (before?.has(each) ?? true))
    if (added.length === 0) return found
    const grant = found ?? new provider.Grant({ accountId, clientId })
    for (const each of added) addTo(grant, each)
    await grant.save()
    return grant
  }
}

/** The name of what was allowed for good, among what the library keeps. */
export const rememberedConsents = 'RememberedConsent'

/** By which what was allowed for good is found. */
export function rememberedKey(accountId: string, clientId: string): string {
  return JSON.stringify([accountId, clientId])
}

/** One thing that may be asked for and allowed, as JSON: a scope, a claim, or a scope of an API. */
type Item = string

const item = z.union([
  z.tuple([z.literal('scope'), z.string()]),
  z.tuple([z.literal('claim'), z.string()]),
  z.tuple([z.literal('api'), z.string(), z.string()]),
])

const itemOf = (parts: z.infer<typeof item>): Item => JSON.stringify(parts)

function askedIn({ oidc }: KoaContextWithOIDC): Item[] {
  const ofApis = Object.entries(oidc.resourceServers ?? {}).flatMap(([name, { scopes }]) =>
    [...oidc.requestParamScopes]
      .filter((scope) => scopes.has(scope))
      .map((scope) => itemOf(['api', name, scope])),
  )
  return [
    ...[...oidc.requestParamOIDCScopes].map((scope) => itemOf(['scope', scope])),
    ...[...oidc.requestParamClaims].map((claim) => itemOf(['claim', claim])),
    ...ofApis,
  ]
}

function allowedIn(grant: Grant): Item[] {
  const ofApis = Object.keys(grant.resources ?? {}).flatMap((name) =>
    wordsOf(grant.getResourceScope(name)).map((scope) => itemOf(['api', name, scope])),
  )
  return [
    ...wordsOf(grant.getOIDCScope()).map((scope) => itemOf(['scope', scope])),
    ...grant.getOIDCClaims().map((claim) => itemOf(['claim', claim])),
    ...ofApis,
  ]
}

function addTo(grant: Grant, given: Item): void {
  const parts = item.parse(JSON.parse(given))
  if (parts[0] === 'scope') grant.addOIDCScope(parts[1])
  if (parts[0] === 'claim') grant.addOIDCClaims([parts[1]])
  if (parts[0] === 'api') grant.addResourceScope(parts[1], parts[2])
}

const written = z.object({ allowed: z.array(z.string()) })

function readAllowed(payload: unknown): ReadonlySet<Item> {
  return new Set(written.safeParse(payload).data?.allowed ?? [])
}

/** The scopes of what was allowed for good, in one text. */
export function scopesRemembered(payload: unknown): string {
  const scopes = [...readAllowed(payload)].flatMap((each) => {
    const parts = item.parse(JSON.parse(each))
    return parts[0] === 'claim' ? [] : [parts[0] === 'api' ? parts[2] : parts[1]]
  })
  return [...new Set(scopes)].join(' ')
}

function wordsOf(text: string): string[] {
  return text.split(' ').filter((word) => word !== '')
}
