/** Codes and links that were sent to an address: kept as keyed digests, spent once, guessed at a few times. */
import { randomBytes, randomInt, randomUUID, timingSafeEqual } from 'node:crypto'
import { MoreThan, type EntityManager } from 'typeorm'
import type { Database } from './database.ts'
import { mailProofRows, type MailProofRow } from './mail-rows.ts'
import { digest } from './sealing.ts'

/** NIST SP 800-63B-4 §3.1.3.1 asks for six digits at least: eight are 26 bits, and five tries a fifth of a millionth of them. */
const codeDigits = 8
const mostTries = 5
const tokenBytes = 32

export interface ProofKey {
  readonly purpose: string
  /** What it is good for: one visit, or one subject. */
  readonly binding: string
}

export interface NewProof extends ProofKey {
  /** Undefined where the address belongs to nobody: nothing tells such a proof from others. */
  readonly subjectId?: string | undefined
  readonly emailDigest: string
  readonly codeSeconds: number
  readonly tokenSeconds: number
}

export interface Proof extends ProofKey {
  readonly subjectId: string | undefined
  readonly emailDigest: string
}

export interface MailProofs {
  /** In place of the one before of this purpose and binding. */
  issue(proof: NewProof): Promise<{ readonly code: string; readonly token: string }>
  /** Spends the proof where the code is right and a try is left; a wrong one costs a try. */
  spendCode(key: ProofKey, code: string): Promise<Proof | undefined>
  /** Looks and spends nothing: mail scanners open links too. */
  findToken(purpose: string, token: string): Promise<Proof | undefined>
  /** @returns undefined where another was faster */
  spendToken(purpose: string, token: string): Promise<Proof | undefined>
  withdraw(key: ProofKey): Promise<void>
}

export interface MailProofDependencies {
  readonly database: Database
  readonly clock: () => Date
  /** Kept outside the database, so that a copy of it yields no code however few digits it has. */
  readonly recordKey: Uint8Array
}

export function createMailProofs(dependencies: MailProofDependencies): MailProofs {
  const { database, clock, recordKey } = dependencies
  const tokenDigest = (purpose: string, token: string): string =>
    digest(recordKey, 'mail token', purpose, token)
  const findLive = (manager: EntityManager, purpose: string, token: string) =>
    manager.findOneBy(mailProofRows, {
      tokenDigest: tokenDigest(purpose, token),
      tokenEndsAt: MoreThan(clock().getTime()),
    })

  return {
    issue: async (proof) => {
      const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0')
      const token = randomBytes(tokenBytes).toString('base64url')
      const row = rowOf(proof, {
        recordKey,
        code,
        tokenDigest: tokenDigest(proof.purpose, token),
        now: clock(),
      })
      await database.run((manager) => replace(manager, row))
      return { code, token }
    },
    spendCode: (key, code) =>
      database.transact((manager) => spendCode(manager, { ...key, code, recordKey, now: clock() })),
    findToken: (purpose, token) =>
      database.run(async (manager) => {
        const row = await findLive(manager, purpose, token)
        return row === null ? undefined : proofOf(row)
      }),
    spendToken: (purpose, token) =>
      database.transact(async (manager) => {
        const row = await findLive(manager, purpose, token)
        if (row === null) return undefined
        const { affected } = await manager.delete(mailProofRows, { id: row.id })
        return affected === 1 ? proofOf(row) : undefined
      }),
    withdraw: async ({ purpose, binding }) => {
      await database.run((manager) => manager.delete(mailProofRows, { purpose, binding }))
    },
  }
}

/** One statement: of two that ask at once, the later has the mail that counts. */
async function replace(manager: EntityManager, row: MailProofRow): Promise<void> {
  const changed = Object.keys(row).filter((column) => column !== 'purpose' && column !== 'binding')
  await manager
    .createQueryBuilder()
    .insert()
    .into(mailProofRows)
    .values(row)
    .orUpdate(changed, ['purpose', 'binding'])
    .execute()
}

interface Secrets {
  readonly recordKey: Uint8Array
  readonly code: string
  readonly tokenDigest: string
  readonly now: Date
}

function rowOf(proof: NewProof, { recordKey, code, tokenDigest, now }: Secrets): MailProofRow {
  const id = randomUUID()
  return {
    id,
    purpose: proof.purpose,
    binding: proof.binding,
    subjectId: proof.subjectId ?? null,
    emailDigest: proof.emailDigest,
    codeDigest: codeDigest(recordKey, id, code),
    tokenDigest,
    triesLeft: mostTries,
    codeEndsAt: now.getTime() + proof.codeSeconds * 1000,
    tokenEndsAt: now.getTime() + proof.tokenSeconds * 1000,
  }
}

async function spendCode(
  manager: EntityManager,
  {
    code,
    recordKey,
    ...key
  }: ProofKey & { readonly now: Date; readonly code: string; readonly recordKey: Uint8Array },
): Promise<Proof | undefined> {
  const row = await takeTry(manager, key)
  if (row === undefined) return undefined
  if (!isSame(row.codeDigest, codeDigest(recordKey, row.id, code))) return undefined
  await manager.delete(mailProofRows, { id: row.id })
  return proofOf(row)
}

/** The try is paid before the code is looked at, and by one statement, so that tries side by side cannot outrun the bound. */
async function takeTry(
  manager: EntityManager,
  { purpose, binding, now }: ProofKey & { readonly now: Date },
): Promise<MailProofRow | undefined> {
  const live = { purpose, binding, codeEndsAt: MoreThan(now.getTime()), triesLeft: MoreThan(0) }
  const { affected } = await manager.decrement(mailProofRows, live, 'triesLeft', 1)
  if (affected !== 1) return undefined
  return (await manager.findOneBy(mailProofRows, { purpose, binding })) ?? undefined
}

function codeDigest(recordKey: Uint8Array, id: string, code: string): string {
  return digest(recordKey, 'mail code', id, code)
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function proofOf({ purpose, binding, subjectId, emailDigest }: MailProofRow): Proof {
  return { purpose, binding, subjectId: subjectId ?? undefined, emailDigest }
}
