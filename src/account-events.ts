/** Account events on their way: into the audit trail. */
import type { AccountEventType, AccountEvents } from './interactions/events.ts'
import type { Audit } from './store/audit.ts'

/** Written by the store, in one transaction with what they report. */
const recordedByStore: ReadonlySet<AccountEventType> = new Set([
  'consent_given',
  'consent_withdrawn',
  'device_removed',
  'device_trusted',
  'face_enrolled',
  'face_removed',
])

export function createAccountEvents({ audit }: { readonly audit: Pick<Audit, 'append'> }): AccountEvents {
  return {
    happened: async (event) => {
      if (!recordedByStore.has(event.type)) await audit.append(event)
    },
  }
}
