/** What the settings of a client say of each other: a table of faults. */
import type { z } from 'zod'
import { fapiAlgorithms } from './algorithms.ts'
import type { ClientKeys } from './client-keys.ts'
import type { ClientResource } from './resources.ts'

/** What the rules look at; `client-schema.ts` has the whole. */
interface Entry {
  readonly type: 'public' | 'confidential'
  readonly profile: 'standard' | 'fapi2'
  readonly application_type: 'web' | 'native'
  readonly consent: 'ask' | 'once' | 'skip'
  readonly pkce: 'required' | 'exempt'
  readonly grants: readonly string[]
  readonly redirect_uris: readonly string[]
  readonly resources: readonly ClientResource[]
  readonly subject_type: 'public' | 'pairwise'
  readonly sector_identifier_uri?: string | undefined
  readonly token_endpoint_auth_method?: string | undefined
  readonly secret?: string | undefined
  readonly secret_digests?: readonly object[] | undefined
  readonly assertion_alg?: string | undefined
  readonly request_alg?: string | undefined
  readonly require_signed_request: boolean
  readonly id_token_alg?: string | undefined
  readonly userinfo_alg?: string | undefined
  readonly id_token_encryption?: object | undefined
  readonly userinfo_encryption?: object | undefined
  readonly jwks?: ClientKeys | undefined
  readonly jwks_uri?: string | undefined
  readonly sender_constrained?: 'dpop' | 'mtls' | undefined
  readonly tls_subject_dn?: string | undefined
  readonly tls_san_dns?: string | undefined
  readonly tls_san_uri?: string | undefined
  readonly tls_san_ip?: string | undefined
  readonly tls_san_email?: string | undefined
}

interface Rule {
  readonly setting: string
  readonly message: string
  readonly isBroken: (entry: Entry) => boolean
}

const keyMethods: ReadonlySet<string> = new Set(['private_key_jwt', 'self_signed_tls_client_auth'])
const fapiMethods: ReadonlySet<string> = new Set([...keyMethods, 'tls_client_auth'])

const authenticatesBySecret = (entry: Entry): boolean =>
  entry.token_endpoint_auth_method?.startsWith('client_secret_') === true

const authenticatesByKey = ({ token_endpoint_auth_method: method }: Entry): boolean =>
  method !== undefined && keyMethods.has(method)

const isFapi = ({ profile }: Entry): boolean => profile === 'fapi2'

const isFapiAlgorithm = (name: string | undefined): boolean =>
  name === undefined || fapiAlgorithms.some((each) => each === name)

const needsKeys = (entry: Entry): boolean =>
  authenticatesByKey(entry) ||
  entry.require_signed_request ||
  entry.request_alg !== undefined ||
  entry.id_token_encryption !== undefined ||
  entry.userinfo_encryption !== undefined

const certificateNames = (entry: Entry): number =>
  [entry.tls_subject_dn, entry.tls_san_dns, entry.tls_san_uri, entry.tls_san_ip, entry.tls_san_email].filter(
    (each) => each !== undefined,
  ).length

const hostsOf = (addresses: readonly string[]): number =>
  new Set(addresses.flatMap((each) => (URL.canParse(each) ? [new URL(each).host] : []))).size

const general: readonly Rule[] = [
  {
    setting: 'redirect_uris',
    message: 'lists no address',
    isBroken: (entry) => entry.grants.includes('authorization_code') && entry.redirect_uris.length === 0,
  },
  {
    setting: 'grants',
    message: 'lists client_credentials, which a public client has none of',
    isBroken: (entry) => entry.type === 'public' && entry.grants.includes('client_credentials'),
  },
  {
    setting: 'consent',
    message: 'must be ask: a native app is easily imitated (RFC 8252 §8.6)',
    isBroken: (entry) => entry.application_type === 'native' && entry.consent !== 'ask',
  },
  {
    setting: 'resources',
    message: 'lists none; a token by client_credentials is for a resource',
    isBroken: (entry) => entry.grants.includes('client_credentials') && entry.resources.length === 0,
  },
  {
    setting: 'secret',
    message: 'is missing, and so is secret_digests',
    isBroken: (entry) =>
      authenticatesBySecret(entry) && entry.secret === undefined && entry.secret_digests === undefined,
  },
  {
    setting: 'secret_digests',
    message: 'stands beside secret; give one of them',
    isBroken: (entry) => entry.secret !== undefined && entry.secret_digests !== undefined,
  },
  {
    setting: 'secret',
    message: 'is not used with this token_endpoint_auth_method; remove it',
    isBroken: (entry) =>
      !authenticatesBySecret(entry) && (entry.secret ?? entry.secret_digests) !== undefined,
  },
  {
    setting: 'jwks',
    message: 'is missing, and so is jwks_uri: the public keys of this client are needed',
    isBroken: (entry) => needsKeys(entry) && entry.jwks === undefined && entry.jwks_uri === undefined,
  },
  {
    setting: 'jwks_uri',
    message: 'stands beside jwks; give one of them',
    isBroken: (entry) => entry.jwks !== undefined && entry.jwks_uri !== undefined,
  },
  {
    setting: 'tls_subject_dn',
    message:
      'or one of tls_san_dns, tls_san_uri, tls_san_ip, tls_san_email goes with tls_client_auth, and one alone',
    isBroken: (entry) =>
      certificateNames(entry) !== (entry.token_endpoint_auth_method === 'tls_client_auth' ? 1 : 0),
  },
  {
    setting: 'sector_identifier_uri',
    message: 'is needed: redirect_uris of a pairwise client lead to several hosts',
    isBroken: (entry) =>
      entry.subject_type === 'pairwise' &&
      entry.sector_identifier_uri === undefined &&
      hostsOf(entry.redirect_uris) > 1,
  },
  {
    setting: 'subject_type',
    message: 'is pairwise, which the device flow has with private_key_jwt and jwks_uri alone',
    isBroken: (entry) =>
      entry.subject_type === 'pairwise' &&
      entry.grants.includes('device_code') &&
      (!authenticatesByKey(entry) || entry.jwks_uri === undefined),
  },
]

/** FAPI 2.0 Security Profile §5.3.2; what each request must be is held when it comes. */
const fapi: readonly Rule[] = [
  {
    setting: 'type',
    message: 'must be confidential (FAPI 2.0)',
    isBroken: (entry) => entry.type !== 'confidential',
  },
  {
    setting: 'token_endpoint_auth_method',
    message: 'must be private_key_jwt, tls_client_auth or self_signed_tls_client_auth (FAPI 2.0)',
    isBroken: ({ type, token_endpoint_auth_method: method }) =>
      type === 'confidential' && (method === undefined || !fapiMethods.has(method)),
  },
  {
    setting: 'sender_constrained',
    message: 'must be dpop or mtls (FAPI 2.0)',
    isBroken: (entry) => entry.sender_constrained === undefined,
  },
  { setting: 'pkce', message: 'must be required (FAPI 2.0)', isBroken: (entry) => entry.pkce === 'exempt' },
  ...(['id_token_alg', 'userinfo_alg', 'assertion_alg', 'request_alg'] as const).map((setting) => ({
    setting,
    message: 'is not among the algorithms of FAPI 2.0',
    isBroken: (entry: Entry) => !isFapiAlgorithm(entry[setting]),
  })),
]

export function checkRules(entry: Entry, context: z.core.$RefinementCtx): void {
  for (const { setting, message, isBroken } of [...general, ...(isFapi(entry) ? fapi : [])]) {
    if (isBroken(entry)) context.addIssue({ code: 'custom', path: [setting], message, input: entry })
  }
}
