/** Where mails go while no SMTP server is set: one readable file each, in a folder that its owner alone can read. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Message } from './letter.ts'
import type { MailTransport } from './transport.ts'

/** Older ones make room. */
export const mostMailsKept = 200

export interface OutboxOptions {
  readonly folder: string
  readonly clock: () => Date
}

export function createOutbox({ folder, clock }: OutboxOptions): MailTransport {
  const write = async (message: Message): Promise<'sent'> => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // A folder that was there before may be open to others: what lies in it signs people in.
    await chmod(folder, 0o700)
    const at = clock()
    const name = `${at.toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}.txt`
    await writeFile(join(folder, name), readable(message, at), { mode: 0o600, flag: 'wx' })
    await makeRoom(folder)
    return 'sent'
  }
  // One after the other, so that two never make room for each other at once.
  let last: Promise<unknown> = Promise.resolve()
  return {
    send: (message) => {
      const written = last.then(() => write(message))
      last = written.catch(() => undefined)
      return written
    },
  }
}

function readable({ from, to, subject, text }: Message, at: Date): string {
  return `From: ${from}\nTo: ${to}\nSubject: ${subject}\nDate: ${at.toUTCString()}\n\n${text}`
}

/** The names begin with the time, so their order is that of the mails. */
async function makeRoom(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort()
  const surplus = names.slice(0, Math.max(0, names.length - mostMailsKept))
  for (const name of surplus) await rm(join(folder, name), { force: true })
}
