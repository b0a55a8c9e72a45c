/** Reads the chain of audit events from its base to its head and says where it does not hold. */
import { IsNull, MoreThan } from 'typeorm'
import { erasureType, hashOf, isGenuineMark, personalDigestOf, restorationType } from './audit-chain.ts'
import type { Checkpoint, Checkpoints } from './audit-checkpoint.ts'
import { auditMarkRows, type AuditMarkRow } from './control-rows.ts'
import type { Database } from './database.ts'
import { auditRows, type AuditRow } from './entities.ts'

export type AuditFault =
  /** A row in the middle is not there. */
  | 'missing'
  /** A row was edited, inserted or moved: it does not follow from the one before. */
  | 'altered'
  /** Address and detail were taken out, and the chain tells of no erasure of that subject. */
  | 'emptied'
  /** A row stands beside the chain. */
  | 'unlinked'
  /** The last rows are gone. */
  | 'cut'
  /** The beginning or the end that the database states was not written by this house. */
  | 'mark_forged'
  /** The chain holds in itself and is not the one that was noted in the file beside the database. */
  | 'replaced'
  /** The file beside the database is gone, or was not written by this house. */
  | 'checkpoint_missing'
  | 'checkpoint_forged'

export interface AuditVerdict {
  readonly isWhole: boolean
  /** How many events verify. */
  readonly events: number
  readonly firstSeq: number
  readonly lastSeq: number
  /** To be kept elsewhere: a later chain without it is not this one. */
  readonly headHash: string
  readonly fault: { readonly kind: AuditFault; readonly seq: number } | undefined
}

const rowsPerRead = 500

interface Walk {
  readonly base: AuditMarkRow
  events: number
  seq: number
  hash: string
  /** What the chain holds where the checkpoint stands. */
  hashAtCheckpoint: string | undefined
  /** When the house was last put back from a backup. */
  restoredAt: number | undefined
  /** The first emptied row of each subject that has some. */
  readonly emptied: Map<string, number>
}

type Fault = NonNullable<AuditVerdict['fault']>

export async function verifyChain(
  database: Database,
  key: Uint8Array,
  checkpoints: Pick<Checkpoints, 'read'>,
): Promise<AuditVerdict> {
  const checkpoint = await checkpoints.read()
  // The head first: what is appended while we read lies behind it and is left for the next time.
  const { base, head } = await database.run(async (manager) => ({
    base: await manager.findOneBy(auditMarkRows, { name: 'base' }),
    head: await manager.findOneBy(auditMarkRows, { name: 'head' }),
  }))
  const nothing = { isWhole: false, events: 0, firstSeq: 0, lastSeq: 0, headHash: '' }
  if (base === null || head === null) return { ...nothing, fault: { kind: 'mark_forged', seq: 0 } }
  if (!isGenuineMark(key, base)) return { ...nothing, fault: { kind: 'mark_forged', seq: base.seq } }
  const { seq, hash } = base
  const walk: Walk = {
    base,
    events: 0,
    seq,
    hash,
    hashAtCheckpoint: undefined,
    restoredAt: undefined,
    emptied: new Map(),
  }
  if (isAt(checkpoint, seq)) walk.hashAtCheckpoint = hash
  const fault =
    (await walkRows({ database, key, walk, head, checkpoint })) ??
    (await judgeEnd(database, key, { walk, head })) ??
    judgeCheckpoint(walk, checkpoint)
  const { events, seq: lastSeq, hash: headHash } = walk
  return { isWhole: fault === undefined, events, firstSeq: seq + 1, lastSeq, headHash, fault }
}

interface Reading {
  readonly database: Database
  readonly key: Uint8Array
  readonly walk: Walk
  readonly head: AuditMarkRow
  readonly checkpoint: Checkpoint | 'missing' | 'forged' | 'none'
}

async function walkRows({ database, key, walk, head, checkpoint }: Reading): Promise<Fault | undefined> {
  for (;;) {
    const rows = await database.run((manager) =>
      manager.find(auditRows, {
        where: { seq: MoreThan(walk.seq) },
        order: { seq: 'ASC', id: 'ASC' },
        take: rowsPerRead,
      }),
    )
    for (const row of rows) {
      // A row behind the head that was read first is a new one; its turn comes with the next head.
      if (row.seq !== null && row.seq > head.seq) return undefined
      const fault = followRow(key, walk, row)
      if (fault !== undefined) return fault
      if (isAt(checkpoint, walk.seq)) walk.hashAtCheckpoint = walk.hash
    }
    if (rows.length < rowsPerRead) return undefined
  }
}

function followRow(key: Uint8Array, walk: Walk, row: AuditRow): Fault | undefined {
  const seq = walk.seq + 1
  if (row.seq !== seq) return { kind: row.seq === null || row.seq < seq ? 'altered' : 'missing', seq }
  if (row.hash === null || row.hash !== hashOf(key, row, walk.hash)) return { kind: 'altered', seq }
  if (row.salt !== null && row.personalDigest !== personalDigestOf(key, row)) return { kind: 'altered', seq }
  if (row.salt === null) {
    const isEmpty = row.address === null && row.detail === '{}'
    if (!isEmpty || row.subjectId === null) return { kind: 'altered', seq }
    if (!walk.emptied.has(row.subjectId)) walk.emptied.set(row.subjectId, seq)
  }
  if (row.type === erasureType && row.subjectId !== null) walk.emptied.delete(row.subjectId)
  if (row.type === restorationType) walk.restoredAt = row.at
  Object.assign(walk, { seq, hash: row.hash, events: walk.events + 1 })
  return undefined
}

async function judgeEnd(
  database: Database,
  key: Uint8Array,
  { walk, head }: { readonly walk: Walk; readonly head: AuditMarkRow },
): Promise<Fault | undefined> {
  const [emptied] = walk.emptied.values()
  if (emptied !== undefined) return { kind: 'emptied', seq: emptied }
  if (walk.seq < head.seq) return { kind: 'cut', seq: walk.seq + 1 }
  if (walk.hash !== head.hash || !isGenuineMark(key, head)) return { kind: 'mark_forged', seq: head.seq }
  const loose = await database.run((manager) => manager.countBy(auditRows, { seq: IsNull() }))
  return loose === 0 ? undefined : { kind: 'unlinked', seq: walk.seq + 1 }
}

function judgeCheckpoint(walk: Walk, checkpoint: Reading['checkpoint']): Fault | undefined {
  if (checkpoint === 'none') return undefined
  if (checkpoint === 'missing') return { kind: 'checkpoint_missing', seq: walk.seq }
  if (checkpoint === 'forged') return { kind: 'checkpoint_forged', seq: walk.seq }
  // What this node noted went with what the restoration replaced; the chain itself says that there was one.
  if (walk.restoredAt !== undefined && walk.restoredAt >= checkpoint.at) return undefined
  if (checkpoint.seq > walk.seq) return { kind: 'cut', seq: walk.seq + 1 }
  // What was noted before the base went with the events that were trimmed.
  if (checkpoint.seq < walk.base.seq) return undefined
  return walk.hashAtCheckpoint === checkpoint.hash ? undefined : { kind: 'replaced', seq: checkpoint.seq }
}

function isAt(checkpoint: Reading['checkpoint'], seq: number): boolean {
  return typeof checkpoint === 'object' && checkpoint.seq === seq
}
