/** The clients that most tests of the provider sign in to. */

export const rpOrigin = 'http://localhost:4999'
export const callback = `${rpOrigin}/callback`
export const secret = 'a-secret-of-more-than-thirty-two-characters'

export const standardClients: readonly object[] = [
  {
    client_id: 'demo',
    name: 'Demo',
    type: 'public',
    redirect_uris: [callback],
    post_logout_redirect_uris: [`${rpOrigin}/`],
    cors_origins: ['https://spa.example'],
  },
  {
    client_id: 'old-shop',
    name: 'Old Shop',
    type: 'confidential',
    secret,
    pkce: 'exempt',
    id_token_alg: 'ES256',
    redirect_uris: [callback],
  },
  {
    client_id: 'strict-shop',
    name: 'Strict Shop',
    type: 'confidential',
    secret,
    subject_type: 'pairwise',
    redirect_uris: [callback],
  },
]
