/** Fills what the API of administration needs: keys, clients, limits. */
import { z } from 'zod'
import type { Acting } from './admin/acting.ts'
import type { ApiDependencies } from './admin/api/routes.ts'
import type { ApiClient } from './admin/api/access-token.ts'
import type { AdminServices } from './admin/services.ts'
import type { Role } from './admin/authority.ts'
import { createAddressLimit } from './http/address-limit.ts'
import type { Parts } from './parts.ts'
import { subjectFor } from './provider/account.ts'
import { adminAudience } from './provider/admin-resource.ts'
import { version } from './version.ts'

/** A script that works through a long list; a loop gone wrong is slowed down. */
const callsPerMinute = 600
const failuresPerMinute = 60

export interface AdminApiParts {
  readonly parts: Parts
  readonly services: AdminServices
  readonly acting: Acting
  readonly roleOf: (subjectId: string) => Promise<Role | undefined>
}

export function openAdminApi({ parts, ...rest }: AdminApiParts): ApiDependencies {
  const { config, clock, store, keys } = parts
  const { issuer } = config
  const limit = (name: string, points: number) =>
    createAddressLimit(store.openLimiter({ name, points, seconds: 60 }))
  const takeClient = limit('administration', callsPerMinute)
  return {
    ...rest,
    ...{ issuer, clock, version, audience: adminAudience(issuer) },
    keys: () => keys.current().keys.map((key) => publicKey.parse(key)),
    findClient: (clientId) => findClient(parts, clientId),
    // The word keeps the name of a client from being taken for an address.
    takeCall: (clientId) => takeClient(`client ${clientId}`),
    takeFailure: limit('administration refused', failuresPerMinute),
    spendOnce: (id, until) => store.shortLived.once({ kind: 'proofs shown to the admin API', id }, until),
  }
}

/** What verifies and nothing that signs. */
const publicKey = z.union([
  z.object({ kty: z.literal('RSA'), kid: z.string(), alg: z.string(), n: z.string(), e: z.string() }),
  z.object({
    kty: z.literal('EC'),
    kid: z.string(),
    alg: z.string(),
    crv: z.string(),
    x: z.string(),
    y: z.string(),
  }),
])

/** The library looks the client up first, and with it the registry learns what it may. */
async function findClient(
  { config, clients, currentProvider, secrets, store }: Parts,
  clientId: string,
): Promise<ApiClient | undefined> {
  const client = await currentProvider().Client.find(clientId)
  const audience = adminAudience(config.issuer)
  const allowed = clients.policyFor(clientId).resources.find(({ identifier }) => identifier === audience)
  if (client === undefined || allowed === undefined) return undefined
  return {
    scopes: allowed.scopes,
    mayActAlone: client.grantTypes?.includes('client_credentials') === true,
    findSubject: async (sub) => {
      if (client.subjectType !== 'pairwise') return sub
      // Nobody can tell from a pairwise `sub` whose it is; administrators are few enough to be asked one by one.
      const all = await store.administrators.list()
      return all.find(({ subjectId }) => subjectFor(secrets.pairwiseSalt, client, subjectId) === sub)
        ?.subjectId
    },
  }
}
