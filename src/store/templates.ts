/** The face templates of each subject, sealed under a data key of the subject's own. */
import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import { IsNull, LessThan, Or, type EntityManager } from 'typeorm'
import { Embedding } from '../face/embedding.ts'
import { appendEvent } from './audit.ts'
import { addReceipt } from './receipts.ts'
import { timedRowId } from './row-id.ts'
import type { Database } from './database.ts'
import { templateKeyRows, templateRows, type TemplateKeyRow, type TemplateRow } from './entities.ts'
import { waitForSubject } from './turns.ts'
import { bytesToVector, makeKey, open, seal, vectorToBytes } from './sealing.ts'

export interface TemplateSummary {
  readonly count: number
  readonly enrolledAt: Date
  /** In which browser; undefined where that is not known. */
  readonly enrolledOn: string | undefined
  readonly model: string
  readonly lastUsedAt: Date | undefined
}

export interface UnusedFace {
  readonly subjectId: string
  /** When it was last used, or enrolled where it never was. */
  readonly since: Date
}

export interface Templates {
  /** The samples become the subject's templates, under a new data key, in place of any before. */
  replaceAll(
    subjectId: string,
    samples: readonly { readonly embedding: Embedding; readonly pose: string }[],
    enrolledOn?: string,
  ): Promise<void>
  /** Templates of another model are left out. @throws {SealError} where a row was moved or altered */
  openGallery(subjectId: string, model: string): Promise<Embedding[]>
  /** Templates of nobody, opened from their seals at the cost of a real gallery. */
  openDecoyGallery(model: string): Promise<Embedding[]>
  summarise(subjectId: string): Promise<TemplateSummary | undefined>
  /** Notes that they were used; once an hour is enough for whoever asks since when they were not. */
  touch(subjectId: string): Promise<void>
  /** Deletes the data key first and foremost: what backups still hold stays shut. Leaves an event. @returns the id of the receipt; undefined where there was no face */
  erase(subjectId: string, reason?: string): Promise<string | undefined>
  /** Subjects whose face was not used since the moment, the longest first. */
  listUnused(before: Date, limit: number): Promise<readonly UnusedFace[]>
}

export interface TemplateDependencies {
  readonly database: Database
  readonly clock: () => Date
  /** Wraps the data keys; never stored beside them. */
  readonly keyEncryptionKey: Uint8Array
  /** Length of the decoys' vectors. */
  readonly embeddingLength: number
}

/** More than an enrolment makes. */
const mostTemplates = 8
const touchEveryMs = 3_600_000
/** As many as an enrolment makes. */
const decoyCount = 5

export function createTemplates(dependencies: TemplateDependencies): Templates {
  const { database, clock, keyEncryptionKey } = dependencies
  const decoys = makeDecoys(dependencies)

  const openRows = async (subjectId: string, model: string): Promise<Embedding[]> => {
    const { key, rows } = await database.run(async (manager) => ({
      key: await manager.findOneBy(templateKeyRows, { subjectId }),
      rows: await manager.findBy(templateRows, { subjectId, model }),
    }))
    if (key === null) return []
    const dataKey = createSecretKey(open(keyEncryptionKey, key.wrappedKey, wrapBinding(key)))
    return rows.map((row) => openTemplate(dataKey, row))
  }

  return {
    replaceAll: async (subjectId, samples, enrolledOn) => {
      const now = clock().getTime()
      const sealed = sealSamples(keyEncryptionKey, { subjectId, samples, now, enrolledOn })
      await database.transact((manager) => replaceTemplates(manager, sealed))
    },
    openGallery: openRows,
    openDecoyGallery: async (model) => {
      await openRows(decoys.subjectId, model)
      const dataKey = createSecretKey(open(keyEncryptionKey, decoys.key.wrappedKey, wrapBinding(decoys.key)))
      return decoys.rows.map((row) => Embedding.from(openTemplate(dataKey, row).vector, model))
    },
    summarise: async (subjectId) => {
      const rows = await database.run((manager) => manager.findBy(templateRows, { subjectId }))
      return summaryOf(rows)
    },
    touch: async (subjectId) => {
      const lastUsedAt = clock().getTime()
      const stale = { subjectId, lastUsedAt: Or(IsNull(), LessThan(lastUsedAt - touchEveryMs)) }
      await database.run((manager) => manager.update(templateRows, stale, { lastUsedAt }))
    },
    listUnused: (before, limit) => database.run((manager) => listUnused(manager, before, limit)),
    erase: async (subjectId, reason = 'asked') => {
      const receipt = await database.transact(async (manager) => {
        const count = await deleteTemplates(manager, subjectId)
        const at = clock().getTime()
        await appendEvent(manager, { type: 'templates_erased', subjectId, reason, detail: { count }, at })
        if (count === 0) return undefined
        return addReceipt(manager, { subjectId, kind: 'face_erased', detail: { count, reason }, at })
      })
      await database.scrub()
      return receipt
    },
  }
}

/**
 * In the builder's own words, so that both databases read it, and by the index of `1795570001000-unused-faces.ts`. All
 * templates of a subject are made and used together, so the oldest of them tell of whole faces.
 */
async function listUnused(manager: EntityManager, before: Date, limit: number): Promise<UnusedFace[]> {
  const since = 'COALESCE(template.lastUsedAt, template.enrolledAt)'
  const rows: unknown[] = await manager
    .createQueryBuilder(templateRows, 'template')
    .select('template.subjectId', 'subjectId')
    .addSelect(since, 'since')
    .where(`${since} < :before`, { before: before.getTime() })
    .orderBy(since, 'ASC')
    .limit(limit * mostTemplates)
    .getRawMany()
  const faces = new Map(rows.map(unusedShape).map(({ subjectId, since: at }) => [subjectId, at]))
  return [...faces].slice(0, limit).map(([subjectId, at]) => ({ subjectId, since: new Date(at) }))
}

/** PostgreSQL's driver gives bigints as text. */
function unusedShape(row: unknown): { readonly subjectId: string; readonly since: number } {
  if (typeof row !== 'object' || row === null || !('subjectId' in row) || !('since' in row)) {
    throw new TypeError('a row of unused faces has another shape')
  }
  return { subjectId: String(row.subjectId), since: Number(row.since) }
}

async function replaceTemplates(manager: EntityManager, { key, rows, now }: SealedSet): Promise<void> {
  const { subjectId } = key
  await waitForSubject(manager, subjectId)
  await deleteTemplates(manager, subjectId)
  await manager.insert(templateKeyRows, key)
  for (const row of rows) await manager.insert(templateRows, row)
  const detail = { count: rows.length }
  await appendEvent(manager, { type: 'templates_enrolled', subjectId, detail, at: now })
}

async function deleteTemplates(manager: EntityManager, subjectId: string): Promise<number> {
  await manager.delete(templateKeyRows, { subjectId })
  const { affected } = await manager.delete(templateRows, { subjectId })
  return affected ?? 0
}

interface SampleSet {
  readonly subjectId: string
  readonly samples: Parameters<Templates['replaceAll']>[1]
  readonly now: number
  readonly enrolledOn?: string | undefined
}

interface SealedSet {
  readonly now: number
  readonly key: TemplateKeyRow
  readonly rows: readonly TemplateRow[]
}

function sealSamples(keyEncryptionKey: Uint8Array, set: SampleSet): SealedSet {
  const { subjectId, samples, now, enrolledOn = null } = set
  const dataKey = makeKey()
  const keyId = randomUUID()
  const wrappedKey = seal(keyEncryptionKey, dataKey, wrapBinding({ subjectId, keyId }))
  const rows = samples.map(({ embedding, pose }): TemplateRow => {
    const owner = { id: timedRowId(now), subjectId, keyId, model: embedding.model }
    const sealedVector = seal(dataKey, vectorToBytes(embedding.vector), templateBinding(owner))
    return { ...owner, pose, sealedVector, enrolledAt: now, enrolledOn, lastUsedAt: null }
  })
  return { now, key: { subjectId, keyId, wrappedKey }, rows }
}

function openTemplate(dataKey: KeyObject, row: TemplateRow): Embedding {
  // The bytes come out of the seal for this vector alone.
  return Embedding.adopt(bytesToVector(open(dataKey, row.sealedVector, templateBinding(row))), row.model)
}

function wrapBinding({ subjectId, keyId }: Pick<TemplateKeyRow, 'subjectId' | 'keyId'>): string[] {
  return ['data key', subjectId, keyId]
}

function templateBinding(row: Pick<TemplateRow, 'subjectId' | 'id' | 'model' | 'keyId'>): string[] {
  return ['template', row.subjectId, row.id, row.model, row.keyId]
}

/** Sealed like anybody's, held in memory, and belonging to an id that no subject has. */
function makeDecoys({ keyEncryptionKey, embeddingLength, clock }: TemplateDependencies): SealedSet & {
  readonly subjectId: string
} {
  const subjectId = randomUUID()
  const samples = Array.from({ length: decoyCount }, () => {
    const bytes = randomBytes(embeddingLength)
    return {
      embedding: Embedding.from(
        Array.from(bytes, (byte) => byte - 127.5),
        'decoy',
      ),
      pose: 'front',
    }
  })
  return { subjectId, ...sealSamples(keyEncryptionKey, { subjectId, samples, now: clock().getTime() }) }
}

function summaryOf(rows: readonly TemplateRow[]): TemplateSummary | undefined {
  const [first] = rows
  if (first === undefined) return undefined
  const uses = rows.flatMap(({ lastUsedAt }) => lastUsedAt ?? [])
  return {
    count: rows.length,
    enrolledAt: new Date(first.enrolledAt),
    enrolledOn: first.enrolledOn ?? undefined,
    model: first.model,
    lastUsedAt: uses.length === 0 ? undefined : new Date(Math.max(...uses)),
  }
}
