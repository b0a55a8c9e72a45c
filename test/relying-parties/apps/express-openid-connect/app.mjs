/** A web server that signs people in with express-openid-connect. */
import express from 'express'
import session from 'express-openid-connect'

const { ISSUER, BASE_URL, CLIENT_ID, CLIENT_SECRET, COOKIE_SECRET, PORT } = process.env
const { auth, requiresAuth } = session

/** Who was signed out at the provider, and must not go on here; several servers would share a database. */
const signedOut = new Map()

const app = express()
app.use(
  auth({
    issuerBaseURL: ISSUER,
    baseURL: BASE_URL,
    clientID: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    secret: COOKIE_SECRET,
    authRequired: false,
    // Signs out at the provider as well.
    idpLogout: true,
    authorizationParams: {
      response_type: 'code',
      response_mode: 'form_post',
      scope: 'openid email offline_access',
      // Refresh tokens are given where the person is asked for consent.
      prompt: 'consent',
    },
    backchannelLogout: {
      store: {
        get: (key, done) => done(null, signedOut.get(key)),
        set: (key, value, done) => done(null, signedOut.set(key, value)),
        destroy: (key, done) => done(null, signedOut.delete(key)),
      },
    },
  }),
)

app.get('/', (request, response) => {
  response.json({ claims: request.oidc.user ?? null })
})

// What the ID token does not carry, the e-mail address among it, is asked for at the provider.
app.get('/profile', requiresAuth(), async (request, response) => {
  response.json({ userinfo: await request.oidc.fetchUserInfo() })
})

app.post('/refresh', requiresAuth(), async (request, response) => {
  const { expires_in } = await request.oidc.accessToken.refresh()
  response.json({ expires_in })
})

app.listen(Number(PORT), () => console.log('ready'))
