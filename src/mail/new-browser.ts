/** The letter after a sign-in in a browser that is new to an account. */
import { oneLine, type Letter } from './letter.ts'

export interface NewBrowserMail {
  readonly issuer: string
  readonly to: string
  readonly family: string
  readonly at: Date
  readonly token: string
}

export function createNewBrowserLetter({ issuer, to, family, at, token }: NewBrowserMail): Letter {
  const address = `${issuer}/account/browser-notice?token=${token}`
  const when = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  return {
    name: 'notice_sign_in_new_browser',
    to,
    subject: 'A sign-in from a new browser',
    paragraphs: [
      'Your account was signed in to from a browser that is new to it. Was this you?',
      `If it was you, say so here: ${address}&answer=me`,
      'If it was not you, press the button. You are asked once more before anything happens.',
    ],
    link: { text: 'This was not me', url: `${address}&answer=not-me` },
    facts: [
      { name: 'When', value: `${when.format(at)} UTC` },
      { name: 'Browser', value: oneLine(family, 60) },
    ],
    footnotes: ['The links work for seven days, and once.'],
  }
}
