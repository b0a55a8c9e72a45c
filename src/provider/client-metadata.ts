/** A client of the file as the library knows it, and what of it the library has no word for. */
import { createHash } from 'node:crypto'
import type { ClientMetadata } from 'oidc-provider'
import { accountClientId, adminClientId, type ClientEntry } from './client-schema.ts'
import { resourceFor, type Resource, type ResourceEntry } from './resources.ts'

/** How a client is treated beyond its metadata. */
export interface ClientPolicy {
  readonly isPkceExempt: boolean
  readonly isFapi: boolean
  readonly consent: 'ask' | 'once' | 'skip'
  readonly corsOrigins: ReadonlySet<string>
  readonly resources: readonly Resource[]
  /** Of each secret that is taken; empty where there is none. */
  readonly secretDigests: readonly SecretDigest[]
}

export interface SecretDigest {
  /** SHA-256. */
  readonly digest: Uint8Array
  /** When it is taken no more; undefined where it stays. */
  readonly until: Date | undefined
}

/** Of a client that the operator has not listed. */
export const leastPolicy: ClientPolicy = {
  isPkceExempt: false,
  isFapi: false,
  consent: 'ask',
  corsOrigins: new Set(),
  resources: [],
  secretDigests: [],
}

export function policyOf(entry: ClientEntry, resources: readonly ResourceEntry[]): ClientPolicy {
  return {
    isPkceExempt: entry.pkce === 'exempt',
    isFapi: entry.profile === 'fapi2',
    consent: entry.consent,
    corsOrigins: new Set(entry.cors_origins),
    resources: entry.resources.flatMap((wanted) => {
      const declared = resources.find(({ identifier }) => identifier === wanted.identifier)
      return declared === undefined ? [] : [resourceFor(declared, wanted)]
    }),
    secretDigests: digestsOf(entry),
  }
}

/**
 * A plain digest is enough for a secret of 128 random bits: there is no list of likely ones to try. The plain text of a
 * secret in the file is not kept either.
 */
function digestsOf(entry: ClientEntry): SecretDigest[] {
  if (entry.type === 'public') return []
  if (entry.secret !== undefined) return [{ digest: digestSecret(entry.secret), until: undefined }]
  return (entry.secret_digests ?? []).map(({ digest: line, until }) => ({
    digest: Buffer.from(line.slice(digestPrefix.length), 'base64url'),
    until: until === undefined ? undefined : new Date(until),
  }))
}

const digestPrefix = 'sha256:'

/** As `secret_digests` lists it. */
export function digestLine(secret: string): string {
  return digestPrefix + digestSecret(secret).toString('base64url')
}

export function digestSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** @param noSecret what the library is told in place of a secret; the same for the same client, for that is how it knows one again */
export function metadataOf(entry: ClientEntry, noSecret: string): ClientMetadata {
  const idTokenAlg = entry.id_token_alg ?? (entry.profile === 'fapi2' ? 'ES256' : 'RS256')
  return {
    client_id: entry.client_id,
    client_name: entry.name,
    redirect_uris: entry.redirect_uris,
    post_logout_redirect_uris: entry.post_logout_redirect_uris,
    response_types: entry.grants.includes('authorization_code') ? ['code'] : [],
    grant_types: entry.grants.map((name) => (name === 'device_code' ? deviceGrant : name)),
    scope: entry.scopes.join(' '),
    application_type: entry.application_type,
    subject_type: entry.subject_type,
    ...given('minimum_acr', entry.minimum_acr),
    ...given('accepted_acrs', entry.accepted_acrs),
    ...given('sector_identifier_uri', entry.sector_identifier_uri),
    ...given('jwks_uri', entry.jwks_uri),
    ...given('jwks', entry.jwks),
    id_token_signed_response_alg: idTokenAlg,
    authorization_signed_response_alg: idTokenAlg,
    ...given('userinfo_signed_response_alg', userinfoAlg(entry, idTokenAlg)),
    ...encryptionOf(entry),
    ...requestPolicyOf(entry),
    ...(entry.backchannel_logout_uri === undefined
      ? {}
      : { backchannel_logout_uri: entry.backchannel_logout_uri, backchannel_logout_session_required: true }),
    ...authenticationOf(entry, noSecret),
  }
}

/** Encrypted is also signed (OpenID Connect Core §16.14). */
function userinfoAlg(entry: ClientEntry, idTokenAlg: 'RS256' | 'ES256'): 'RS256' | 'ES256' | undefined {
  return entry.userinfo_alg ?? (entry.userinfo_encryption === undefined ? undefined : idTokenAlg)
}

function encryptionOf({ id_token_encryption: idToken, userinfo_encryption: userinfo }: ClientEntry) {
  return {
    ...(idToken === undefined
      ? {}
      : { id_token_encrypted_response_alg: idToken.alg, id_token_encrypted_response_enc: idToken.enc }),
    ...(userinfo === undefined
      ? {}
      : { userinfo_encrypted_response_alg: userinfo.alg, userinfo_encrypted_response_enc: userinfo.enc }),
  }
}

function requestPolicyOf(entry: ClientEntry) {
  return {
    require_pushed_authorization_requests: entry.require_par || entry.profile === 'fapi2',
    require_signed_request_object: entry.require_signed_request,
    ...given('request_object_signing_alg', entry.request_alg),
    dpop_bound_access_tokens: entry.sender_constrained === 'dpop',
    // Where certificates are off the library does not know the word.
    ...(entry.sender_constrained === 'mtls' ? { tls_client_certificate_bound_access_tokens: true } : {}),
  }
}

function authenticationOf(entry: ClientEntry, noSecret: string): Partial<ClientMetadata> {
  if (entry.type === 'public') return { token_endpoint_auth_method: 'none' }
  const isBySecret = entry.token_endpoint_auth_method.startsWith('client_secret_')
  return {
    token_endpoint_auth_method: entry.token_endpoint_auth_method,
    // The library asks for a secret; the one that is compared with is in the policy, as a digest.
    ...(isBySecret ? { client_secret: noSecret } : {}),
    ...given('token_endpoint_auth_signing_alg', entry.assertion_alg),
    ...given('tls_client_auth_subject_dn', entry.tls_subject_dn),
    ...given('tls_client_auth_san_dns', entry.tls_san_dns),
    ...given('tls_client_auth_san_uri', entry.tls_san_uri),
    ...given('tls_client_auth_san_ip', entry.tls_san_ip),
    ...given('tls_client_auth_san_email', entry.tls_san_email),
  }
}

/** The library takes a member that is absent, and none that is undefined. */
function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  const whole: Partial<Record<Name, Value>> = {}
  if (value !== undefined) whole[name] = value
  return whole
}

/** Signs people in for the account page: a session and no token. */
export function accountClient(issuer: string): ClientMetadata {
  return {
    client_id: accountClientId,
    client_name: 'your Mien account',
    redirect_uris: [`${issuer}/account`],
    response_types: ['none'],
    grant_types: [],
    scope: 'openid',
    token_endpoint_auth_method: 'none',
  }
}

/** Signs administrators in for the console: a session and no token. */
export function adminClient(issuer: string): ClientMetadata {
  return {
    ...accountClient(issuer),
    client_id: adminClientId,
    client_name: 'the console of this provider',
    redirect_uris: [`${issuer}/admin/signed-in`],
  }
}
