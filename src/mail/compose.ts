/** Writes a letter as plain text and as HTML, from the two views in `views/mails/`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ejs from 'ejs'
import { oneLine, requireAddress, type Letter, type Message } from './letter.ts'

const folder = fileURLToPath(new URL('../../views/mails/', import.meta.url))

export type Compose = (letter: Letter) => Message

/** @param from as `MIEN_MAIL_FROM` gives it */
export function createComposer(from: string): Compose {
  const [text, html] = [compile('mail-text.ejs'), compile('mail-html.ejs')]
  return (letter) => ({
    from,
    to: requireAddress(letter.to),
    subject: oneLine(letter.subject),
    text: text({ ...letter }).replaceAll(/\n{3,}/g, '\n\n'),
    html: html({ ...letter }),
  })
}

function compile(name: string): (locals: Readonly<Record<string, unknown>>) => string {
  const filename = join(folder, name)
  return ejs.compile(readFileSync(filename, 'utf8'), { filename, strict: true, localsName: 'mail' })
}
