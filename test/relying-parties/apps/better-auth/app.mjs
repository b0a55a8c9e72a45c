/** A web server that signs people in with better-auth. */
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import { genericOAuth } from 'better-auth/plugins'
import express from 'express'
import { decodeJwt } from 'jose'

const { ISSUER, BASE_URL, CLIENT_ID, CLIENT_SECRET, COOKIE_SECRET, PORT } = process.env

const auth = betterAuth({
  baseURL: BASE_URL,
  secret: COOKIE_SECRET,
  telemetry: { enabled: false },
  // Your database in its place.
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  plugins: [
    genericOAuth({
      config: [
        {
          providerId: 'mien',
          discoveryUrl: `${ISSUER}/.well-known/openid-configuration`,
          requireIdTokenVerification: true,
          clientId: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          tokenEndpointAuth: { method: 'client_secret_basic' },
          scopes: ['openid', 'email', 'offline_access'],
          prompt: 'consent',
          // Into the ID token itself, so that one signed statement says all (OpenID Connect Core §5.5).
          authorizationUrlParams: {
            claims: JSON.stringify({ id_token: { email: null, email_verified: null } }),
          },
          postLogoutRedirectURI: `${BASE_URL}/`,
          overrideUserInfo: true,
          mapProfileToUser: ({ email, name }) => ({ name: name ?? email }),
        },
      ],
    }),
  ],
})

const app = express()
app.all('/api/auth/*path', toNodeHandler(auth))

/** Which of the person's accounts elsewhere is meant: there is but one. */
const accountOf = async (headers) => {
  const [account] = await auth.api.listUserAccounts({ headers })
  return { accountId: account.id }
}

/** Hands on what better-auth would answer to a script, as a redirect for a browser. */
const go = (response, { headers, response: answer }) => {
  response.setHeaders(new Headers([...headers].filter(([name]) => name === 'set-cookie')))
  response.redirect(answer.url ?? '/')
}

app.get('/', async (request, response) => {
  const headers = fromNodeHeaders(request.headers)
  const session = await auth.api.getSession({ headers })
  if (session === null) return response.json({ claims: null })
  // How the person signed in stays with the account: fields of the user are for the user to edit.
  const { idToken } = await auth.api.getAccessToken({ body: await accountOf(headers), headers })
  const { sub, email, acr, amr } = decodeJwt(idToken)
  return response.json({ claims: { sub, email, acr, amr } })
})

app.get('/login', async (request, response) => {
  const body = { provider: 'mien', callbackURL: '/' }
  const headers = fromNodeHeaders(request.headers)
  go(response, await auth.api.signInSocial({ body, headers, returnHeaders: true }))
})

app.post('/refresh', async (request, response) => {
  const headers = fromNodeHeaders(request.headers)
  const { accessTokenExpiresAt } = await auth.api.refreshToken({ body: await accountOf(headers), headers })
  response.json({ accessTokenExpiresAt })
})

app.get('/logout', async (request, response) => {
  const headers = fromNodeHeaders(request.headers)
  go(response, await auth.api.signOut({ headers, returnHeaders: true }))
})

app.listen(Number(PORT))
