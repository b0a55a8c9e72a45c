/** What the owner of an account is told of what a command did to it: the same that the pages would say, by mail. */
import { createAccountEvents } from '../account-events.ts'
import { receiptText } from '../account/receipt-text.ts'
import type { Config } from '../config.ts'
import type { AccountEvents } from '../interactions/events.ts'
import { createNotices } from '../mail/notices.ts'
import { queueLimits } from '../mail/queue-limits.ts'
import type { Letter } from '../mail/letter.ts'
import type { Store } from '../store/open-store.ts'

export interface OwnerEvents extends AccountEvents {
  /** Waits until every letter stands in the queue, from which the server sends it. */
  settle(): Promise<void>
}

export function openOwnerEvents(
  { audit, subjects, receipts, mailQueue }: Store,
  { issuer }: Pick<Config, 'issuer'>,
  warn: (line: string) => void,
): OwnerEvents {
  const underWay: Promise<unknown>[] = []
  const onFailure = (error: unknown): void => {
    warn(`mien: the owner could not be told: ${error instanceof Error ? error.message : String(error)}`)
  }
  const keep = async (letter: Letter): Promise<void> => {
    if (await mailQueue.add({ kind: letter.name, letter }, queueLimits.mostLetters)) return
    onFailure(new Error('too many mails are waiting'))
  }
  const notices = createNotices({
    issuer,
    clock: () => new Date(),
    findSubject: (id) => subjects.findAny(id),
    readReceipt: async (subjectId, id) => {
      const receipt = await receipts.find(subjectId, id)
      return receipt && receiptText(issuer, subjectId, receipt)
    },
    post: (letter) => void underWay.push(keep(letter).catch(onFailure)),
    onFailure,
  })
  return {
    ...createAccountEvents({ audit, notices }),
    settle: async () => {
      await Promise.all(underWay)
    },
  }
}
