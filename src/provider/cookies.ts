/** The provider's cookies. */
import type { Configuration } from 'oidc-provider'

/** Prefixes bind a cookie to HTTPS, and `__Host-` to this very host (RFC 6265bis §4.1.3); the short ones have paths of their own. */
export function cookieNames(issuer: string): { session: string; interaction: string; resume: string } {
  const isHttps = issuer.startsWith('https:')
  const short = isHttps ? '__Secure-' : ''
  return {
    session: `${isHttps ? '__Host-' : ''}mien_session`,
    interaction: `${short}mien_interaction`,
    resume: `${short}mien_resume`,
  }
}

export function cookieSettings(issuer: string, keys: readonly string[]): Configuration['cookies'] {
  const options = {
    httpOnly: true,
    sameSite: 'lax',
    signed: true,
    secure: issuer.startsWith('https:'),
  } as const
  return { names: cookieNames(issuer), keys: [...keys], long: { ...options, path: '/' }, short: options }
}
