/** The clients of the Basic plans, as an operator would list them. */
import * as oauth from 'oauth4webapi'
import { makeClientKey } from '../provider/keys.ts'
import type { Party } from './suite.ts'

const secret = 'a-secret-of-more-than-thirty-two-characters'
const postedSecret = 'another-secret-of-more-than-thirty-two-characters'

/** Signs its requests. */
export const signingKey = await makeClientKey('RS256')

export const first: Party = { client: { client_id: 'first' }, auth: oauth.ClientSecretBasic(secret) }
export const second: Party = { client: { client_id: 'second' }, auth: oauth.ClientSecretBasic(secret) }
export const poster: Party = { client: { client_id: 'poster' }, auth: oauth.ClientSecretPost(postedSecret) }

/** The plan knows nothing of PKCE, so its clients are exempt. */
export function basicClients(rpOrigin: string): readonly object[] {
  const shared = { type: 'confidential', pkce: 'exempt', redirect_uris: [`${rpOrigin}/callback`] }
  return [
    { ...shared, client_id: 'first', name: 'First App', secret, jwks: { keys: [signingKey.publicJwk] } },
    { ...shared, client_id: 'second', name: 'Second App', secret },
    {
      ...shared,
      client_id: 'poster',
      name: 'Posting App',
      secret: postedSecret,
      token_endpoint_auth_method: 'client_secret_post',
    },
  ]
}
