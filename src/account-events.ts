/** Account events on their way: into the audit trail, and to the mailbox of their owner. */
import type { AccountEventType, AccountEvents } from './interactions/events.ts'
import type { Notices } from './mail/notices.ts'
import type { Audit } from './store/audit.ts'

/** Written by the store, in one transaction with what they report. */
const recordedByStore: ReadonlySet<AccountEventType> = new Set([
  'consent_given',
  'consent_withdrawn',
  'device_removed',
  'device_trusted',
  'face_enrolled',
  'face_removed',
  'passkey_counter_refused',
])

export interface AccountEventDependencies {
  readonly audit: Pick<Audit, 'append'>
  readonly notices: Notices
}

export function createAccountEvents({ audit, notices }: AccountEventDependencies): AccountEvents {
  return {
    happened: async (event) => {
      const { type, subjectId, clientId, address, detail } = event
      if (!recordedByStore.has(type)) await audit.append({ type, subjectId, clientId, address, detail })
      await notices.happened(event)
    },
  }
}
