/** What a house has mailed: the files of its outbox, as their readers see them. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { House } from './house.ts'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

export async function readOutbox({ dataDir }: Pick<House, 'dataDir'>): Promise<Mail[]> {
  const folder = join(dataDir, 'outbox')
  const names = await readdir(folder).catch(() => [])
  const texts = await Promise.all(names.sort().map((name) => readFile(join(folder, name), 'utf8')))
  return texts.map((text) => ({
    to: /^To: (.*)$/m.exec(text)?.[1] ?? '',
    subject: /^Subject: (.*)$/m.exec(text)?.[1] ?? '',
    text,
  }))
}

export async function mailsTo(house: Pick<House, 'dataDir'>, to: string): Promise<Mail[]> {
  return (await readOutbox(house)).filter((mail) => mail.to === to)
}

export interface Awaited {
  readonly to: string
  /** Part of its subject. */
  readonly subject: string
  /** How many of that subject there were before. */
  readonly after?: number
}

/** Mails go out in the background, so the newest is waited for. */
export async function awaitMail(
  house: Pick<House, 'dataDir'>,
  { to, subject, after = 0 }: Awaited,
): Promise<Mail> {
  for (let tries = 0; tries < 200; tries += 1) {
    const mails = (await mailsTo(house, to)).filter((mail) => mail.subject.includes(subject))
    const newest = mails.at(-1)
    if (newest !== undefined && mails.length > after) return newest
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  const all = (await readOutbox(house)).map((mail) => `${mail.to}: ${mail.subject}`)
  throw new Error(`no mail “${subject}” to ${to}; there are ${JSON.stringify(all)}`)
}

/** A moment in which a mail that was on its way would have arrived. */
export function aWhile(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 150))
}

export function codeOf({ text }: Mail): string {
  return (/\b(\d{4} \d{4})\b/.exec(text)?.[1] ?? '').replace(' ', '')
}

/** The links, in the order of the text. */
export function linksOf({ text }: Mail): string[] {
  return text.match(/https?:\/\/\S+/g) ?? []
}
