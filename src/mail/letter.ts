/** One mail as plain data: what it says, before it is written as text and as HTML. */

export interface Letter {
  /** Of the kind of mail; the log says it, for the address and the words are nobody else’s. */
  readonly name: string
  /** One address, checked before: see `requireAddress`. */
  readonly to: string
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** To be typed in. */
  readonly code?: string | undefined
  readonly link?: { readonly text: string; readonly url: string } | undefined
  /** The other answer. */
  readonly otherLink?: Letter['link']
  /** Facts such as when and where, each on its own line. */
  readonly facts?: readonly { readonly name: string; readonly value: string }[] | undefined
  /** Documents of several lines, as they are kept. */
  readonly enclosed?: readonly string[] | undefined
  /** What to do where it was somebody else. */
  readonly footnotes: readonly string[]
}

/** What goes over the wire. */
export interface Message {
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Nothing that could end a header line or begin another address (RFC 5322 §3.4). */
const addressPattern = /^[^\p{C}\s<>,;:"()[\]\\]+@[^\p{C}\s<>,;:"()[\]\\@]+$/u

/** @throws {TypeError} where the address could name more than one mailbox or add a header; forms refuse such long before. */
export function requireAddress(address: string): string {
  if (address.length > 254 || !addressPattern.test(address))
    throw new TypeError('not one plain e-mail address')
  return address
}

/** For words of a person or an app in a header or a line: one line, no control characters, bounded. */
export function oneLine(words: string, most = 120): string {
  const line = words.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim()
  const letters = Array.from(line)
  return letters.length <= most ? line : `${letters.slice(0, most - 1).join('')}…`
}
