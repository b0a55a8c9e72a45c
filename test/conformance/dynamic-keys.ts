/** The Dynamic plan: keys of apps and of ours, which change while both go on. */
import { assert } from 'chai'
import { decodeProtectedHeader } from 'jose'
import * as oauth from 'oauth4webapi'
import { privateFiles } from '../../src/provider/private-documents.ts'
import { rotateSigningKeys } from '../../src/provider/signing-keys.ts'
import { makeClientKey, signed, type ClientKey } from '../provider/keys.ts'
import { grants, register, visit, withPkce, type Metadata, type Registry } from './newcomers.ts'
import type { Modules } from './plan.ts'
import { ask, authorize, codeOf, discover, insecure, redeem, type Party } from './suite.ts'

/** Signs its assertions for the issuer as the audience (RFC 7523 §3). */
const signingWith = (party: Party, { privateKey, publicJwk }: ClientKey): Party => ({
  ...party,
  auth: oauth.PrivateKeyJwt({ key: privateKey, kid: publicJwk.kid }),
})

const signsItself = { token_endpoint_auth_method: 'private_key_jwt' }

/** A signed request counts, and what stands beside it does not (OpenID Connect Core §6.1). */
async function signedRequest(registry: Registry): Promise<void> {
  const key = await makeClientKey('RS256')
  const party = await register(registry, {
    jwks: { keys: [{ ...key.publicJwk }] },
    request_object_signing_alg: 'RS256',
  })
  const { extra, verifier } = await withPkce()
  const asked = ask(registry, party, extra)
  const claims = {
    ...Object.fromEntries(asked.url.searchParams),
    iss: party.client.client_id,
    aud: registry.server.issuer,
    exp: Math.floor(Date.now() / 1000) + 60,
  }
  const url = new URL(asked.url)
  url.searchParams.set('redirect_uri', `${registry.callback}/elsewhere`)
  url.searchParams.set('request', await signed(key, claims))
  const answer = await authorize(registry, registry.browser(), { ...asked, url })
  assert.equal(answer.target, registry.callback)
  const code = codeOf(registry, party, { asked, answer })
  await redeem(registry, party, { asked, code, verifier })
}

/** OpenID Connect Core §10.1.1: another key signs, and the app finds it by its name. */
async function rotatesOurs(registry: Registry): Promise<void> {
  const { house } = registry
  const party = await register(registry)
  const kidOf = async (): Promise<string> => {
    // Without the keys that were read before.
    const afresh = { ...registry, server: await discover(house.origin) }
    const { tokens } = await visit(afresh, party)
    return decodeProtectedHeader(tokens.id_token ?? '').kid ?? ''
  }
  const old = await kidOf()
  await rotateSigningKeys(privateFiles(house.dataDir), { now: house.clock(), sessionSeconds: 43_200 })
  await house.app.refreshKeys()
  // New keys are shown for two hours before they sign.
  house.pass(2 * 3600 + 60)
  await house.app.refreshKeys()
  const fresh = await kidOf()
  assert.notEqual(fresh, old)
}

/** The library and the app have no other clock. */
async function atProcessTime<T>(secondsAhead: number, work: () => Promise<T>): Promise<T> {
  const now = Date.now.bind(Date)
  Date.now = () => now() + secondsAhead * 1000
  try {
    return await work()
  } finally {
    Date.now = now
  }
}

async function rotatesTheirs(registry: Registry): Promise<void> {
  const [first, second] = await Promise.all([makeClientKey('RS256'), makeClientKey('RS256')])
  const path = '/rotating-keys'
  registry.listener.serve(path, { keys: [first.publicJwk] })
  const jwks_uri = `${registry.backRoom}${path}`
  const party = await register(registry, { ...signsItself, ...grants, jwks_uri })
  const extra = { scope: 'openid offline_access', prompt: 'consent' }
  const { tokens } = await visit(registry, signingWith(party, first), { extra })
  const token = tokens.refresh_token ?? assert.fail('no refresh token')
  registry.listener.serve(path, { keys: [second.publicJwk] })
  const { client, auth } = signingWith(party, second)
  // Keys of apps are asked for once a minute at most, by the clock of the process.
  const response = await atProcessTime(60, () =>
    oauth.refreshTokenGrantRequest(registry.server, client, auth, token, insecure),
  )
  const fresh = await oauth.processRefreshTokenResponse(registry.server, client, response)
  assert.isString(fresh.access_token)
}

async function signsAssertions(registry: Registry, keys: (key: ClientKey) => Metadata): Promise<void> {
  const key = await makeClientKey('RS256')
  const party = await register(registry, { ...signsItself, ...keys(key) })
  await visit(registry, signingWith(party, key))
}

export const dynamicKeys: Modules<Registry> = {
  'oidcc-registration-jwks-uri': {
    shows: 'the keys of an app are called for where it keeps them',
    run: (registry) =>
      signsAssertions(registry, (key) => {
        registry.listener.serve('/keys', { keys: [key.publicJwk] })
        return { jwks_uri: `${registry.backRoom}/keys` }
      }),
  },
  'oidcc-ensure-client-assertion-with-iss-aud-succeeds': {
    shows: 'an app that signs for the issuer as the audience is known',
    run: (registry) => signsAssertions(registry, ({ publicJwk }) => ({ jwks: { keys: [{ ...publicJwk }] } })),
  },
  'oidcc-ensure-request-object-with-redirect-uri': {
    shows: 'the address in a signed request counts, and the one beside it does not',
    run: signedRequest,
  },
  'oidcc-refresh-token-rp-key-rotation': {
    shows: 'an app with new keys goes on refreshing',
    run: rotatesTheirs,
  },
  'oidcc-server-rotate-keys': {
    shows: 'our own keys change, and ID tokens are verified as before',
    run: rotatesOurs,
  },
}
