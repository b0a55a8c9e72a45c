/** Settings of sessions, retention and the events that leave the house; `config.ts` reads them with the rest. */
import { z } from 'zod'

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

export const controlSettings = {
  MIEN_SESSION_HOURS: whole(1, 720)
    .default(12)
    .describe(
      'How many hours a sign-in lasts, however much it is used. NIST SP 800-63B-4 asks for 24 at most at AAL2.',
    ),
  MIEN_SESSION_IDLE_MINUTES: whole(5, 43_200)
    .default(60)
    .describe(
      'After how many minutes without use a session ends. NIST SP 800-63B-4 asks for 60 at most at AAL2.',
    ),
  MIEN_FACE_RETENTION_DAYS: whole(60, 1095)
    .default(365)
    .describe(
      'After how many days without use the templates of a face are erased, with a receipt; a mail says so 30 days before. The Illinois BIPA allows 1095 at most.',
    ),
  MIEN_ATTEMPT_DAYS: whole(7, 3650)
    .default(180)
    .describe('How many days single tries to sign in are kept, with their network addresses and scores.'),
  MIEN_AUDIT_DAYS: whole(30, 3650)
    .optional()
    .describe(
      'How many days the audit trail is kept; what is left still verifies. Default: for good, without addresses once an account is erased.',
    ),
  MIEN_EVENTS_WEBHOOK_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe(
      'Where each event of the audit trail is posted as JSON, signed after Standard Webhooks. Events wait in the database until they are taken.',
    ),
  MIEN_EVENTS_WEBHOOK_SECRET: z
    .string()
    .regex(/^(whsec_)?[A-Za-z0-9+/]{32,}={0,2}$/, 'is not at least 24 bytes in base64')
    .optional()
    .describe(
      'What signs the posts to `MIEN_EVENTS_WEBHOOK_URL`: at least 24 bytes in base64, with or without `whsec_` before. To make one: `openssl rand -base64 32`.',
    ),
}

export interface RetentionConfig {
  readonly faceDays: number
  readonly attemptDays: number
  /** Undefined: for good. */
  readonly auditDays: number | undefined
  /** What is told of a session is kept no longer than the session could be. */
  readonly sessionDays: number
}

export interface ControlConfig {
  readonly retention: RetentionConfig
  readonly eventsWebhook: { readonly url: string; readonly secret: Uint8Array } | undefined
  readonly sessionLimits: { readonly absoluteSeconds: number; readonly idleSeconds: number }
}

type Settings = z.infer<z.ZodObject<typeof controlSettings>>

/** Faults of settings that only make sense together. */
export function controlProblems(settings: Settings): readonly string[] {
  const { MIEN_EVENTS_WEBHOOK_URL: url, MIEN_EVENTS_WEBHOOK_SECRET: secret } = settings
  if ((url === undefined) === (secret === undefined)) return []
  return ['MIEN_EVENTS_WEBHOOK_URL and MIEN_EVENTS_WEBHOOK_SECRET: set both or neither']
}

export function toControlConfig(settings: Settings): ControlConfig {
  const url = settings.MIEN_EVENTS_WEBHOOK_URL
  const secret = settings.MIEN_EVENTS_WEBHOOK_SECRET?.replace(/^whsec_/, '')
  return {
    retention: {
      faceDays: settings.MIEN_FACE_RETENTION_DAYS,
      attemptDays: settings.MIEN_ATTEMPT_DAYS,
      auditDays: settings.MIEN_AUDIT_DAYS,
      sessionDays: Math.ceil(settings.MIEN_SESSION_HOURS / 24) + 1,
    },
    eventsWebhook:
      url === undefined || secret === undefined
        ? undefined
        : { url, secret: new Uint8Array(Buffer.from(secret, 'base64')) },
    sessionLimits: {
      absoluteSeconds: settings.MIEN_SESSION_HOURS * 3600,
      idleSeconds: settings.MIEN_SESSION_IDLE_MINUTES * 60,
    },
  }
}
