import { assert } from 'chai'
import type { JSONWebKeySet } from 'jose'
import { startHouse, type House } from '../flows/house.ts'
import { addressesIn, readMetadata } from './metadata.ts'
import { describePlan } from './plan.ts'

const issuer = 'https://id.example.com'

/** As the proxy that ends TLS hands a request on. */
const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'id.example.com' }

async function verify(house: House): Promise<void> {
  const found = await readMetadata({ issuer, origin: house.origin, headers })
  for (const [name, address] of addressesIn(found)) {
    assert.isTrue(address.startsWith(`${issuer}/`) || address === issuer, `${name} is ${address}`)
  }
  assert.include(found.response_types_supported, 'code')
  assert.include(found.id_token_signing_alg_values_supported, 'RS256')
  assert.includeMembers(found.grant_types_supported, ['authorization_code', 'refresh_token'])
  assert.includeMembers(found.scopes_supported, ['openid', 'profile', 'email'])
  assert.includeMembers(found.claims_supported, ['sub', 'iss', 'auth_time', 'acr'])
  assert.deepEqual(found.code_challenge_methods_supported, ['S256'])
  assert.isFalse(found.request_uri_parameter_supported)
  const keys = await fetch(found.jwks_uri.replace(issuer, house.origin), { headers })
  assert.equal(keys.status, 200)
  assertPublic((await keys.json()) as JSONWebKeySet)
}

/** Each with a name of its own, and none with what signs (RFC 7517 §4.5, RFC 7518 §6). */
function assertPublic({ keys }: JSONWebKeySet): void {
  assert.isAbove(keys.length, 0)
  assert.lengthOf(new Set(keys.map(({ kid }) => kid)), keys.length)
  for (const key of keys) {
    assert.doesNotHaveAnyKeys(key, ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'priv'])
    assert.include(['RSA', 'EC'], key.kty)
    assert.equal(key.use, 'sig')
  }
}

describePlan('oidcc-config-certification-test-plan', {
  open: () => startHouse({ settings: { MIEN_ISSUER: issuer, MIEN_TRUST_PROXY: 'loopback' } }),
  modules: [
    {
      'oidcc-discovery-endpoint-verification': {
        shows: 'discovery is whole, each address is https and our own, and the keys are public',
        run: verify,
      },
    },
  ],
})
