/** What the provider library keeps, seen from its clients: those that registered themselves, and all that ends with a client. */
import { In, IsNull, MoreThan } from 'typeorm'
import type { Database } from './database.ts'
import { listGrantors, type GrantorWish } from './grantors.ts'
import { openRow, type OidcPayload, type OidcRecordDependencies, type OidcStore } from './oidc-records.ts'
import { oidcRecordRows, type OidcRecordRow } from './oidc-rows.ts'
import { digest } from './sealing.ts'

export interface RegisteredPage {
  readonly limit: number
  /** The place of the last one of the page before. */
  readonly after?: string | undefined
}

export interface RegisteredClient {
  readonly payload: OidcPayload
  readonly place: string
}

export interface ClientRecords {
  /** Those that registered themselves, in an order that tells nothing. */
  listRegistered(page: RegisteredPage): Promise<readonly RegisteredClient[]>
  /** Who gave apps access: ids of subjects, in their order. */
  listGrantors(wish: GrantorWish): Promise<readonly string[]>
  /**
   * Ends whatever the client was given: its grants, its tokens, its own registration, and its part in sessions. What is
   * kept elsewhere for a few minutes is worth nothing without the grant that goes here.
   * @returns how many grants it had
   */
  endAccess(clientId: string): Promise<number>
}

export interface ClientRecordDependencies extends OidcRecordDependencies {
  readonly oidc: Pick<OidcStore, 'recordsOf' | 'listOf'>
  /** Removes what of a client stands on no grant and is outside of the database. */
  readonly forgetClient: (clientId: string) => Promise<void>
}

/** Whatever says `clientId`. */
const modelsOfClients = [
  'Grant',
  'RefreshToken',
  'AccessToken',
  'AuthorizationCode',
  'DeviceCode',
  'ClientCredentials',
  'RegistrationAccessToken',
  'RememberedConsent',
]

/** Rows that are opened at once. */
const batch = 200

export function createClientRecords(dependencies: ClientRecordDependencies): ClientRecords {
  const { database } = dependencies
  return {
    listRegistered: async ({ limit, after }) => {
      const rows = await database.run((manager) =>
        manager.find(oidcRecordRows, {
          where: { model: 'Client', ...(after === undefined ? {} : { idDigest: MoreThan(after) }) },
          order: { idDigest: 'ASC' },
          take: limit,
        }),
      )
      // They do not expire: each row is one.
      return rows.map((row) => ({ payload: openRow(dependencies, row) ?? {}, place: row.idDigest }))
    },
    listGrantors: (wish) => listGrantors(dependencies, wish),
    endAccess: async (clientId) => {
      await dependencies.forgetClient(clientId)
      await nameClients(dependencies)
      const subjects = new Set<string>()
      let grants = 0
      for (;;) {
        const rows = await takeBatch(dependencies, clientId)
        if (rows.length === 0) break
        for (const { model, subjectId } of rows) {
          if (model !== 'Grant') continue
          grants += 1
          if (subjectId !== null) subjects.add(subjectId)
        }
      }
      for (const subjectId of subjects) await unlinkSessions(dependencies, subjectId, clientId)
      return grants
    },
  }
}

async function takeBatch(
  { database, recordKey }: ClientRecordDependencies,
  clientId: string,
): Promise<readonly OidcRecordRow[]> {
  const clientDigest = digest(recordKey, 'client', clientId)
  return database.run(async (manager) => {
    const rows = await manager.find(oidcRecordRows, { where: { clientDigest }, take: batch })
    for (const { model, idDigest } of rows) await manager.delete(oidcRecordRows, { model, idDigest })
    return rows
  })
}

/** Rows of before the client was noted beside them are opened once, to note it. */
async function nameClients(dependencies: ClientRecordDependencies): Promise<void> {
  const { database, recordKey } = dependencies
  let after = ''
  for (;;) {
    const rows: readonly OidcRecordRow[] = await database.run((manager) =>
      manager.find(oidcRecordRows, {
        where: { model: In(modelsOfClients), clientDigest: IsNull(), idDigest: MoreThan(after) },
        order: { idDigest: 'ASC' },
        take: batch,
      }),
    )
    const last = rows.at(-1)
    if (last === undefined) return
    for (const row of rows) {
      const clientId = openRow(dependencies, row)?.['clientId']
      if (typeof clientId === 'string') await nameClient(database, row, digest(recordKey, 'client', clientId))
    }
    after = last.idDigest
  }
}

async function nameClient(
  database: Database,
  { model, idDigest }: OidcRecordRow,
  clientDigest: string,
): Promise<void> {
  await database.run((manager) => manager.update(oidcRecordRows, { model, idDigest }, { clientDigest }))
}

/** A session knows its apps by name; one that is gone must not find its place taken by another of that name. */
async function unlinkSessions(
  { oidc, clock }: ClientRecordDependencies,
  subjectId: string,
  clientId: string,
): Promise<void> {
  const now = clock().getTime() / 1000
  for (const session of await oidc.listOf('Session', subjectId)) {
    const { jti, exp, authorizations } = session
    if (typeof jti !== 'string' || typeof exp !== 'number' || !isRecord(authorizations)) continue
    if (!Object.hasOwn(authorizations, clientId)) continue
    const left = Object.fromEntries(Object.entries(authorizations).filter(([name]) => name !== clientId))
    await oidc.recordsOf('Session').upsert(jti, { ...session, authorizations: left }, Math.max(1, exp - now))
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
