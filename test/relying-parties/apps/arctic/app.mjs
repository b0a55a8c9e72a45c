/** A web server that signs people in with Arctic: the requests by the library, the checks of the ID token by jose. */
import { CodeChallengeMethod, generateCodeVerifier, generateState, OAuth2Client } from 'arctic'
import express from 'express'
import session from 'express-session'
import { createRemoteJWKSet, jwtVerify } from 'jose'

const { ISSUER, BASE_URL, CLIENT_ID, CLIENT_SECRET, COOKIE_SECRET, PORT } = process.env

const described = await fetch(`${ISSUER}/.well-known/openid-configuration`)
const provider = await described.json()
const keys = createRemoteJWKSet(new URL(provider.jwks_uri))
const mien = new OAuth2Client(CLIENT_ID, CLIENT_SECRET, `${BASE_URL}/callback`)

const app = express()
app.use(
  session({ secret: COOKIE_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
)

app.get('/', (request, response) => response.json({ claims: request.session.claims ?? null }))

app.get('/login', (request, response) => {
  const pending = { state: generateState(), verifier: generateCodeVerifier(), nonce: generateState() }
  request.session.pending = pending
  const scopes = ['openid', 'email', 'offline_access']
  const address = mien.createAuthorizationURLWithPKCE(
    provider.authorization_endpoint,
    pending.state,
    CodeChallengeMethod.S256,
    pending.verifier,
    scopes,
  )
  address.searchParams.set('nonce', pending.nonce)
  // Refresh tokens are given where the person is asked for consent.
  address.searchParams.set('prompt', 'consent')
  response.redirect(address.href)
})

app.get('/callback', async (request, response) => {
  const { pending } = request.session
  const { code, state, iss } = request.query
  // Arctic leaves these to the app: the state, and which provider answered (RFC 9207).
  if (pending === undefined || state !== pending.state || iss !== provider.issuer)
    return response.redirect('/')
  const tokens = await mien.validateAuthorizationCode(provider.token_endpoint, code, pending.verifier)
  const { payload } = await jwtVerify(tokens.idToken(), keys, {
    issuer: provider.issuer,
    audience: CLIENT_ID,
  })
  if (payload.nonce !== pending.nonce) return response.redirect('/')
  const headers = { authorization: `Bearer ${tokens.accessToken()}` }
  const { email } = await (await fetch(provider.userinfo_endpoint, { headers })).json()
  // A new cookie for a new state of affairs.
  return request.session.regenerate(() => {
    request.session.claims = { ...payload, email }
    request.session.idToken = tokens.idToken()
    request.session.refreshToken = tokens.refreshToken()
    response.redirect('/')
  })
})

app.post('/refresh', async (request, response) => {
  const tokens = await mien.refreshAccessToken(provider.token_endpoint, request.session.refreshToken, [])
  request.session.refreshToken = tokens.refreshToken()
  response.json({ expires_in: tokens.accessTokenExpiresInSeconds() })
})

app.get('/logout', (request, response) => {
  const end = new URL(provider.end_session_endpoint)
  end.searchParams.set('id_token_hint', request.session.idToken ?? '')
  end.searchParams.set('post_logout_redirect_uri', `${BASE_URL}/`)
  request.session.destroy(() => response.redirect(end.href))
})

app.listen(Number(PORT))
