/** What discovery has to say for any plan (OpenID Connect Discovery §3, RFC 8414 §2). */
import { assert } from 'chai'
import { z } from 'zod'

const address = z.url({ protocol: /^https?$/ })
const words = z.array(z.string().min(1)).min(1)

/** Members as the specifications type them; what is more is let be. */
const metadata = z.looseObject({
  issuer: address,
  authorization_endpoint: address,
  token_endpoint: address,
  userinfo_endpoint: address,
  jwks_uri: address,
  registration_endpoint: address.optional(),
  end_session_endpoint: address.optional(),
  pushed_authorization_request_endpoint: address.optional(),
  scopes_supported: words,
  response_types_supported: words,
  response_modes_supported: words,
  grant_types_supported: words,
  subject_types_supported: z.array(z.enum(['public', 'pairwise'])).min(1),
  id_token_signing_alg_values_supported: words,
  token_endpoint_auth_methods_supported: words,
  claims_supported: words,
  claim_types_supported: words.optional(),
  claims_parameter_supported: z.boolean(),
  request_parameter_supported: z.boolean(),
  request_uri_parameter_supported: z.boolean(),
  code_challenge_methods_supported: words,
  ui_locales_supported: words.optional(),
  claims_locales_supported: words.optional(),
  authorization_response_iss_parameter_supported: z.boolean(),
})
export type Metadata = z.infer<typeof metadata>

export interface Place {
  readonly issuer: string
  /** Where it listens, where that is another address. */
  readonly origin?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Reads what stands at the well-known address, and holds each member against its type. */
export async function readMetadata({ issuer, origin = issuer, headers = {} }: Place): Promise<Metadata> {
  const response = await fetch(`${origin}/.well-known/openid-configuration`, { headers })
  assert.equal(response.status, 200)
  assert.include(response.headers.get('content-type') ?? '', 'application/json')
  const found = metadata.parse(await response.json())
  assert.equal(found.issuer, issuer)
  return found
}

/** Every address that discovery names, with its name. */
export function addressesIn(found: Metadata): [string, string][] {
  return Object.entries(found).flatMap(([name, value]) =>
    typeof value === 'string' && /^https?:/.test(value) ? [[name, value]] : [],
  )
}
