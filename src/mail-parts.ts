/** The way out for mails, as the settings say: an SMTP server, or a folder for trying out. */
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { createComposer } from './mail/compose.ts'
import { createOutbox } from './mail/outbox.ts'
import { createMailQueue, type LetterBox, type MailQueue } from './mail/queue.ts'
import { createSmtpTransport } from './mail/smtp.ts'
import type { Telemetry } from './telemetry/telemetry.ts'
import { watchedDeliver } from './watched-deliveries.ts'

export interface MailParts extends MailQueue {
  /** Whether mails reach mailboxes; else they are files in the data folder. */
  readonly isDelivered: boolean
}

export interface MailPartsDependencies {
  readonly config: Pick<Config, 'issuer' | 'smtpUrl' | 'mailFrom' | 'dataDir'>
  readonly clock: () => Date
  readonly log: Logger
  /** Where mails wait. */
  readonly box: LetterBox
  readonly telemetry: Pick<Telemetry, 'metrics' | 'spans'>
}

export function openMail({ config, clock, log, box, telemetry }: MailPartsDependencies): MailParts {
  const { issuer, smtpUrl, mailFrom, dataDir } = config
  const folder = join(dataDir, 'outbox')
  const transport = smtpUrl === undefined ? createOutbox({ folder, clock }) : createSmtpTransport(smtpUrl)
  if (smtpUrl === undefined) {
    // At localhost that is how it is meant.
    const level = new URL(issuer).hostname === 'localhost' ? 'info' : 'warn'
    log[level]({ folder }, 'MIEN_SMTP_URL is not set: mails are written into a folder')
  }
  const compose = createComposer(mailFrom)
  const queue = createMailQueue({
    box,
    clock,
    deliver: watchedDeliver((letter, signal) => transport.send(compose(letter), signal), telemetry),
    after: (milliseconds, call) => {
      const timer = setTimeout(call, milliseconds).unref()
      return () => {
        clearTimeout(timer)
      }
    },
    log: ({ level, text, ...entry }) => log[level](entry, text),
  })
  return { ...queue, isDelivered: smtpUrl !== undefined }
}
