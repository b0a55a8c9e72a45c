/** The question “Was this you?”: asked by mail after a sign-in in a new browser, answered once, within a week. */
import { createHash, randomBytes } from 'node:crypto'
import { IsNull, MoreThan } from 'typeorm'
import { browserNoticeRows } from './control-rows.ts'
import type { Database } from './database.ts'

export interface BrowserNotice {
  readonly subjectId: string
  readonly knownBrowserId: string
  readonly family: string
  readonly signedInAt: Date
}

export type NoticeAnswer = 'me' | 'not_me'

export interface BrowserNotices {
  /** @returns the token of the mail's links: 256 bits, of which only the digest is kept */
  ask(notice: BrowserNotice): Promise<string>
  /** Undefined where it was answered, or has expired, or never was. */
  find(token: string): Promise<BrowserNotice | undefined>
  /** Of two answers at once one counts. */
  answer(token: string, answer: NoticeAnswer): Promise<BrowserNotice | undefined>
}

const ttlMs = 7 * 86_400_000

export function createBrowserNotices(database: Database, clock: () => Date): BrowserNotices {
  const openOf = (token: string) => ({
    tokenDigest: digestOf(token),
    answer: IsNull(),
    expiresAt: MoreThan(clock().getTime()),
  })
  return {
    ask: async ({ signedInAt, ...notice }) => {
      const token = randomBytes(32).toString('base64url')
      const row = {
        ...notice,
        tokenDigest: digestOf(token),
        signedInAt: signedInAt.getTime(),
        expiresAt: clock().getTime() + ttlMs,
        answer: null,
        answeredAt: null,
      }
      await database.run((manager) => manager.insert(browserNoticeRows, row))
      return token
    },
    find: async (token) => {
      const row = await database.run((manager) => manager.findOneBy(browserNoticeRows, openOf(token)))
      return row === null ? undefined : noticeOf(row)
    },
    answer: (token, answer) =>
      database.transact(async (manager) => {
        const given = { answer, answeredAt: clock().getTime() }
        const { affected } = await manager.update(browserNoticeRows, openOf(token), given)
        if (affected !== 1) return undefined
        const row = await manager.findOneByOrFail(browserNoticeRows, { tokenDigest: digestOf(token) })
        return noticeOf(row)
      }),
  }
}

/** Nobody guesses 256 random bits, so a plain digest keeps them. */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

function noticeOf(row: {
  readonly subjectId: string
  readonly knownBrowserId: string
  readonly family: string
  readonly signedInAt: number
}): BrowserNotice {
  const { subjectId, knownBrowserId, family, signedInAt } = row
  return { subjectId, knownBrowserId, family, signedInAt: new Date(signedInAt) }
}
