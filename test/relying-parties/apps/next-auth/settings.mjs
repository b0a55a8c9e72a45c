/** The settings of next-auth 4: who signs people in, what is kept of them, and how it stays fresh. */
const { ISSUER, CLIENT_ID, CLIENT_SECRET, COOKIE_SECRET } = process.env

/** What an answer of the token endpoint leaves in the encrypted cookie, for the server alone. */
const kept = ({ id_token, refresh_token }, expiresAt) => ({
  idToken: id_token,
  refreshToken: refresh_token,
  expiresAt,
})

async function refresh(token) {
  const discovery = await fetch(`${ISSUER}/.well-known/openid-configuration`)
  const { token_endpoint } = await discovery.json()
  // Both are encoded before they are joined (RFC 6749 §2.3.1).
  const credentials = btoa([CLIENT_ID, CLIENT_SECRET].map(encodeURIComponent).join(':'))
  const answer = await fetch(token_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token.refreshToken }),
  })
  // Whoever may not refresh is signed out here too.
  if (!answer.ok) return {}
  const tokens = await answer.json()
  return { ...token, ...kept(tokens, Date.now() + tokens.expires_in * 1000) }
}

/** @type {import('next-auth').NextAuthOptions} */
export const settings = {
  secret: COOKIE_SECRET,
  providers: [
    {
      id: 'mien',
      name: 'Mien',
      type: 'oauth',
      wellKnown: `${ISSUER}/.well-known/openid-configuration`,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      checks: ['pkce', 'state', 'nonce'],
      // Refresh tokens are given where the person is asked for consent.
      authorization: { params: { scope: 'openid email offline_access', prompt: 'consent' } },
      idToken: true,
      // The ID token tells how they signed in, userinfo their e-mail address.
      userinfo: {
        request: async ({ tokens, client }) => ({ ...(await client.userinfo(tokens)), ...tokens.claims() }),
      },
      profile: ({ sub, email }) => ({ id: sub, email }),
    },
  ],
  callbacks: {
    async jwt({ token, account, profile, trigger }) {
      if (account) {
        const { sub, email, acr, amr } = profile
        return { sub, email, acr, amr, ...kept(account, account.expires_at * 1000) }
      }
      // `update` is what a page asks for by `useSession().update()`.
      return trigger === 'update' || Date.now() >= token.expiresAt ? refresh(token) : token
    },
    session: ({ session: { expires }, token: { sub, email, acr, amr, expiresAt } }) => ({
      expires,
      expiresAt,
      user: sub === undefined ? null : { sub, email, acr, amr },
    }),
  },
}
