/** What a house has mailed: the files of its outbox, as their readers see them. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { until } from '../until.ts'
import { there, type House } from './house.ts'
import { readRecords } from './records.ts'

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
  const arrived = async (): Promise<Mail[]> =>
    (await mailsTo(house, to)).filter((mail) => mail.subject.includes(subject))
  await until(async () => (await arrived()).length > after, `mail ${after + 1} “${subject}” to ${to}`)
  return there((await arrived()).at(-1))
}

/** Until nothing waits to be sent any more: what has not come by then does not come. */
export async function allSent(house: Pick<House, 'dataDir'>): Promise<void> {
  const waiting = "SELECT id FROM mail_letters WHERE outcome = 'waiting'"
  await until(async () => (await readRecords(house, waiting)).length === 0, 'the end of the mails')
}

export function codeOf({ text }: Mail): string {
  return (/\b(\d{4} \d{4})\b/.exec(text)?.[1] ?? '').replace(' ', '')
}

/** The links, in the order of the text. */
export function linksOf({ text }: Mail): string[] {
  return text.match(/https?:\/\/\S+/g) ?? []
}
