/** What the provider says of a subject: the account that `findAccount` gives the library. */
import { createHmac } from 'node:crypto'
import type { Account, Client } from 'oidc-provider'

export interface AccountData {
  readonly sub: string
  readonly email: string
  readonly emailVerified: boolean
  readonly name?: string | undefined
  readonly updatedAt: Date
}

/** Which claims each scope opens (OpenID Connect Core §5.4). How the person signed in is told to every app that asks for `openid`. */
export const claimsOfScopes = {
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  email: ['email', 'email_verified'],
  profile: ['name', 'updated_at'],
} as const

export function accountOf(data: AccountData): Account {
  return {
    accountId: data.sub,
    claims: () => ({
      sub: data.sub,
      email: data.email,
      email_verified: data.emailVerified,
      ...(data.name === undefined ? {} : { name: data.name }),
      // Seconds, as everywhere in a token (OpenID Connect Core §5.1).
      updated_at: Math.floor(data.updatedAt.getTime() / 1000),
    }),
  }
}

/** The `sub` by which a client knows a subject (OpenID Connect Core §8). */
export function subjectFor(salt: Uint8Array, client: Client, subjectId: string): string {
  if (client.subjectType !== 'pairwise') return subjectId
  const sector: unknown = client['sectorIdentifier']
  return pairwiseSubject(salt, typeof sector === 'string' ? sector : client.clientId, subjectId)
}

/** A `sub` for one sector, that tells another nothing (OpenID Connect Core §8.1). */
export function pairwiseSubject(salt: Uint8Array, sector: string, subjectId: string): string {
  return createHmac('sha256', salt)
    .update(JSON.stringify([sector, subjectId]))
    .digest('base64url')
}
