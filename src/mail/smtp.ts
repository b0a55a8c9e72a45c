/** Sends mails to an SMTP server. */
import { createTransport } from 'nodemailer'
import type { MailTransport } from './transport.ts'

/** Milliseconds. A server that says nothing for so long is tried again later. */
const patience = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 20_000 } as const

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

export type SmtpPatience = { readonly [Wait in keyof typeof patience]: number }

/**
 * With `smtp:` the connection must be upgraded by STARTTLS before anything is said (RFC 8314 §3.3 prefers `smtps:`);
 * only a server on this machine, or one whose address ends in `?ignoreTLS=true`, is spoken to in clear.
 */
export function createSmtpTransport(url: string, waits: SmtpPatience = patience): MailTransport {
  const smtp = connectionTo(url, waits)
  return {
    send: async ({ from, to, subject, text, html }, signal) => {
      try {
        await smtp.sendMail({
          from,
          to: { name: '', address: to },
          subject,
          text,
          html,
          signal,
          // RFC 3834 §5: no out-of-office answers to a machine.
          headers: { 'Auto-Submitted': 'auto-generated' },
        })
        return 'sent'
      } catch (error) {
        if (isFinal(error)) return 'refused'
        throw error
      }
    },
  }
}

function connectionTo(url: string, waits: SmtpPatience) {
  const { protocol, hostname, searchParams } = new URL(url)
  const isClear = loopback.has(hostname) || searchParams.get('ignoreTLS') === 'true'
  return createTransport({
    url,
    ...waits,
    requireTLS: protocol === 'smtp:' && !isClear,
    // A letter is words alone: nothing in it may make the library read a file or an address.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** Signs in as if a mail were to be sent, and sends none. @throws {Error} saying what the server does not take */
export async function trySmtp(url: string, waitMs: number): Promise<void> {
  const waits = { connectionTimeout: waitMs, greetingTimeout: waitMs, socketTimeout: waitMs }
  const smtp = connectionTo(url, waits)
  try {
    await smtp.verify()
  } finally {
    smtp.close()
  }
}

/** RFC 5321 §4.2.1: 5yz about the mailbox or the mail stays; of the login or of STARTTLS it may be a setting being mended. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof Error) || !('responseCode' in error) || !('code' in error)) return false
  const { responseCode, code } = error
  return (
    (code === 'EENVELOPE' || code === 'EMESSAGE') && typeof responseCode === 'number' && responseCode >= 500
  )
}
