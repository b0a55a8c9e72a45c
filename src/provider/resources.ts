/** The APIs that access tokens are made for, as the operator declares them beside the clients (RFC 8707, RFC 9068). */
import { z } from 'zod'
import { signingAlgorithms } from './algorithms.ts'
import { shownWords } from './shown-words.ts'

/** Nobody can take a signed token back, so it is short (security check 32). */
const longestTokenSeconds = 900

export const knownScopes = ['openid', 'profile', 'email', 'offline_access'] as const

/** RFC 8707 §2: absolute, without a fragment. */
const identifier = z
  .string()
  .max(256)
  .refine((value) => URL.canParse(value) && !value.includes('#'), 'is not an absolute URI without a fragment')

/** RFC 6749 §3.3. */
const scopeName = z
  .string()
  .regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,64}$/, 'is not the name of a scope')
  .refine((name) => !knownScopes.some((each) => each === name), 'is a scope of OpenID Connect')

export const resourceEntry = z.strictObject({
  identifier,
  name: shownWords.trim().min(1).max(80).optional(),
  /** Each with the words that follow “It will be able to” on the consent page. */
  scopes: z.record(scopeName, shownWords.trim().min(1).max(120)),
  /** The `aud` of its tokens; the identifier where it is left out. */
  audience: z.string().min(1).max(256).optional(),
  token_seconds: z.int().min(30).max(longestTokenSeconds).default(300),
  token_alg: z.enum(signingAlgorithms).default('RS256'),
})
export type ResourceEntry = z.infer<typeof resourceEntry>

export const resourceSettings: readonly string[] = Object.keys(resourceEntry.shape)

/** Which of its scopes a client may ask for; all where none are named. */
export const clientResource = z.union([
  identifier.transform((value) => ({ identifier: value, scopes: undefined })),
  z.strictObject({ identifier, scopes: z.array(scopeName).min(1, 'names no scope').optional() }),
])
export type ClientResource = z.infer<typeof clientResource>

export interface Resource {
  readonly identifier: string
  readonly audience: string
  readonly scopes: readonly string[]
  readonly tokenSeconds: number
  readonly algorithm: (typeof signingAlgorithms)[number]
}

/** The resource as this client may use it. */
export function resourceFor(entry: ResourceEntry, wanted: ClientResource): Resource {
  const scopes = Object.keys(entry.scopes)
  return {
    identifier: entry.identifier,
    audience: entry.audience ?? entry.identifier,
    scopes: scopes.filter((name) => wanted.scopes?.includes(name) ?? true),
    tokenSeconds: entry.token_seconds,
    algorithm: entry.token_alg,
  }
}

/** What a client names and no resource declares. */
export function unknownResources(
  wanted: readonly ClientResource[],
  resources: readonly ResourceEntry[],
): string[] {
  return wanted.flatMap(({ identifier: name, scopes = [] }) => {
    const declared = resources.find((each) => each.identifier === name)
    if (declared === undefined) return [`“${name}” is not among the resources of this file`]
    return scopes
      .filter((scope) => !Object.hasOwn(declared.scopes, scope))
      .map((scope) => `“${name}” declares no scope “${scope}”`)
  })
}
