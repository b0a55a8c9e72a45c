/** A web server that signs people in with next-auth 4, with Express where Next would be. */
import express from 'express'
import nextAuth, { getServerSession } from 'next-auth'
import { getToken } from 'next-auth/jwt'
import { settings } from './settings.mjs'

const { ISSUER, BASE_URL, COOKIE_SECRET, PORT } = process.env
process.env.NEXTAUTH_URL = BASE_URL
const NextAuth = nextAuth.default

const cookiesOf = ({ headers }) =>
  Object.fromEntries(
    (headers.cookie ?? '')
      .split('; ')
      .map((pair) => [pair.split('=', 1)[0], decodeURIComponent(pair.slice(pair.indexOf('=') + 1))]),
  )
/** What Next makes of a request. */
const asInNext = (request, query = {}) => ({
  method: request.method,
  headers: request.headers,
  cookies: cookiesOf(request),
  body: request.body,
  query,
})

const app = express()
app.use(express.urlencoded({ extended: false }), express.json())

// In Next: pages/api/auth/[...nextauth].js, `export default NextAuth(settings)`.
app.all('/api/auth/*nextauth', (request, response) =>
  NextAuth(asInNext(request, { ...request.query, ...request.params }), response, settings),
)

app.get('/', async (request, response) => {
  const session = await getServerSession(asInNext(request), response, settings)
  response.json({ claims: session?.user ?? null, expiresAt: session?.expiresAt ?? null })
})

// next-auth ends its own session alone: this ends it here and at the provider.
app.get('/logout', async (request, response) => {
  const discovery = await fetch(`${ISSUER}/.well-known/openid-configuration`)
  const { end_session_endpoint } = await discovery.json()
  const token = await getToken({ req: asInNext(request), secret: COOKIE_SECRET })
  const end = new URL(end_session_endpoint)
  end.searchParams.set('id_token_hint', token?.idToken ?? '')
  end.searchParams.set('post_logout_redirect_uri', `${BASE_URL}/`)
  // A long session lies in several cookies: `….session-token.0`, `.1` and so on.
  const secure = BASE_URL.startsWith('https:')
  for (const name of Object.keys(cookiesOf(request)))
    if (name.includes('next-auth.session-token')) response.clearCookie(name, { secure })
  response.redirect(end.href)
})

app.listen(Number(PORT), () => console.log('ready'))
