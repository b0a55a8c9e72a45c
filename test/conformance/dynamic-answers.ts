/** The Dynamic plan: an app that registered itself is served like any other. */
import { assert } from 'chai'
import { decodeProtectedHeader } from 'jose'
import * as oauth from 'oauth4webapi'
import { addressesIn, readMetadata } from './metadata.ts'
import { grants, register, registrationError, visit, type Metadata, type Registry } from './newcomers.ts'
import type { Modules } from './plan.ts'
import { insecure, userinfo } from './suite.ts'

async function verifyMetadata({ house }: Registry): Promise<void> {
  const found = await readMetadata({ issuer: house.origin })
  for (const [name, address] of addressesIn(found)) assert.isTrue(address.startsWith(house.origin), name)
  assert.isString(found.registration_endpoint)
  assert.include(found.id_token_signing_alg_values_supported, 'RS256')
  assert.include(found.response_types_supported, 'code')
  assert.includeMembers(found.subject_types_supported, ['public', 'pairwise'])
}

/** OpenID Connect Core §5.3.2: the answer itself is a JWT. */
async function signedInfo(registry: Registry): Promise<void> {
  const party = await register(registry, { userinfo_signed_response_alg: 'RS256' })
  const { tokens } = await visit(registry, party, { extra: { scope: 'openid email' } })
  const { server, person } = registry
  const response = await oauth.userInfoRequest(server, party.client, tokens.access_token, insecure)
  assert.include(response.headers.get('content-type') ?? '', 'application/jwt')
  const info = await oauth.processUserInfoResponse(server, party.client, tokens.claims.sub, response)
  await oauth.validateApplicationLevelSignature(server, response, insecure)
  assert.equal(info.email, person.email)
}

async function refresh(registry: Registry): Promise<void> {
  const { server } = registry
  const [party, other] = await Promise.all([register(registry, grants), register(registry, grants)])
  const extra = { scope: 'openid offline_access', prompt: 'consent' }
  const { tokens } = await visit(registry, party, { extra })
  const token = tokens.refresh_token ?? assert.fail('no refresh token')
  const stolen = await oauth.refreshTokenGrantRequest(server, other.client, other.auth, token, insecure)
  assert.equal(stolen.status, 400)
  const response = await oauth.refreshTokenGrantRequest(server, party.client, party.auth, token, insecure)
  const fresh = await oauth.processRefreshTokenResponse(server, party.client, response)
  assert.equal(oauth.getValidatedIdTokenClaims(fresh)?.sub, tokens.claims.sub)
}

/** Pairwise subjects, counted by the place of the list (OpenID Connect Core §8.1). */
async function sectors(registry: Registry): Promise<void> {
  const { listener, backRoom, callback } = registry
  listener.serve('/sector', [callback, `${callback}/two`])
  const shared = { subject_type: 'pairwise', sector_identifier_uri: `${backRoom}/sector` }
  const subjectOf = async (metadata: Metadata): Promise<string> => {
    const { tokens } = await visit(registry, await register(registry, metadata))
    return tokens.claims.sub
  }
  const inside = await subjectOf(shared)
  assert.equal(await subjectOf({ ...shared, redirect_uris: [callback, `${callback}/two`] }), inside)
  assert.notEqual(await subjectOf({}), inside)
}

const answers: Modules<Registry> = {
  'oidcc-server': {
    shows: 'an app registers itself, signs a person in and asks who it is',
    run: async (registry) => {
      const party = await register(registry)
      const { tokens } = await visit(registry, party)
      assert.equal((await userinfo(registry, party, tokens)).sub, tokens.claims.sub)
    },
  },
  'oidcc-discovery-endpoint-verification': {
    shows: 'discovery says where apps register, and what they may ask for',
    run: verifyMetadata,
  },
  'oidcc-idtoken-rs256': {
    shows: 'ID tokens are signed with RS256 for an app that registers it',
    run: async (registry) => {
      const party = await register(registry, { id_token_signed_response_alg: 'RS256' })
      const { tokens } = await visit(registry, party)
      assert.equal(decodeProtectedHeader(tokens.id_token ?? '').alg, 'RS256')
    },
  },
  'oidcc-userinfo-rs256': { shows: 'userinfo is signed for an app that registers it', run: signedInfo },
  'oidcc-refresh-token': { shows: 'a refresh token works for its own app alone', run: refresh },
  'oidcc-registration-sector-uri': {
    shows: 'apps of one sector know a person by one name, which is not the one that others know',
    run: sectors,
  },
  'oidcc-registration-sector-bad': {
    shows: 'an app whose address is not in the list of its sector cannot register',
    run: async (registry) => {
      registry.listener.serve('/bad-sector', [`${registry.callback}/elsewhere`])
      const sector_identifier_uri = `${registry.backRoom}/bad-sector`
      const error = await registrationError(registry, { subject_type: 'pairwise', sector_identifier_uri })
      assert.equal(error, 'invalid_client_metadata')
    },
  },
}

const shownNowhere =
  'the consent page shows nothing that an app says of itself but its name and host: nobody here has looked at it'
const byReference = 'request_uri by address would be a call to a stranger’s server; PAR does it'

const absent: Modules<Registry> = {
  'oidcc-idtoken-unsigned': { absent: 'there is no alg "none" here; nobody has to believe it' },
  'oidcc-registration-logo-uri': { absent: shownNowhere },
  'oidcc-registration-policy-uri': { absent: shownNowhere },
  'oidcc-registration-tos-uri': { absent: shownNowhere },
  'oidcc-request-uri-unsigned': { absent: byReference },
  'oidcc-request-uri-signed-rs256': { absent: byReference },
}

export const dynamicAnswers: Modules<Registry> = { ...answers, ...absent }
