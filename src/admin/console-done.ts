/** What was just done, told on the next page: a word of a list in a cookie that lasts for one page. */
import type { Context } from 'koa'

const sentences = {
  subject_disabled: 'The account is switched off, and signed out everywhere.',
  subject_enabled: 'The account is switched on again.',
  subject_erased: 'The account is erased.',
  factor_reset: 'It is reset, and the person is told by mail.',
  factor_was_off: 'There was nothing to reset.',
  session_ended: 'The session is ended.',
  sessions_ended: 'All sessions are ended, and the apps are told.',
  grant_revoked: 'The access is taken back.',
  client_saved: 'The settings are saved.',
  client_removed: 'The app is removed.',
  secret_retired: 'The old secret is retired.',
  resource_saved: 'The API is saved.',
  resource_removed: 'The API is removed.',
  keys_rotated: 'New keys are made. They sign in two hours.',
  keys_replaced: 'The old keys are gone, and new ones sign.',
  chain_verified: 'The audit trail was checked.',
  mail_retried: 'The mail is sent at once.',
  mail_dropped: 'The mail is dropped.',
  role_changed: 'The role is changed.',
  administrator_removed: 'The account no longer opens the console.',
  invitation_withdrawn: 'The invitation is withdrawn.',
} as const

export type DoneWord = keyof typeof sentences

const name = 'mien_console_done'

export function noteDone(issuer: string, ctx: Context, word: DoneWord): void {
  setCookie(issuer, ctx, { value: word, maxAge: 60 })
}

/** @returns the sentence, once */
export function takeDone(issuer: string, ctx: Context): string | undefined {
  const given = ctx.cookies.get(cookieName(issuer))
  if (given === undefined) return undefined
  setCookie(issuer, ctx, { value: '', maxAge: 0 })
  return isWord(given) ? sentences[given] : undefined
}

function isWord(given: string): given is DoneWord {
  return Object.hasOwn(sentences, given)
}

/** Sent back to the console’s own pages alone. */
function setCookie(
  issuer: string,
  ctx: Context,
  { value, maxAge }: { readonly value: string; readonly maxAge: number },
): void {
  const rest = ['Path=/admin', `Max-Age=${maxAge}`, 'HttpOnly', 'SameSite=Strict']
  const cookie = [`${cookieName(issuer)}=${value}`, ...rest, ...(isHttps(issuer) ? ['Secure'] : [])]
  ctx.append('Set-Cookie', cookie.join('; '))
}

function cookieName(issuer: string): string {
  return `${isHttps(issuer) ? '__Secure-' : ''}${name}`
}

function isHttps(issuer: string): boolean {
  return issuer.startsWith('https:')
}
