/** Runs of failures: of one factor of one account, of an account over all factors, and of a network. */
import type { EntityManager } from 'typeorm'
import { tallyRows } from './entities.ts'

export interface FailureTally {
  /** Failures since the last accepted try or reset; refused tries are not among them. */
  readonly consecutiveFailures: number
  readonly lastFailureAt: Date | undefined
}

export interface AttemptTallies extends FailureTally {
  /** Of the factor, as far as it slows this try down: a browser that the account knows has a run of its own. */
  readonly pace: FailureTally
  /** Over all factors: of the account, or of one browser that the account knows. */
  readonly shared: FailureTally
  /** Of the network that the try comes from; a browser that the account knows has none. */
  readonly network: FailureTally | undefined
}

export interface RunOrigin {
  readonly identifierDigest: string
  readonly factor: string
  readonly browserDigest?: string | null | undefined
  readonly network?: string | null | undefined
}

interface TallyKey {
  readonly identifierDigest: string
  readonly factor: string
}

/** Stands for all factors together. */
const everyFactor = '*'
const unguessable = 'passkey'
/** A quiet quarter of an hour ends the run of a network: strangers share it. */
const networkMemoryMs = 15 * 60_000
/** What one success makes up for at the most: an office of many people who mistype is not one bad guesser. */
const forgivenBySuccess = 5

interface Keys {
  /** Counts everybody's tries: what switches a factor off. */
  readonly own: TallyKey
  readonly pace: TallyKey
  readonly shared: TallyKey
  readonly network: TallyKey | undefined
}

/**
 * A browser that has signed in to the account before counts apart from strangers, so that nobody who merely knows an
 * address can hold its owner off.
 */
function keysOf({ identifierDigest, factor, browserDigest, network }: RunOrigin): Keys {
  const isKnown = typeof browserDigest === 'string'
  const runner = isKnown ? browserDigest : identifierDigest
  return {
    own: { identifierDigest, factor },
    pace: { identifierDigest: runner, factor: `${factor} pace` },
    shared: { identifierDigest: runner, factor: everyFactor },
    network:
      isKnown || typeof network !== 'string'
        ? undefined
        : { identifierDigest: `network ${network}`, factor: everyFactor },
  }
}

function listOf({ own, pace, shared, network }: Keys): readonly TallyKey[] {
  return [own, pace, shared, ...(network === undefined ? [] : [network])]
}

/** Locks the rows, always in one order, and reads them. */
export async function readTallies(
  manager: EntityManager,
  origin: RunOrigin,
  now: Date,
): Promise<AttemptTallies> {
  const { own, pace, shared, network } = keysOf(origin)
  for (const key of listOf(keysOf(origin))) await lockTally(manager, key)
  return {
    ...(await readTally(manager, own)),
    pace: await readTally(manager, pace),
    shared: await readTally(manager, shared),
    network: network && recent(await readTally(manager, network), now),
  }
}

/** A try that may go on counts as failed until it is settled. */
export async function countFailure(manager: EntityManager, origin: RunOrigin, now: Date): Promise<void> {
  const keys = keysOf(origin)
  const { own, pace, network } = keys
  if (network !== undefined) await restIfQuiet(manager, network, now)
  // What cannot be guessed, and is never refused, must not be a stranger’s way to hold the other factors off.
  const counted = origin.factor === unguessable ? [own, pace] : listOf(keys)
  for (const key of counted) {
    await manager.increment(tallyRows, key, 'consecutiveFailures', 1)
    await manager.update(tallyRows, key, { lastFailureAt: now.getTime() })
  }
}

/** The network is forgiven this account’s own failures: no guesser buys tries at others by signing in as himself. */
export async function endRuns(manager: EntityManager, origin: RunOrigin): Promise<void> {
  const { own, pace, shared, network } = keysOf(origin)
  // In the order in which a try locks them; what is forgiven is read behind the lock, or two at once would forgive it twice.
  for (const key of [own, pace]) await endRun(manager, key)
  const { consecutiveFailures: failed } = await readLocked(manager, shared)
  await endRun(manager, shared)
  if (network === undefined || origin.factor === unguessable) return
  const { consecutiveFailures } = await readLocked(manager, network)
  const left = Math.max(0, consecutiveFailures - Math.min(forgivenBySuccess, failed))
  await manager.update(tallyRows, network, { consecutiveFailures: left })
}

export async function endRun(manager: EntityManager, key: TallyKey): Promise<void> {
  await manager.update(tallyRows, key, { consecutiveFailures: 0, lastFailureAt: null })
}

/** As if there had been so many failures: more than the factor may have. */
export async function setRun(
  manager: EntityManager,
  key: TallyKey,
  { failures, now }: { readonly failures: number; readonly now: Date },
): Promise<void> {
  await lockTally(manager, key)
  await manager.update(tallyRows, key, { consecutiveFailures: failures, lastFailureAt: now.getTime() })
}

export async function readTally(manager: EntityManager, key: TallyKey): Promise<FailureTally> {
  const row = await manager.findOneBy(tallyRows, key)
  if (row === null) return { consecutiveFailures: 0, lastFailureAt: undefined }
  const { consecutiveFailures, lastFailureAt } = row
  return { consecutiveFailures, lastFailureAt: lastFailureAt === null ? undefined : new Date(lastFailureAt) }
}

/**
 * A write before the read: holds off every other writer of this row until the transaction ends, on both databases. Where
 * the purge took the row away between the two statements, it is made again.
 */
async function lockTally(manager: EntityManager, key: TallyKey): Promise<void> {
  let held = 0
  while (held === 0) {
    await manager
      .createQueryBuilder()
      .insert()
      .into(tallyRows)
      .values({ ...key, consecutiveFailures: 0, lastFailureAt: null })
      .orIgnore()
      .execute()
    const { affected } = await manager.increment(tallyRows, key, 'consecutiveFailures', 0)
    held = affected ?? 1
  }
}

/** Of a row that is there. */
async function readLocked(manager: EntityManager, key: TallyKey): Promise<FailureTally> {
  await manager.increment(tallyRows, key, 'consecutiveFailures', 0)
  return readTally(manager, key)
}

async function restIfQuiet(manager: EntityManager, key: TallyKey, now: Date): Promise<void> {
  const tally = await readTally(manager, key)
  if (recent(tally, now) !== tally) await endRun(manager, key)
}

function recent(tally: FailureTally, now: Date): FailureTally {
  const { lastFailureAt } = tally
  if (lastFailureAt === undefined || now.getTime() - lastFailureAt.getTime() < networkMemoryMs) return tally
  return { consecutiveFailures: 0, lastFailureAt: undefined }
}
