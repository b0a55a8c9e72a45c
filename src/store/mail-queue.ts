/** Mails on their way: each waits here, sealed, until the mail server has taken it or it is given up; one node at a time has it in hand. */
import { randomBytes } from 'node:crypto'
import { IsNull, LessThanOrEqual, MoreThan, Not, type EntityManager } from 'typeorm'
import { countWaiting, type Backlog } from './backlog.ts'
import type { Database } from './database.ts'
import { mailLetterRows, type MailLetterRow } from './mail-queue-rows.ts'
import { open, seal } from './sealing.ts'

/** What is to be kept of a mail: its kind in clear, all else sealed. */
export interface NewMail {
  readonly kind: string
  readonly letter: object
}

export interface WaitingMail {
  readonly id: string
  readonly kind: string
  /** As it was given, read from JSON. */
  readonly letter: unknown
  /** Those before this one. */
  readonly tries: number
}

export interface MailLine {
  readonly id: string
  readonly kind: string
  /** As much of the address as tells two apart; undefined where the letter is over. */
  readonly to: string | undefined
  readonly createdAt: Date
  readonly tries: number
  /** When it is tried next; undefined where it is over. */
  readonly nextAt: Date | undefined
  readonly outcome: 'waiting' | 'refused' | 'given_up'
  readonly fault: string | undefined
}

export interface MailQueueStore {
  /** @returns false where so many wait already that this one is not taken */
  add(mail: NewMail, most: number): Promise<boolean>
  /** Takes what is due, oldest first; what is taken and never finished falls due again after `holdSeconds`. */
  takeDue(limit: number, holdSeconds: number): Promise<readonly WaitingMail[]>
  /** When the next letter falls due; undefined where none waits. */
  nextDue(): Promise<Date | undefined>
  /** A letter that was sent is forgotten; one that was refused or given up leaves its kind for a week. */
  finish(id: string, outcome: 'sent' | 'refused' | 'given_up', fault?: string): Promise<void>
  /** @param fault a code; undefined where it was not even tried, which then does not count as a try */
  postpone(id: string, next: { readonly at: Date; readonly fault: string | undefined }): Promise<void>
  /** Oldest first. @param after the id of the last line before */
  list(limit: number, after?: string): Promise<readonly MailLine[]>
  /** How many mails wait. */
  backlog(): Promise<Backlog>
  /** Now, with all its tries before it. @returns whether it waits */
  retry(id: string): Promise<boolean>
  /** @returns whether there was such a letter */
  drop(id: string): Promise<boolean>
}

export interface MailQueueDependencies {
  readonly database: Database
  readonly clock: () => Date
  readonly recordKey: Uint8Array
}

export function createMailQueueStore(dependencies: MailQueueDependencies): MailQueueStore {
  const { database, clock, recordKey } = dependencies
  const now = (): number => clock().getTime()
  const change = async (id: string, values: Partial<MailLetterRow>): Promise<boolean> => {
    const waiting = { id, nextAt: Not(IsNull()) }
    return (await database.run((manager) => manager.update(mailLetterRows, waiting, values))).affected === 1
  }
  const remove = async (id: string): Promise<boolean> =>
    (await database.run((manager) => manager.delete(mailLetterRows, { id }))).affected === 1
  return {
    add: (mail, most) => database.run((manager) => add(manager, dependencies, { ...mail, most })),
    takeDue: (limit, holdSeconds) =>
      database.run((manager) => takeDue(manager, dependencies, { limit, holdSeconds })),
    nextDue: async () => {
      const [row] = await database.run((manager) =>
        manager.find(mailLetterRows, {
          select: { id: true, nextAt: true },
          where: { nextAt: Not(IsNull()) },
          order: { nextAt: 'ASC' },
          take: 1,
        }),
      )
      return row === undefined || row.nextAt === null ? undefined : new Date(row.nextAt)
    },
    finish: async (id, outcome, fault) => {
      if (outcome === 'sent') await remove(id)
      else await change(id, { outcome, fault: fault ?? null, nextAt: null, sealedLetter: null })
    },
    postpone: async (id, { at, fault }) => {
      await change(id, { nextAt: at.getTime(), ...(fault === undefined ? {} : { fault }) })
      if (fault !== undefined) return
      await database.run((manager) =>
        manager.decrement(mailLetterRows, { id, tries: MoreThan(0) }, 'tries', 1),
      )
    },
    list: async (limit, after = '') => {
      const rows = await database.run((manager) =>
        manager.find(mailLetterRows, { where: { id: MoreThan(after) }, order: { id: 'ASC' }, take: limit }),
      )
      return rows.map((row) => lineOf(row, recordKey))
    },
    backlog: () => database.run(countMails),
    retry: (id) => change(id, { nextAt: now(), tries: 0 }),
    drop: remove,
  }
}

function countMails(manager: EntityManager): Promise<Backlog> {
  const where = { nextAt: Not(IsNull()) }
  const oldest = () => manager.minimum(mailLetterRows, 'createdAt', where)
  return countWaiting(manager, mailLetterRows, { where, oldest })
}

async function add(
  manager: EntityManager,
  { clock, recordKey }: MailQueueDependencies,
  { kind, letter, most }: NewMail & { readonly most: number },
): Promise<boolean> {
  if ((await manager.countBy(mailLetterRows, { nextAt: Not(IsNull()) })) >= most) return false
  const at = clock().getTime()
  const id = newId(at)
  const sealedLetter = seal(recordKey, Buffer.from(JSON.stringify(letter)), bindingOf(id))
  const row = { id, kind, sealedLetter, tries: 0, createdAt: at, nextAt: at }
  await manager.insert(mailLetterRows, { ...row, outcome: 'waiting', fault: null })
  return true
}

/** Only who changes `nextAt` from what was read has taken it, however many look at once. */
async function takeDue(
  manager: EntityManager,
  { clock, recordKey }: MailQueueDependencies,
  { limit, holdSeconds }: { readonly limit: number; readonly holdSeconds: number },
): Promise<readonly WaitingMail[]> {
  const now = clock().getTime()
  const due = await manager.find(mailLetterRows, {
    where: { nextAt: LessThanOrEqual(now) },
    order: { nextAt: 'ASC' },
    take: limit,
  })
  const taken: WaitingMail[] = []
  for (const { id, kind, nextAt, tries, sealedLetter } of due) {
    if (nextAt === null || sealedLetter === null) continue
    const held = { nextAt: now + holdSeconds * 1000, tries: tries + 1 }
    const { affected } = await manager.update(mailLetterRows, { id, nextAt }, held)
    if (affected === 1) taken.push({ id, kind, tries, letter: openLetter(recordKey, id, sealedLetter) })
  }
  return taken
}

/** Nine digits of base 36 hold the milliseconds of the next three thousand years. */
function newId(at: number): string {
  return `${at.toString(36).padStart(9, '0')}${randomBytes(9).toString('hex')}`
}

function bindingOf(id: string): string[] {
  return ['mail', id]
}

function openLetter(recordKey: Uint8Array, id: string, sealed: string): unknown {
  return JSON.parse(open(recordKey, sealed, bindingOf(id)).toString())
}

function lineOf(row: MailLetterRow, recordKey: Uint8Array): MailLine {
  const { id, kind, sealedLetter, createdAt, tries, nextAt, outcome, fault } = row
  return {
    id,
    kind,
    to: sealedLetter === null ? undefined : maskedAddress(openLetter(recordKey, id, sealedLetter)),
    createdAt: new Date(createdAt),
    tries,
    nextAt: nextAt === null ? undefined : new Date(nextAt),
    outcome: outcome === 'refused' || outcome === 'given_up' ? outcome : 'waiting',
    fault: fault ?? undefined,
  }
}

/** `a…@example.com`: of the name its first letter alone. */
function maskedAddress(letter: unknown): string | undefined {
  if (typeof letter !== 'object' || letter === null || !('to' in letter)) return undefined
  if (typeof letter.to !== 'string') return undefined
  const at = letter.to.lastIndexOf('@')
  const [first = ''] = letter.to
  return `${at > 0 ? first : ''}…${letter.to.slice(at)}`
}
