/** What an entry of `clients.yaml` may say. */
import { z } from 'zod'
import { acrs } from '../policy/assurance.ts'
import {
  clientAlgorithms,
  contentEncryptionAlgorithms,
  keyEncryptionAlgorithms,
  signingAlgorithms,
} from './algorithms.ts'
import { clientKeys } from './client-keys.ts'
import { checkRules } from './client-rules.ts'
import { clientResource, knownScopes } from './resources.ts'
import { shownWords } from './shown-words.ts'
import { address, endpoint, origin } from './web-address.ts'

/** The account page is a client of its own provider, and so is the console of administrators. */
export const accountClientId = 'mien-account'
export const adminClientId = 'mien-admin'
/** Pages of this house: they ask nobody for consent, and are no apps that somebody gave access. */
export const ownClientIds: ReadonlySet<string> = new Set([accountClientId, adminClientId])

/** As long as a random secret of 128 bits in base64url, and then some (security check 30). */
const leastSecretLength = 32

const grantNames = ['authorization_code', 'refresh_token', 'client_credentials', 'device_code'] as const

const encryption = z.strictObject({
  alg: z.enum(keyEncryptionAlgorithms),
  enc: z.enum(contentEncryptionAlgorithms).default('A128CBC-HS256'),
})

const shared = {
  /** Printable ASCII (RFC 6749 Appendix A.1), and nothing that would need quoting in a log. */
  client_id: z
    .string()
    .regex(/^[A-Za-z0-9._~:/-]{1,128}$/, 'has characters other than letters, digits and . _ ~ : / -')
    .refine((id) => !ownClientIds.has(id), 'is taken by a page of this provider')
    // The library keeps what a session gave each client in a plain object, under this name.
    .refine((id) => !(id in Object.prototype), 'is a name that every object of the program has'),
  name: shownWords.trim().min(1).max(80),
  /** `fapi2`: the FAPI 2.0 Security Profile, for clients that guard money or health. */
  profile: z.enum(['standard', 'fapi2']).default('standard'),
  grants: z.array(z.enum(grantNames)).min(1).default(['authorization_code', 'refresh_token']),
  redirect_uris: z.array(address).default([]),
  post_logout_redirect_uris: z.array(address).default([]),
  backchannel_logout_uri: endpoint.optional(),
  scopes: z
    .array(z.enum(knownScopes))
    .refine((scopes) => scopes.includes('openid'), 'must include openid')
    .default([...knownScopes]),
  resources: z.array(clientResource).default([]),
  /** `native`: loopback redirects on any port (RFC 8252 §7.3), and consent asked each time. */
  application_type: z.enum(['web', 'native']).default('web'),
  /** `pairwise`: a `sub` that no other app sees (OpenID Connect Core §8.1). */
  subject_type: z.enum(['public', 'pairwise']).default('public'),
  /** Lists the redirect addresses of the apps that share a `sub` (OpenID Connect Core §8.1). */
  sector_identifier_uri: endpoint.optional(),
  /** The least that a sign-in for this app must be, whatever the app asks for. */
  minimum_acr: z.enum(acrs).optional(),
  /** Of these a sign-in for this app must be one at least, whatever the app asks for. */
  accepted_acrs: z.array(z.enum(acrs)).min(1, 'names none').optional(),
  /**
   * `ask`: once in each session; `once`: never again what was allowed before; `skip`: never, for apps of the operator’s
   * own, of which the person is no third party.
   */
  consent: z.enum(['ask', 'once', 'skip']).default('ask'),
  /** Origins whose scripts may call the token and userinfo endpoints. */
  cors_origins: z.array(origin).default([]),
  id_token_alg: z.enum(signingAlgorithms).optional(),
  /** Userinfo as a signed JWT; plain JSON where it is left out. */
  userinfo_alg: z.enum(signingAlgorithms).optional(),
  id_token_encryption: encryption.optional(),
  userinfo_encryption: encryption.optional(),
  /** The client's public keys: for its assertions and request objects, and for what is encrypted to it. */
  jwks: clientKeys.optional(),
  jwks_uri: endpoint.optional(),
  /** Authorization requests come by PAR alone (RFC 9126), or signed alone (RFC 9101). */
  require_par: z.boolean().default(false),
  require_signed_request: z.boolean().default(false),
  request_alg: z.enum(clientAlgorithms).optional(),
  /** Its tokens are of use to the holder of a key alone: by DPoP (RFC 9449) or a certificate (RFC 8705). */
  sender_constrained: z.enum(['dpop', 'mtls']).optional(),
}

const publicClient = z.strictObject({
  ...shared,
  type: z.literal('public'),
  pkce: z.literal('required', 'must be required: a public client has no other proof').default('required'),
})

const subject = z.string().min(1).max(256).optional()

const digestLine = z.string().regex(/^sha256:[A-Za-z0-9_-]{43}$/, 'is not a line of `mien clients secret`')

/** A line, or a line with the moment from which it is taken no more. */
const secretDigest = z.preprocess(
  (given) => (typeof given === 'string' ? { digest: given } : given),
  z.strictObject({
    digest: digestLine,
    until: z.iso.datetime({ offset: true, error: 'is not a moment like 2027-01-31T12:00:00Z' }).optional(),
  }),
)

const confidentialClient = z.strictObject({
  ...shared,
  type: z.literal('confidential'),
  pkce: z.enum(['required', 'exempt']).default('required'),
  token_endpoint_auth_method: z
    .enum([
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'tls_client_auth',
      'self_signed_tls_client_auth',
    ])
    .default('client_secret_basic'),
  secret: z.string().min(leastSecretLength, `is shorter than ${leastSecretLength} characters`).optional(),
  /** SHA-256, from `mien clients secret`; two while a new secret is brought in. */
  secret_digests: z
    .array(secretDigest)
    .min(1)
    .max(2, 'lists more than two; one goes when its successor is in use')
    .optional(),
  assertion_alg: z.enum(clientAlgorithms).optional(),
  /** One of these with `tls_client_auth` (RFC 8705 §2.1.2). */
  tls_subject_dn: subject,
  tls_san_dns: subject,
  tls_san_uri: subject,
  tls_san_ip: subject,
  tls_san_email: subject,
})

export const clientEntry = z
  .discriminatedUnion('type', [publicClient, confidentialClient])
  .superRefine(checkRules)
export type ClientEntry = z.infer<typeof clientEntry>

/** The name of every setting, in the order in which they are told. */
export const clientSettings: readonly string[] = Object.keys(confidentialClient.shape)
