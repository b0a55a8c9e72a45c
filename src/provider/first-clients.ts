/** The list of clients that is written at the first start: it explains itself. */

export function firstList(demoPort: number | undefined): string {
  const demo = `
- client_id: demo
  name: Demo Shop
  type: public
  redirect_uris:
    - http://localhost:${demoPort ?? 0}/callback
  post_logout_redirect_uris:
    - http://localhost:${demoPort ?? 0}/
`
  return `# The apps that may sign people in here. Mien reads this file when it starts.
#
#   client_id                   the name that the app gives itself in requests
#   name                        what people read on the consent page
#   type                        public (runs in a browser or on a phone) or confidential (has a server)
#   redirect_uris               where people are sent back to; each exactly as the app sends it.
#                               https, or http on localhost
#   post_logout_redirect_uris   where people may be sent after signing out
#   secret_digests              confidential clients only; from: npm run mien -- clients secret
#   secret, secret_file         the secret itself in its place; at least 32 characters
#   pkce                        required (default), or exempt for a confidential client that cannot do it
#   scopes                      of openid, profile, email, offline_access; all by default
#   id_token_alg                RS256 (default) or ES256
#   application_type            web (default) or native
#   subject_type                public (default) or pairwise
#   minimum_acr                 the least that a sign-in for this app must be, such as urn:mien:acr:face-device
#   cors_origins                origins of browser apps that call the token endpoint themselves
#
# There is more: programs that act for themselves, devices, keys instead of secrets, signed and encrypted
# answers, APIs with tokens of their own, FAPI 2.0. docs/clients.md has every setting.
${demoPort === undefined ? '[]\n' : demo}
# - client_id: my-app
#   name: My App
#   type: confidential
#   secret_digests: ['sha256:…']
#   redirect_uris:
#     - https://app.example.com/callback
`
}
