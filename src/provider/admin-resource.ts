/** The API of administration as an API like any other: clients are allowed it by name, with the scopes that they may ask for. */
import { adminScopes } from '../policy/administration.ts'
import type { ResourceEntry } from './resources.ts'

/** A role that was taken away must not live on in a token; it is asked for at every call, and this bounds the rest. */
const tokenSeconds = 300

/** Its identifier, and the `aud` of its tokens (RFC 8707, RFC 9068). */
export function adminAudience(issuer: string): string {
  return `${issuer}/admin/api`
}

export function adminResource(issuer: string): ResourceEntry {
  return {
    identifier: adminAudience(issuer),
    name: 'Administration',
    scopes: { ...adminScopes },
    token_seconds: tokenSeconds,
    token_alg: 'RS256',
  }
}
