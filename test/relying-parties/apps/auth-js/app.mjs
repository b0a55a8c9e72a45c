/** A web server that signs people in with Auth.js. */
import { getToken } from '@auth/core/jwt'
import { ExpressAuth, getSession } from '@auth/express'
import express from 'express'
import { decodeJwt } from 'jose'

const { ISSUER, BASE_URL, CLIENT_ID, CLIENT_SECRET, COOKIE_SECRET, PORT } = process.env

/** @type {import('@auth/express').ExpressAuthConfig} */
const settings = {
  basePath: '/auth',
  trustHost: true,
  secret: COOKIE_SECRET,
  providers: [
    {
      id: 'mien',
      name: 'Mien',
      type: 'oidc',
      issuer: ISSUER,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      checks: ['pkce', 'state', 'nonce'],
      authorization: { params: { scope: 'openid email' } },
      // The profile is what userinfo tells: the ID token has no e-mail address.
      idToken: false,
      profile: ({ sub, email }) => ({ id: sub, email }),
    },
  ],
  callbacks: {
    async jwt({ token, account }) {
      if (account === null || account === undefined) return token
      const { sub, acr, amr } = decodeJwt(account.id_token)
      return { ...token, sub, acr, amr, idToken: account.id_token }
    },
    session: ({ session, token: { sub, acr, amr } }) => ({
      ...session,
      user: { ...session.user, sub, acr, amr },
    }),
  },
}

const app = express()
app.use('/auth', ExpressAuth(settings))

app.get('/', async (request, response) => {
  const session = await getSession(request, settings)
  response.json({ claims: session?.user ?? null })
})

// Auth.js ends its own session alone: this ends it here and at the provider.
app.get('/logout', async (request, response) => {
  const discovery = await fetch(`${ISSUER}/.well-known/openid-configuration`)
  const { end_session_endpoint } = await discovery.json()
  const token = await getToken({
    req: request,
    secret: COOKIE_SECRET,
    secureCookie: BASE_URL.startsWith('https:'),
  })
  const end = new URL(end_session_endpoint)
  end.searchParams.set('id_token_hint', token?.idToken ?? '')
  end.searchParams.set('post_logout_redirect_uri', `${BASE_URL}/`)
  response.clearCookie(
    BASE_URL.startsWith('https:') ? '__Secure-authjs.session-token' : 'authjs.session-token',
  )
  response.redirect(end.href)
})

app.listen(Number(PORT), () => console.log('ready'))
