/** A web server that signs people in with openid-client: pushed requests, and tokens bound to a key of its own. */
import express from 'express'
import session from 'express-session'
import * as client from 'openid-client'

const { ISSUER, BASE_URL, CLIENT_ID, CLIENT_SECRET, COOKIE_SECRET, PORT } = process.env

const issuer = new URL(ISSUER)
const provider = await client.discovery(
  issuer,
  CLIENT_ID,
  undefined,
  client.ClientSecretBasic(CLIENT_SECRET),
  {
    // For a provider on this very machine alone.
    execute: issuer.hostname === 'localhost' ? [client.allowInsecureRequests] : [],
  },
)
const DPoP = client.getDPoPHandle(provider, await client.randomDPoPKeyPair())

/** The provider gives a nonce with its first answer and wants it in the proof (RFC 9449 §8). */
const withNonce = async (ask) => {
  try {
    return await ask()
  } catch (error) {
    if (client.isDPoPNonceError(error)) return ask()
    throw error
  }
}

const app = express()
app.use(
  session({ secret: COOKIE_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
)

app.get('/', (request, response) => response.json({ claims: request.session.claims ?? null }))

app.get('/login', async (request, response) => {
  const pending = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
  }
  request.session.pending = pending
  const parameters = {
    redirect_uri: `${BASE_URL}/callback`,
    scope: 'openid email offline_access',
    prompt: 'consent',
    max_age: '300',
    code_challenge: await client.calculatePKCECodeChallenge(pending.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: pending.expectedState,
    nonce: pending.expectedNonce,
  }
  const address = await withNonce(() => client.buildAuthorizationUrlWithPAR(provider, parameters, { DPoP }))
  response.redirect(address.href)
})

app.get('/callback', async (request, response) => {
  const { pending } = request.session
  if (pending === undefined) return response.redirect('/')
  const here = new URL(request.originalUrl, BASE_URL)
  const checks = { ...pending, idTokenExpected: true, maxAge: 300 }
  const tokens = await withNonce(() =>
    client.authorizationCodeGrant(provider, here, checks, undefined, { DPoP }),
  )
  const claims = tokens.claims()
  const { email } = await withNonce(() =>
    client.fetchUserInfo(provider, tokens.access_token, claims.sub, { DPoP }),
  )
  // A new cookie for a new state of affairs.
  return request.session.regenerate(() => {
    request.session.claims = { ...claims, email }
    request.session.idToken = tokens.id_token
    request.session.refreshToken = tokens.refresh_token
    response.redirect('/')
  })
})

app.post('/refresh', async (request, response) => {
  const tokens = await withNonce(() =>
    client.refreshTokenGrant(provider, request.session.refreshToken, undefined, { DPoP }),
  )
  request.session.refreshToken = tokens.refresh_token
  response.json({ expires_in: tokens.expires_in, token_type: tokens.token_type })
})

app.get('/logout', (request, response) => {
  const { idToken } = request.session
  const end = client.buildEndSessionUrl(provider, {
    ...(idToken === undefined ? {} : { id_token_hint: idToken }),
    post_logout_redirect_uri: `${BASE_URL}/`,
  })
  request.session.destroy(() => response.redirect(end.href))
})

app.listen(Number(PORT))
