/** How the account page asks the provider, like any app, who is signed in, or to sign someone in. */

export interface SignedIn {
  readonly subjectId: string
  readonly sessionUid: string
  readonly loginAt: Date
  readonly acr: string | undefined
  readonly amr: readonly string[]
}

/** The account page is a client of its own provider; `none` brings back a session and no token (OAuth 2.0 Multiple Response Types §4). */
export const accountClientId = 'mien-account'

export type SignInWish = 'face' | 'create' | 'fresh_password'

/** Where the browser goes to be signed in; it comes back to `/account` with `state`. */
export function signInUrl(issuer: string, wish: SignInWish, state: string): string {
  const url = new URL(`${issuer}/authorize`)
  url.search = new URLSearchParams({
    client_id: accountClientId,
    response_type: 'none',
    redirect_uri: `${issuer}/account`,
    scope: 'openid',
    state,
    ...(wish === 'create' ? { prompt: 'create' } : {}),
    ...(wish === 'fresh_password' ? { prompt: 'login', acr_values: 'urn:mien:acr:password' } : {}),
  }).toString()
  return url.href
}
