import { assert } from 'chai'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { freePort } from '../flows/house.ts'
import { leave, signedInToLeave } from './leaving.ts'
import { openListener, type Listener } from './listener.ts'
import { readMetadata } from './metadata.ts'
import { describePlan, type Modules } from './plan.ts'
import { openSuite } from './open-suite.ts'
import { type Party, type Suite } from './suite.ts'

const secret = 'a-secret-of-more-than-thirty-two-characters'
const app: Party = { client: { client_id: 'listener' }, auth: oauth.ClientSecretBasic(secret) }

interface Listening extends Suite {
  readonly listener: Listener
}

async function open(): Promise<Listening> {
  const port = await freePort()
  const suite = await openSuite({
    clients: (rpOrigin) => [
      {
        client_id: 'listener',
        name: 'Listening App',
        type: 'confidential',
        pkce: 'exempt',
        secret,
        redirect_uris: [`${rpOrigin}/callback`],
        post_logout_redirect_uris: [`${rpOrigin}/goodbye`],
        backchannel_logout_uri: `https://localhost:${port}/backchannel`,
      },
    ],
  })
  const listener = await openListener(port)
  return {
    ...suite,
    listener,
    close: async () => {
      await listener.close()
      await suite.close()
    },
  }
}

/** Back-Channel Logout §2.4 to §2.6: what the app holds a logout token against. */
async function tellsTheApp(suite: Listening): Promise<void> {
  const { visitor, tokens } = await signedInToLeave(suite, app)
  const goodbye = `${suite.house.rpOrigin}/goodbye`
  const request = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: goodbye, state: 's' }
  assert.equal((await leave(suite, visitor, request)).target?.href, `${goodbye}?state=s`)
  // In the background: within seconds.
  const call = await suite.listener.next(20_000)
  assert.equal(call.path, '/backchannel')
  assert.include(['TLSv1.2', 'TLSv1.3'], call.version)
  assert.include(call.type, 'application/x-www-form-urlencoded')
  assert.deepEqual([...call.body.keys()], ['logout_token'])
  const keys = createRemoteJWKSet(new URL(suite.server.jwks_uri ?? ''))
  const { payload } = await jwtVerify(call.body.get('logout_token') ?? '', keys, {
    issuer: suite.server.issuer,
    audience: app.client.client_id,
    algorithms: ['RS256'],
    typ: 'logout+jwt',
    requiredClaims: ['iat', 'exp', 'jti', 'events'],
    maxTokenAge: '2 minutes',
  })
  assert.deepEqual(payload['events'], { 'http://schemas.openid.net/event/backchannel-logout': {} })
  assert.equal(payload.sub, tokens.claims.sub)
  assert.equal(payload['sid'], tokens.claims['sid'])
  assert.isString(payload['sid'])
  assert.notProperty(payload, 'nonce')
}

const modules: Modules<Listening> = {
  'oidcc-backchannel-logout-discovery-endpoint-verification': {
    shows: 'discovery says that sign-outs are told, and of which session',
    run: async ({ house }) => {
      const found = await readMetadata({ issuer: house.origin })
      assert.isTrue(found['backchannel_logout_supported'])
      assert.isTrue(found['backchannel_logout_session_supported'])
    },
  },
  'oidcc-backchannel-rp-initiated-logout': {
    shows: 'a sign-out is told to the app by a signed, short-lived token without a nonce',
    run: tellsTheApp,
  },
}

describePlan('oidcc-backchannel-rp-initiated-logout-certification-test-plan', { open, modules: [modules] })
