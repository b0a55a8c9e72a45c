/** Which apps have access to an account, and taking it back: from the grants and sessions that the provider keeps. */
import { z } from 'zod'
import { rememberedConsents, rememberedKey, scopesRemembered } from './provider/grants.ts'
import { ownClientIds } from './provider/client-schema.ts'
import { revokeGrant, type SessionEndDependencies } from './provider/session-ends.ts'
import type { Store } from './store/open-store.ts'

export interface AppAccess {
  readonly clientId: string
  readonly name: string
  /** Empty where the app is gone from the list of clients. */
  readonly host: string
  readonly scopes: readonly string[]
  readonly since: Date
}

export interface AccessRecords {
  /** By name. */
  list(subjectId: string): Promise<AppAccess[]>
  /** All that the app was given is worth nothing from now on, and it is told. @returns whether it had any */
  revoke(subjectId: string, clientId: string): Promise<boolean>
}

export interface AccessParts extends SessionEndDependencies {
  readonly store: Pick<Store, 'oidc'>
}

/** What was allowed for good has no `jti`. */
const grantShape = z.object({
  jti: z.string().optional(),
  clientId: z.string(),
  iat: z.number(),
  openid: z.object({ scope: z.string().default('') }).default({ scope: '' }),
  resources: z.record(z.string(), z.string()).default({}),
})
type GrantRecord = z.infer<typeof grantShape>

export function createAccessRecords({ provider, store, notifyLoggedOut }: AccessParts): AccessRecords {
  const grantsOf = async (subjectId: string): Promise<GrantRecord[]> => {
    const payloads = await store.oidc.listOf('Grant', subjectId)
    const remembered = await store.oidc.listOf(rememberedConsents, subjectId)
    const kept = remembered.map((each) => ({ ...each, openid: { scope: scopesRemembered(each) } }))
    const grants = [...payloads, ...kept].flatMap((payload) => grantShape.safeParse(payload).data ?? [])
    // Pages of this house are clients too.
    return grants.filter(({ clientId }) => !ownClientIds.has(clientId))
  }
  const describe = async (clientId: string, grants: readonly GrantRecord[]): Promise<AppAccess> => {
    const client = await provider.Client.find(clientId).catch(() => undefined)
    const scopes = grants.flatMap(({ openid, resources }) =>
      [openid.scope, ...Object.values(resources)].flatMap((each) => each.split(' ')),
    )
    return {
      clientId,
      name: client?.clientName ?? clientId,
      host: hostOf(client?.redirectUris?.[0]),
      scopes: [...new Set(scopes)].filter((scope) => scope !== ''),
      since: new Date(Math.min(...grants.map(({ iat }) => iat)) * 1000),
    }
  }
  return {
    list: async (subjectId) => {
      const byClient = Map.groupBy(await grantsOf(subjectId), ({ clientId }) => clientId)
      const apps = await Promise.all([...byClient].map(([clientId, grants]) => describe(clientId, grants)))
      return apps.sort((one, other) => one.name.localeCompare(other.name))
    },
    revoke: async (subjectId, clientId) => {
      const grants = (await grantsOf(subjectId)).filter((grant) => grant.clientId === clientId)
      if (grants.length === 0) return false
      await store.oidc.recordsOf(rememberedConsents).destroy(rememberedKey(subjectId, clientId))
      for (const { jti } of grants) if (jti !== undefined) await revokeGrant(provider, jti)
      for (const payload of await store.oidc.listOf('Session', subjectId)) {
        const session =
          typeof payload['uid'] === 'string' && (await provider.Session.findByUid(payload['uid']))
        const authorization = session ? session.authorizations?.[clientId] : undefined
        if (!session || authorization === undefined) continue
        session.authorizations = Object.fromEntries(
          Object.entries(session.authorizations ?? {}).filter(([each]) => each !== clientId),
        )
        await session.persist()
        notifyLoggedOut([{ subjectId, clientId, sid: authorization.sid }])
      }
      return true
    },
  }
}

function hostOf(address: string | undefined): string {
  if (address === undefined || !URL.canParse(address)) return ''
  const { host, protocol } = new URL(address)
  return host === '' ? protocol : host
}
