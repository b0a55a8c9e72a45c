/** Opens the database and hands out what the house remembers. */
import { createAdministrators, type Administrators } from './administrators.ts'
import { createAttempts, digestIdentifier, type Attempts } from './attempts.ts'
import { auditKeyOf, beginChain, createChainSubscriber, type ChainOptions } from './audit-chain.ts'
import { createCheckpoints } from './audit-checkpoint.ts'
import { createAudit, type Audit } from './audit.ts'
import { createBrowserNotices, type BrowserNotices } from './browser-notices.ts'
import { createBrowserSessions, type BrowserSessions } from './browser-sessions.ts'
import { createConsents, type Consents } from './consents.ts'
import { createClientRecords, type ClientRecords } from './client-records.ts'
import type { Database, DatabaseLocation } from './database.ts'
import { openDatabase } from './open-database.ts'
import { createDeviceKeys, type DeviceKeys } from './device-keys.ts'
import type { JobLocks } from './job-locks.ts'
import { createKnownBrowserStore, type KnownBrowserStore } from './known-browsers.ts'
import { createEmailChanges, type EmailChanges } from './email-changes.ts'
import { createLogoutDeliveries, type LogoutDeliveries } from './logout-deliveries.ts'
import { createManagedClients, type ManagedClients } from './managed-clients.ts'
import { createMailProofs, type MailProofs } from './mail-proofs.ts'
import { createMailQueueStore, type MailQueueStore } from './mail-queue.ts'
import type { OpenLimiter } from './limiters.ts'
import type { OidcStore } from './oidc-records.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { createPasskeys, type Passkeys } from './passkeys.ts'
import type { Passing } from './passing-shape.ts'
import { openPassing } from './passing.ts'
import { createPurge, type Purge } from './purge.ts'
import { createReceipts, type Receipts } from './receipts.ts'
import { createRecoveryCodes, type RecoveryCodes } from './recovery-codes.ts'
import type { BeforeMigration } from './schema/bring-up.ts'
import { keyBytes } from './sealing.ts'
import { createCounts, type Counts } from './counts.ts'
import type { ShortLived } from './short-lived.ts'
import type { RedisWatcher } from './redis/connection.ts'
import { createSubjectSearch, type SubjectSearch } from './subject-search.ts'
import { createSubjects, type Subjects } from './subjects.ts'
import { createTemplates, type Templates } from './templates.ts'
import { createTotpSeeds, type TotpSeeds } from './totp-seeds.ts'
import { watchedDatabase, type DatabaseWatch } from './watched-database.ts'

/** Three keys of 32 bytes each, kept outside the database. */
export interface StoreSecrets {
  readonly templateKey: Uint8Array
  readonly recordKey: Uint8Array
  readonly identifierPepper: Uint8Array
}

const secretNames = ['templateKey', 'recordKey', 'identifierPepper'] as const

/** For the figures of the operator. */
export interface StoreWatch {
  readonly database: DatabaseWatch
  readonly onEvent: NonNullable<ChainOptions['onEvent']>
}

export interface StoreOptions {
  /** Where this node notes the head of the audit trail, outside the database; undefined: nowhere. */
  readonly checkpointFile?: string | undefined
  readonly secrets: StoreSecrets
  readonly clock: () => Date
  /** Of the recogniser in use: as long as its vectors are the decoys. */
  readonly embeddingLength?: 128 | 512
  /** Nothing is mended on opening and nothing noted on closing, so that what is wrong can be seen. */
  readonly isInspection?: boolean
  /** Whether events wait for a webhook to take them. */
  readonly fillsOutbox?: boolean
  readonly watch?: StoreWatch | undefined
  /** Where what passes is kept; in the database unless given. */
  readonly redisUrl?: string | undefined
  readonly redisWatcher?: RedisWatcher
}

export interface OpenStoreOptions extends StoreOptions {
  readonly location: DatabaseLocation
  /** Called before tables that hold something are changed; where it fails, nothing is. */
  readonly beforeMigration?: BeforeMigration | undefined
}

export interface Store {
  readonly subjects: Subjects
  readonly subjectSearch: SubjectSearch
  readonly templates: Templates
  readonly attempts: Attempts
  readonly consents: Consents
  readonly receipts: Receipts
  readonly audit: Audit
  readonly administrators: Administrators
  readonly deviceKeys: DeviceKeys
  readonly knownBrowsers: KnownBrowserStore
  readonly browserSessions: BrowserSessions
  readonly browserNotices: BrowserNotices
  readonly outbox: Outbox
  readonly passkeys: Passkeys
  readonly totpSeeds: TotpSeeds
  readonly recoveryCodes: RecoveryCodes
  readonly mailProofs: MailProofs
  readonly mailQueue: MailQueueStore
  readonly emailChanges: EmailChanges
  readonly logoutDeliveries: LogoutDeliveries
  readonly managedClients: ManagedClients
  readonly clientRecords: ClientRecords
  readonly oidc: OidcStore
  readonly shortLived: ShortLived
  /** Counts tries; over all nodes where there is something that they share. */
  readonly openLimiter: OpenLimiter
  readonly jobLocks: JobLocks
  readonly purge: Purge
  readonly digestIdentifier: (email: string) => string
  readonly counts: Counts
  /** Rejects where the database, or the Redis, does not answer. */
  readonly ping: () => Promise<void>
  close(): Promise<void>
}

/** @throws {Error} where the database cannot be opened, in a sentence */
export async function openStore({ location, beforeMigration, ...options }: OpenStoreOptions): Promise<Store> {
  const database = await openDatabase(location, beforeMigration)
  try {
    return await createStore(database, options)
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Over a database that is open already, and from then on is the store's own to close. */
export async function createStore(opened: Database, options: StoreOptions): Promise<Store> {
  const { secrets, clock, embeddingLength = 128, isInspection = false, watch } = options
  const database = watch === undefined ? opened : watchedDatabase(opened, watch.database)
  for (const name of secretNames) requireKey(name, secrets[name])
  const key = auditKeyOf(secrets.identifierPepper)
  database.subscribe(subscriberOf(options, key))
  const audit = await openAudit({ database, clock, key, file: options.checkpointFile, isInspection })
  const oidcParts = { database, clock, recordKey: secrets.recordKey }
  const passing = await openPassing({ ...options, ...oidcParts })
  const { oidc, shortLived, openLimiter, jobLocks } = passing
  return {
    ...subjectsOf(database, clock, passing),
    templates: createTemplates({ database, clock, keyEncryptionKey: secrets.templateKey, embeddingLength }),
    attempts: createAttempts(database, clock),
    consents: createConsents(database, clock),
    receipts: createReceipts(database),
    audit,
    administrators: createAdministrators(database, clock),
    deviceKeys: createDeviceKeys(database, clock),
    browserSessions: createBrowserSessions(database, clock),
    browserNotices: createBrowserNotices(database, clock),
    outbox: createOutbox(database, clock),
    knownBrowsers: createKnownBrowserStore(database, clock),
    passkeys: createPasskeys(database, clock),
    totpSeeds: createTotpSeeds({ database, clock, sealingKey: secrets.templateKey }),
    recoveryCodes: createRecoveryCodes({ database, clock, pepper: secrets.identifierPepper }),
    mailProofs: createMailProofs({ database, clock, recordKey: secrets.recordKey }),
    mailQueue: createMailQueueStore(oidcParts),
    emailChanges: createEmailChanges(database, clock),
    logoutDeliveries: createLogoutDeliveries(database, clock),
    managedClients: createManagedClients(database, clock),
    oidc,
    clientRecords: createClientRecords({ ...oidcParts, oidc, forgetClient: passing.forgetClient }),
    shortLived,
    openLimiter,
    jobLocks,
    counts: createCounts(database),
    purge: createPurge(database, clock),
    digestIdentifier: (email) => digestIdentifier(secrets.identifierPepper, email),
    ping: async () => {
      await database.run((manager) => manager.query('SELECT 1'))
      await passing.ping()
    },
    close: async () => {
      if (!isInspection) await audit.checkpoint()
      await passing.close()
      await database.close()
    },
  }
}

/** What of a subject is outside of the database, no transaction takes along. */
function alsoForgetting(subjects: Subjects, forget: Passing['forget']): Subjects {
  return {
    ...subjects,
    erase: async (id, deed) => {
      // First, so that where it cannot be reached nothing is erased by half, and whoever asked is told to try again.
      await forget(id)
      await subjects.erase(id, deed)
      // What was written meanwhile signs nobody in any more; should it stay now, it ends by itself.
      await forget(id).catch(() => undefined)
    },
  }
}

function subscriberOf({ fillsOutbox = false, watch }: StoreOptions, key: Uint8Array) {
  return createChainSubscriber({ key, fillsOutbox, onEvent: watch?.onEvent })
}

interface AuditParts {
  readonly database: Database
  readonly clock: () => Date
  readonly key: Uint8Array
  readonly file: string | undefined
  readonly isInspection: boolean
}

async function openAudit({ database, clock, key, file, isInspection }: AuditParts): Promise<Audit> {
  const checkpoints = createCheckpoints({ path: file, key, isShared: database.kind === 'postgres' })
  const audit = createAudit({ database, clock, key, checkpoints })
  const isNew = await database.transact((manager) => beginChain(manager, key, clock().getTime()))
  if (isInspection) return audit
  // A file that is gone is made again, and the chain remembers that it was.
  if (!isNew && (await checkpoints.read()) === 'missing')
    await audit.append({ type: 'audit_checkpoint_lost' })
  await audit.checkpoint()
  return audit
}

function requireKey(name: string, key: unknown): void {
  if (!(key instanceof Uint8Array && key.length === keyBytes)) {
    throw new TypeError(`the store's ${name} must be ${keyBytes} bytes`)
  }
}

function subjectsOf(
  database: Database,
  clock: () => Date,
  passing: Pick<Passing, 'forget'>,
): Pick<Store, 'subjects' | 'subjectSearch'> {
  return {
    subjects: alsoForgetting(createSubjects(database, clock), passing.forget),
    subjectSearch: createSubjectSearch(database),
  }
}
