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
      // Refresh tokens are given where the person is asked for consent.
      authorization: { params: { scope: 'openid email offline_access', prompt: 'consent' } },
      // The profile is what userinfo tells: the ID token has no e-mail address.
      idToken: false,
      profile: ({ sub, email }) => ({ id: sub, email }),
    },
  ],
  callbacks: {
    async jwt({ token, account, trigger }) {
      if (account) {
        const { sub, acr, amr } = decodeJwt(account.id_token)
        return { ...token, sub, acr, amr, ...kept(account) }
      }
      // Auth.js leaves it to the app: in time, or where the page asks for it by `update()`.
      const isOver = Date.now() > (token.expiresAt - 30) * 1000
      return isOver || trigger === 'update' ? { ...token, ...kept(await refresh(token)) } : token
    },
    session: ({ session, token: { sub, acr, amr, expiresAt } }) => ({
      ...session,
      user: { ...session.user, sub, acr, amr },
      expiresAt,
    }),
  },
}

const discover = async () => (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json()

const kept = ({ id_token, refresh_token, expires_at, expires_in }) => ({
  idToken: id_token,
  refreshToken: refresh_token,
  expiresAt: expires_at ?? Math.floor(Date.now() / 1000) + expires_in,
})

/** Each refresh token is good once; its answer brings the next. */
async function refresh({ refreshToken }) {
  const { token_endpoint } = await discover()
  const encoded = [CLIENT_ID, CLIENT_SECRET].map(encodeURIComponent).join(':')
  const answer = await fetch(token_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(encoded)}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  })
  if (!answer.ok) throw new Error('sign in again: Mien does not renew this sign-in')
  return answer.json()
}

const app = express()
app.use('/auth', ExpressAuth(settings))

app.get('/', async (request, response) => {
  const session = await getSession(request, settings)
  response.json({ claims: session?.user ?? null })
})

// Auth.js ends its own session alone: this ends it here and at the provider.
app.get('/logout', async (request, response) => {
  const { end_session_endpoint } = await discover()
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
