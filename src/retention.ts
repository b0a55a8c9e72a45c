/** Erases what has been kept long enough: faces that nobody uses, and old audit events. A bounded piece at a time. */
import type { Logger } from 'pino'
import type { RetentionConfig } from './config-control.ts'
import type { AccountEvents } from './interactions/events.ts'
import type { Letter } from './mail/letter.ts'
import type { Store } from './store/open-store.ts'

export interface RetentionParts {
  readonly store: Store
  readonly clock: () => Date
  readonly events: AccountEvents
  readonly issuer: string
  readonly post: (letter: Letter) => void
  readonly retention: RetentionConfig
  readonly log: Pick<Logger, 'error'>
  /** A minute unless told. */
  readonly everyMs?: number | undefined
}

const dayMs = 86_400_000
const standardEveryMs = 60_000
/** So long another node waits for one that died. */
const leaseSeconds = 300
const rowsPerTick = 500
const facesPerTick = 20
/** A face is erased no sooner than so long after its owner was warned. */
const noticeDays = 30

export function startRetention(parts: RetentionParts): { stop(): void } {
  const timer = setInterval(() => {
    const apply = () => applyRetention(parts)
    parts.store.jobLocks.hold('retention', leaseSeconds, apply).catch((error: unknown) => {
      parts.log.error({ error }, 'what has been kept long enough could not be erased')
    })
  }, parts.everyMs ?? standardEveryMs)
  timer.unref()
  return {
    stop: () => {
      clearInterval(timer)
    },
  }
}

/** One piece of the work. */
export async function applyRetention(parts: RetentionParts): Promise<void> {
  const { store, clock, retention } = parts
  const ago = (days: number): Date => new Date(clock().getTime() - days * dayMs)
  for (const { subjectId } of await store.templates.listUnused(ago(retention.faceDays), facesPerTick)) {
    await eraseUnused(parts, subjectId)
  }
  await warnOfErasure(parts, ago(retention.faceDays - noticeDays))
  if (retention.auditDays !== undefined) await store.audit.trim(ago(retention.auditDays), rowsPerTick)
}

/** Consent ends with what it allowed: another enrolment asks for it anew. */
async function eraseUnused({ store, events }: RetentionParts, subjectId: string): Promise<void> {
  const erased = await store.templates.erase(subjectId, 'unused')
  const receipts = [erased, await store.consents.withdraw(subjectId)]
  await events.happened({ type: 'face_erased_unused', subjectId, receipts })
}

/** Once for each stretch without use: the trail knows who was warned. */
async function warnOfErasure(parts: RetentionParts, before: Date): Promise<void> {
  const { store, issuer, post } = parts
  for (const { subjectId, since } of await store.templates.listUnused(before, rowsPerTick)) {
    const warned = await store.audit.list({ subjectId, types: ['face_erasure_announced'], since, limit: 1 })
    if (warned.length > 0) continue
    await store.audit.append({ type: 'face_erasure_announced', subjectId })
    const subject = await store.subjects.findById(subjectId)
    if (subject?.emailVerified !== true) continue
    post({
      name: 'notice_face_erasure_announced',
      to: subject.email,
      subject: 'Your face has not been used for long',
      paragraphs: [
        `You have not signed in with your face for a long time. In ${noticeDays} days its templates are erased.`,
        'To keep them, sign in with your face once before then. Your account stays in any case.',
      ],
      link: { text: 'Sign in', url: `${issuer}/account` },
      footnotes: ['You get a receipt when they are erased, and can enrol again whenever you like.'],
    })
  }
}
