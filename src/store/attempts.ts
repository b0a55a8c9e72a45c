/** The ledger of tries: each is written down as failed before it is looked at, and settled after. */
import { IsNull, type EntityManager } from 'typeorm'
import { appendEvent } from './audit.ts'
import type { Database } from './database.ts'
import { attemptRows, type AttemptRow } from './entities.ts'
import { timedRowId } from './row-id.ts'
import { digest } from './sealing.ts'
import { normaliseEmail } from './subjects.ts'
import {
  countFailure,
  endRun,
  endRuns,
  readTallies,
  readTally,
  setRun,
  type AttemptTallies,
  type FailureTally,
} from './tallies.ts'

export type Factor = 'face' | 'password' | 'passkey' | 'otp' | 'email'

/** `pending` counts as a failure: a try that crashed was a try. */
export type AttemptOutcome = 'accept' | 'no_match' | 'no_template' | 'presentation_attack' | 'locked'

export interface AttemptOrigin {
  readonly identifierDigest: string
  readonly factor: Factor
  readonly clientId: string
  readonly address: string
  /** Of a browser that this account knows; its tries are counted apart from those of strangers. */
  readonly browserDigest?: string | undefined
  /** What the address belongs to: a whole IPv6 /64 is one. */
  readonly network?: string | undefined
}

export interface Settlement {
  readonly outcome: AttemptOutcome
  readonly subjectId?: string | undefined
  /** For the operator's record alone; nothing reads it back to a person. */
  readonly score?: number | undefined
  /** How live the networks thought the face, 0…1; likewise for the operator’s record alone. */
  readonly padScore?: number | undefined
  /** Names of what was odd about the attempt; they also go to the audit trail, where there are any. */
  readonly signals?: readonly string[] | undefined
}

export interface PastAttempt {
  readonly at: Date
  readonly factor: Factor
  readonly outcome: string
  readonly clientId: string
  readonly address: string
}

export interface Attempts {
  /**
   * Reads the tally, asks whether the try may go on, and counts it as a failure, all in one transaction,
   * so that tries side by side cannot outrun the limit. A try that may not go on is recorded, not counted.
   */
  begin(
    origin: AttemptOrigin,
    admit: (tallies: AttemptTallies) => { readonly outcome: string },
  ): Promise<{ readonly attemptId: string; readonly isAdmitted: boolean }>
  /** An accepted try ends the runs of failures of its factor, and of its account or browser. Settling twice changes nothing. */
  settle(attemptId: string, settlement: Settlement): Promise<void>
  tally(identifierDigest: string, factor: Factor): Promise<FailureTally>
  /** Ends the run of failures: the subject proved itself by another factor. */
  reset(identifierDigest: string, factor: Factor): Promise<void>
  /** Until a reset: the run counts as having had so many failures. */
  switchOff(identifierDigest: string, factor: Factor, failures: number): Promise<void>
  /** Newest first, without scores. */
  recent(subjectId: string, limit: number): Promise<PastAttempt[]>
}

/** Stands for an address, also one that belongs to nobody, without holding it. */
export function digestIdentifier(pepper: Uint8Array, email: string): string {
  return digest(pepper, 'identifier', normaliseEmail(email))
}

export function createAttempts(database: Database, clock: () => Date): Attempts {
  return {
    begin: (origin, admit) =>
      database.transact(async (manager) => {
        const now = clock()
        const isAdmitted = admit(await readTallies(manager, origin, now)).outcome === 'proceed'
        if (isAdmitted) await countFailure(manager, origin, now)
        const attemptId = timedRowId(now.getTime())
        await manager.insert(attemptRows, {
          id: attemptId,
          ...origin,
          browserDigest: origin.browserDigest ?? null,
          network: origin.network ?? null,
          subjectId: null,
          outcome: isAdmitted ? 'pending' : 'locked',
          score: null,
          padScore: null,
          signals: null,
          at: now.getTime(),
        })
        return { attemptId, isAdmitted }
      }),
    settle: (attemptId, settlement) =>
      database.transact((manager) => settleAttempt(manager, { id: attemptId, settlement, now: clock() })),
    tally: (identifierDigest, factor) =>
      database.run((manager) => readTally(manager, { identifierDigest, factor })),
    switchOff: (identifierDigest, factor, failures) =>
      database.transact((manager) =>
        setRun(manager, { identifierDigest, factor }, { failures, now: clock() }),
      ),
    reset: (identifierDigest, factor) =>
      database.run((manager) => endRun(manager, { identifierDigest, factor })),
    recent: async (subjectId, limit) => {
      const rows = await database.run((manager) =>
        manager.find(attemptRows, { where: { subjectId }, order: { at: 'DESC' }, take: limit }),
      )
      return rows.map(pastAttemptOf)
    },
  }
}

interface Settling {
  readonly id: string
  readonly settlement: Settlement
  readonly now: Date
}

async function settleAttempt(manager: EntityManager, settling: Settling): Promise<void> {
  const { id, settlement } = settling
  const { outcome, subjectId = null, score = null } = settlement
  const evidence = evidenceOf(settlement)
  const pending = { id, outcome: 'pending' }
  const { affected } = await manager.update(attemptRows, pending, { outcome, subjectId, score, ...evidence })
  // A refused try stays refused whatever came of it; it only learns whose it was, and how it looked.
  const refused = { id, outcome: 'locked', signals: IsNull() }
  const changed =
    affected === 1
      ? affected
      : (await manager.update(attemptRows, refused, { subjectId, ...evidence })).affected
  if (changed !== 1) return
  const row = await manager.findOneByOrFail(attemptRows, { id })
  await reportSignals(manager, row, settling)
  if (row.outcome === 'accept') await endRuns(manager, row)
  else await reportRefusal(manager, row, settling)
}

/** What was refused, and why, is in the trail alone. An accepted factor is part of a sign-in, which is an entry of its own. */
async function reportRefusal(
  manager: EntityManager,
  { subjectId, clientId, address, factor, outcome }: AttemptRow,
  { now }: Settling,
): Promise<void> {
  const type = outcome === 'locked' ? 'sign_in_locked' : 'sign_in_refused'
  const origin = { subjectId: subjectId ?? undefined, clientId, address }
  const verdict = { outcome: 'refused', reason: outcome, detail: { factor } }
  await appendEvent(manager, { type, ...origin, ...verdict, at: now.getTime() })
}

/** Names alone: what they were read from stays out of the trail. */
async function reportSignals(
  manager: EntityManager,
  { subjectId, clientId, address }: AttemptRow,
  { settlement: { signals = [] }, now }: Settling,
): Promise<void> {
  if (signals.length === 0) return
  const detail = { signals: signals.join(' ') }
  const origin = { subjectId: subjectId ?? undefined, clientId, address }
  await appendEvent(manager, { type: 'risk_noticed', ...origin, detail, at: now.getTime() })
}

/** A score that is no number, of frames that could not be scored, is none. */
function evidenceOf({ padScore, signals }: Settlement): Pick<AttemptRow, 'padScore' | 'signals'> {
  return {
    padScore: padScore === undefined || Number.isNaN(padScore) ? null : padScore,
    signals: signals === undefined ? null : JSON.stringify(signals),
  }
}

function pastAttemptOf(row: AttemptRow): PastAttempt {
  return {
    at: new Date(row.at),
    factor: factorOf(row.factor),
    outcome: row.outcome,
    clientId: row.clientId,
    address: row.address,
  }
}

const factors: readonly Factor[] = ['face', 'password', 'passkey', 'otp', 'email']

function factorOf(name: string): Factor {
  return factors.find((each) => each === name) ?? 'password'
}

export type { AttemptTallies, FailureTally }
