/** How the console, a client of its own provider like the account page, has administrators signed in. */
import { twoFactorAcrs } from '../policy/assurance.ts'

export interface SignedIn {
  readonly subjectId: string
  readonly sessionUid: string
  readonly loginAt: Date
  readonly acr: string | undefined
  readonly amr: readonly string[]
}

/** As `provider/client-schema.ts` has it. */
export const adminClientId = 'mien-admin'
/** The address that the provider sends the browser back to. */
export const returnPath = '/admin/signed-in'

/** How long a sign-in serves the console: a working day’s half, and less than a session may last. */
export const visitSeconds = 4 * 3600
/** How long it serves what cannot be undone. */
export const freshSeconds = 600

export interface SignInWish {
  /** Where the administrator wants to go; a path of ours under `/admin`. */
  readonly backTo: string
  /** `open`: whatever session there is, raised where it is too weak. `again`: a new sign-in, whatever there is. */
  readonly kind: 'open' | 'again' | 'create'
}

/** Asks for two factors; what came of it is looked at when the browser is back, for a wish binds nobody. */
export function signInUrl(issuer: string, { backTo, kind }: SignInWish): string {
  const url = new URL(`${issuer}/authorize`)
  url.search = new URLSearchParams({
    client_id: adminClientId,
    response_type: 'none',
    redirect_uri: `${issuer}${returnPath}`,
    scope: 'openid',
    acr_values: twoFactorAcrs.join(' '),
    state: stateOf(backTo),
    ...(kind === 'again' ? { prompt: 'login' } : {}),
    ...(kind === 'create' ? { prompt: 'create' } : {}),
    ...(kind === 'open' ? { max_age: String(visitSeconds) } : {}),
  }).toString()
  return url.href
}

const longestPath = 500

/** The way back in the one parameter that comes back. */
export function stateOf(path: string): string {
  return Buffer.from(isOurs(path) ? path : '/admin').toString('base64url')
}

/** @returns a path under `/admin`, whatever came (security check 72) */
export function pathOfState(state: string | undefined): string {
  if (state === undefined || state.length > 2 * longestPath) return '/admin'
  const path = Buffer.from(state, 'base64url').toString()
  return isOurs(path) ? path : '/admin'
}

/** Letters that lead nowhere else: no second slash at the beginning, no backslash, no `..`, nothing that a browser drops. */
function isOurs(path: string): boolean {
  return (
    path.length <= longestPath &&
    /^\/admin(\/[\w%~.-]+)*(\?[\w%~.=&:+@,-]*)?$/.test(path) &&
    // A browser reads `%2e` as a dot when it looks for the folder above.
    !/\/(\.|%2e){2}/i.test(path) &&
    !path.startsWith(returnPath)
  )
}
