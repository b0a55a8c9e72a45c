/** A web server that signs people in with passport-openidconnect. */
import express from 'express'
import session from 'express-session'
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'

const { ISSUER, BASE_URL, CLIENT_ID, CLIENT_SECRET, COOKIE_SECRET, PORT } = process.env

// The strategy does not read the provider's document itself.
const answer = await fetch(`${ISSUER}/.well-known/openid-configuration`)
const provider = await answer.json()

passport.use(
  new OpenIDConnectStrategy(
    {
      issuer: provider.issuer,
      authorizationURL: provider.authorization_endpoint,
      tokenURL: provider.token_endpoint,
      userInfoURL: provider.userinfo_endpoint,
      clientID: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      callbackURL: `${BASE_URL}/callback`,
      scope: ['email'],
      nonce: true,
      skipUserProfile: false,
    },
    // The number of the parameters tells the strategy what to hand over.
    (_issuer, fromUserinfo, fromIdToken, _context, idToken, _accessToken, _refreshToken, _params, done) => {
      const { acr, amr } = JSON.parse(Buffer.from(idToken.split('.')[1], 'base64url'))
      const { sub, email } = fromUserinfo._json
      if (sub !== fromIdToken.id) return done(new Error('userinfo of somebody else'))
      return done(null, { sub, email, acr, amr, idToken })
    },
  ),
)
passport.serializeUser((user, done) => done(null, user))
passport.deserializeUser((user, done) => done(null, user))

const app = express()
app.use(
  session({ secret: COOKIE_SECRET, resave: false, saveUninitialized: false, cookie: { sameSite: 'lax' } }),
)
app.use(passport.session())

app.get('/', (request, response) => {
  if (request.user === undefined) return response.json({ claims: null })
  const { sub, email, acr, amr } = request.user
  return response.json({ claims: { sub, email, acr, amr } })
})
app.get('/login', passport.authenticate('openidconnect'))
app.get(
  '/callback',
  passport.authenticate('openidconnect', { successRedirect: '/', failureRedirect: '/login' }),
)
app.get('/logout', (request, response, next) => {
  const end = new URL(provider.end_session_endpoint)
  end.searchParams.set('id_token_hint', request.user?.idToken ?? '')
  end.searchParams.set('post_logout_redirect_uri', `${BASE_URL}/`)
  request.logout((error) => (error ? next(error) : response.redirect(end.href)))
})

app.listen(Number(PORT), () => console.log('ready'))
