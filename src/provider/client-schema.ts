/** What an entry of `clients.yaml` may say, and every way it can be wrong. */
import { z } from 'zod'
import { signingAlgorithms } from './signing-keys.ts'

/** The account page is a client of its own provider. */
export const accountClientId = 'mien-account'

export const knownScopes = ['openid', 'profile', 'email', 'offline_access'] as const

/** As long as a random secret of 128 bits in base64url, and then some (security check 30). */
const leastSecretLength = 32

const loopbacks = new Set(['localhost', '127.0.0.1', '[::1]'])

const isWebOrigin = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && loopbacks.has(url.hostname))

/** RFC 8252 §7.1: a scheme of an app's own is a domain name turned round, so it has a dot. */
const isOwnScheme = (url: URL): boolean => /^[a-z][a-z0-9+-]*\.[a-z0-9+.-]+:$/.test(url.protocol)

function defectOfAddress(address: string): string | undefined {
  if (address.includes('*')) return 'has a wildcard; list each address'
  if (!URL.canParse(address)) return 'is not an absolute URL'
  if (address.includes('#')) return 'has a fragment'
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') return 'has a user name or password in it'
  if (isWebOrigin(url)) return undefined
  if (url.protocol === 'http:') return 'is http; only localhost, 127.0.0.1 and [::1] may be'
  return isOwnScheme(url) ? undefined : `has the scheme ${url.protocol.slice(0, -1)}`
}

const address = z.string().superRefine((value, context) => {
  const defect = defectOfAddress(value)
  if (defect !== undefined) context.addIssue({ code: 'custom', message: `“${value}” ${defect}` })
})

const origin = z.string().superRefine((value, context) => {
  const isOrigin = URL.canParse(value) && isWebOrigin(new URL(value)) && new URL(value).origin === value
  if (isOrigin) return
  context.addIssue({ code: 'custom', message: `“${value}” is not an origin like https://app.example` })
})

const shared = {
  /** Printable ASCII (RFC 6749 Appendix A.1), and nothing that would need quoting in a log. */
  client_id: z
    .string()
    .regex(/^[A-Za-z0-9._~:/-]{1,128}$/, 'has characters other than letters, digits and . _ ~ : / -')
    .refine((id) => id !== accountClientId, 'is taken by the account page'),
  name: z.string().trim().min(1).max(80),
  redirect_uris: z.array(address).min(1, 'lists no address'),
  post_logout_redirect_uris: z.array(address).default([]),
  scopes: z
    .array(z.enum(knownScopes))
    .refine((scopes) => scopes.includes('openid'), 'must include openid')
    .default([...knownScopes]),
  id_token_alg: z.enum(signingAlgorithms).default('RS256'),
  /** `native`: loopback redirects on any port (RFC 8252 §7.3), and consent asked each time. */
  application_type: z.enum(['web', 'native']).default('web'),
  /** `pairwise`: a `sub` that no other app sees (OpenID Connect Core §8.1). */
  subject_type: z.enum(['public', 'pairwise']).default('public'),
  /** Origins whose scripts may call the token and userinfo endpoints. */
  cors_origins: z.array(origin).default([]),
}

const publicClient = z.strictObject({
  ...shared,
  type: z.literal('public'),
  pkce: z.literal('required', 'must be required: a public client has no other proof').default('required'),
})

const confidentialClient = z.strictObject({
  ...shared,
  type: z.literal('confidential'),
  pkce: z.enum(['required', 'exempt']).default('required'),
  secret: z.string().min(leastSecretLength, `is shorter than ${leastSecretLength} characters`),
  token_endpoint_auth_method: z
    .enum(['client_secret_basic', 'client_secret_post'])
    .default('client_secret_basic'),
})

export const clientEntry = z.discriminatedUnion('type', [publicClient, confidentialClient])
export type ClientEntry = z.infer<typeof clientEntry>
