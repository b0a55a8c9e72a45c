/** The Basic plan: scopes, claims, and in which tongue. */
import { assert } from 'chai'
import { first } from './basic-clients.ts'
import type { Modules } from './plan.ts'
import { ask, authorize, codeOf, redeem, signIn, userinfo, type Suite, type Tokens } from './suite.ts'

type Infos = Readonly<Record<string, unknown>>

async function infoFor(suite: Suite, extra: Readonly<Record<string, string>>): Promise<Infos> {
  const { tokens } = await signIn(suite, first, { extra })
  assertPlain(tokens)
  return userinfo(suite, first, tokens)
}

/** OpenID Connect Core §5.4: where there is an access token, what scopes open is told at the userinfo endpoint alone. */
function assertPlain({ claims }: Tokens): void {
  assert.doesNotHaveAnyKeys(claims, ['name', 'email', 'email_verified', 'updated_at'])
}

/** Types as OpenID Connect Core §5.1 has them. */
function assertProfile(info: Infos, { person }: Suite): void {
  assert.equal(info['name'], person.name)
  assert.isNumber(info['updated_at'])
  assert.isAtMost(Number(info['updated_at']), Date.now() / 1000)
}

function assertEmail(info: Infos, { person }: Suite): void {
  assert.equal(info['email'], person.email)
  assert.isBoolean(info['email_verified'])
}

export const basicClaims: Modules = {
  'oidcc-scope-profile': {
    shows: 'profile opens the name and when it changed, which is all that is kept of the fourteen',
    run: async (suite) => {
      const info = await infoFor(suite, { scope: 'openid profile' })
      assertProfile(info, suite)
      assert.doesNotHaveAnyKeys(info, ['email', 'email_verified'])
    },
  },
  'oidcc-scope-email': {
    shows: 'email opens the address and whether it was confirmed, and not the name',
    run: async (suite) => {
      const info = await infoFor(suite, { scope: 'openid email' })
      assertEmail(info, suite)
      assert.doesNotHaveAnyKeys(info, ['name', 'updated_at'])
    },
  },
  'oidcc-scope-address': { absent: 'nothing is kept of where people live, and the scope is not on offer' },
  'oidcc-scope-phone': { absent: 'no telephone numbers are kept, and the scope is not on offer' },
  'oidcc-scope-all': {
    shows: 'all scopes at once open those on offer, and the rest is ignored',
    run: async (suite) => {
      const info = await infoFor(suite, { scope: 'openid email phone address profile' })
      assertProfile(info, suite)
      assertEmail(info, suite)
      assert.doesNotHaveAnyKeys(info, ['address', 'phone_number'])
    },
  },
  'oidcc-alternate-happy-flow': {
    shows: 'neither the order of scopes nor that of parameters matters',
    run: async (suite) => {
      const asked = ask(suite, first, { scope: 'email openid' })
      const turned = new URL(asked.url)
      turned.search = new URLSearchParams([...asked.url.searchParams].reverse()).toString()
      const answer = await authorize(suite, suite.browser(), { ...asked, url: turned })
      const tokens = await redeem(suite, first, { asked, code: codeOf(suite, first, { asked, answer }) })
      assertPlain(tokens)
      assertEmail(await userinfo(suite, first, tokens), suite)
    },
  },
  'oidcc-claims-essential': {
    shows: 'a name that an app needs is told without the scope of profiles',
    run: async (suite) => {
      const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
      const info = await infoFor(suite, { claims })
      assert.equal(info['name'], suite.person.name)
      assert.doesNotHaveAnyKeys(info, ['email', 'updated_at'])
    },
  },
  'oidcc-claims-locales': {
    shows: 'a wish for names in Swedish does no harm',
    run: async (suite) => {
      await infoFor(suite, { claims_locales: 'se' })
    },
  },
  'oidcc-ui-locales': {
    shows: 'a wish for pages in Swedish does no harm',
    run: async (suite) => {
      await infoFor(suite, { ui_locales: 'se' })
    },
  },
}
