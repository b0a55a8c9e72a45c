import { assert } from 'chai'
import * as oauth from 'oauth4webapi'
import { addressesIn, readMetadata } from './metadata.ts'
import { describePlan, type Modules } from './plan.ts'
import { leave, signedInToLeave, stillSignedIn, type Leaving } from './leaving.ts'
import { openSuite } from './open-suite.ts'
import { type Party, type Suite } from './suite.ts'

const secret = 'a-secret-of-more-than-thirty-two-characters'
const app: Party = { client: { client_id: 'leaver' }, auth: oauth.ClientSecretBasic(secret) }

const open = () =>
  openSuite({
    clients: (rpOrigin) => [
      {
        client_id: 'leaver',
        name: 'Leaving App',
        type: 'confidential',
        pkce: 'exempt',
        secret,
        redirect_uris: [`${rpOrigin}/callback`],
        post_logout_redirect_uris: [`${rpOrigin}/goodbye`],
      },
    ],
  })

type Parameters = Readonly<Record<string, string>>
type Request = (given: { readonly hint: string; readonly goodbye: string }) => Parameters

async function signOut(suite: Suite, request: Request): Promise<Leaving & { readonly isOver: boolean }> {
  const { visitor, tokens } = await signedInToLeave(suite, app)
  const hint = tokens.id_token ?? ''
  const goodbye = `${suite.house.rpOrigin}/goodbye`
  const leaving = await leave(suite, visitor, request({ hint, goodbye }))
  return { ...leaving, isOver: !(await stillSignedIn(suite, app, visitor)) }
}

/** The session ends, and the browser comes to the app. */
async function comesBack(suite: Suite, request: Request): Promise<URLSearchParams> {
  const { target, isOver } = await signOut(suite, request)
  assert.isTrue(isOver, 'the session goes on')
  assert.equal(`${target?.origin ?? ''}${target?.pathname ?? ''}`, `${suite.house.rpOrigin}/goodbye`)
  return target?.searchParams ?? new URLSearchParams()
}

/** The session ends, and the browser stays here: nobody has shown that the address is the app’s. */
async function staysHere(suite: Suite, request: Request): Promise<void> {
  const { page, target, isOver } = await signOut(suite, request)
  assert.isTrue(isOver, 'the session goes on')
  assert.isUndefined(target)
  assert.equal(page.status, 200)
}

/** RP-Initiated Logout §4: what cannot be believed gets a page that says so, and nothing ends. */
async function isRefused(suite: Suite, request: Request): Promise<void> {
  const { page, target, isOver } = await signOut(suite, request)
  assert.isFalse(isOver, 'the session has ended')
  assert.isUndefined(target)
  assert.equal(page.status, 400)
}

const state = 'a-state-of-the-app'

/** With another last letter but one: the last one has bits that count for nothing. */
function spoil(token: string): string {
  const at = token.length - 2
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}

const goodRequests: Modules = {
  'oidcc-rp-initiated-logout-discovery-endpoint-verification': {
    shows: 'discovery names the address where people sign out',
    run: async ({ house }) => {
      const found = await readMetadata({ issuer: house.origin })
      const addresses = Object.fromEntries(addressesIn(found))
      assert.equal(addresses['end_session_endpoint'], `${house.origin}/logout`)
    },
  },
  'oidcc-rp-initiated-logout': {
    shows: 'after asking, the session ends and the browser goes to the registered address with the state',
    run: async (suite) => {
      const back = await comesBack(suite, ({ hint, goodbye }) => ({
        id_token_hint: hint,
        post_logout_redirect_uri: goodbye,
        state,
      }))
      assert.deepEqual([...back], [['state', state]])
    },
  },
  'oidcc-rp-initiated-logout-no-state': {
    shows: 'without a state the browser comes back without one',
    run: async (suite) => {
      const back = await comesBack(suite, ({ hint, goodbye }) => ({
        id_token_hint: hint,
        post_logout_redirect_uri: goodbye,
      }))
      assert.deepEqual([...back], [])
    },
  },
  'oidcc-rp-initiated-logout-no-params': {
    shows: 'a bare request ends the session with a page of ours',
    run: (suite) => staysHere(suite, () => ({})),
  },
  'oidcc-rp-initiated-logout-no-post-logout-redirect-uri': {
    shows: 'without an address the session ends with a page of ours',
    run: (suite) => staysHere(suite, ({ hint }) => ({ id_token_hint: hint, state })),
  },
  'oidcc-rp-initiated-logout-only-state': {
    shows: 'a state alone ends the session with a page of ours',
    run: (suite) => staysHere(suite, () => ({ state })),
  },
  'oidcc-rp-initiated-logout-no-id-token-hint': {
    shows: 'without a hint the session ends, and the address is not followed',
    run: (suite) => staysHere(suite, ({ goodbye }) => ({ post_logout_redirect_uri: goodbye, state })),
  },
}

const badRequests: Modules = {
  'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri': {
    shows: 'an address that is not registered is refused',
    run: (suite) =>
      isRefused(suite, ({ hint, goodbye }) => ({
        id_token_hint: hint,
        post_logout_redirect_uri: `${goodbye}/elsewhere`,
        state,
      })),
  },
  'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri': {
    shows: 'a registered address with a query added is refused',
    run: (suite) =>
      isRefused(suite, ({ hint, goodbye }) => ({
        id_token_hint: hint,
        post_logout_redirect_uri: `${goodbye}?foo=bar`,
        state,
      })),
  },
  'oidcc-rp-initiated-logout-modified-id-token-hint': {
    shows: 'a hint whose signature does not fit is refused',
    run: (suite) =>
      isRefused(suite, ({ hint, goodbye }) => ({
        id_token_hint: spoil(hint),
        post_logout_redirect_uri: goodbye,
        state,
      })),
  },
  'oidcc-rp-initiated-logout-bad-id-token-hint': {
    shows: 'a hint that is no ID token is refused',
    run: (suite) =>
      isRefused(suite, ({ goodbye }) => ({
        id_token_hint: 'not an ID token',
        post_logout_redirect_uri: goodbye,
        state,
      })),
  },
}

describePlan('oidcc-rp-initiated-logout-certification-test-plan', {
  open,
  modules: [goodRequests, badRequests],
})
