import { spawnSync } from 'node:child_process'
import { assert } from 'chai'
import { startProvider, type TestProvider } from './fixtures.ts'

describe('discovery', () => {
  let test: TestProvider
  let metadata: Record<string, unknown>
  before(async () => {
    test = await startProvider()
    metadata = (await (await fetch(`${test.issuer}/.well-known/openid-configuration`)).json()) as Record<
      string,
      unknown
    >
  })
  after(() => test.close())

  it('names the exact issuer and the endpoints below it', () => {
    assert.equal(metadata['issuer'], test.issuer)
    const endpoints = {
      authorization_endpoint: '/authorize',
      token_endpoint: '/token',
      userinfo_endpoint: '/userinfo',
      jwks_uri: '/jwks',
      end_session_endpoint: '/logout',
      revocation_endpoint: '/revoke',
      introspection_endpoint: '/introspect',
      device_authorization_endpoint: '/device-authorization',
      pushed_authorization_request_endpoint: '/par',
    }
    for (const [name, path] of Object.entries(endpoints))
      assert.equal(metadata[name], test.issuer + path, name)
  })

  it('advertises what is supported and nothing else', () => {
    assert.deepEqual(metadata['acr_values_supported'], ['urn:mien:acr:face', 'urn:mien:acr:password'])
    assert.deepEqual(metadata['response_types_supported'], ['code', 'none'])
    assert.deepEqual(metadata['grant_types_supported'], [
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
    ])
    assert.deepEqual(metadata['code_challenge_methods_supported'], ['S256'])
    assert.deepEqual(metadata['id_token_signing_alg_values_supported'], ['RS256', 'ES256'])
    assert.deepEqual(metadata['subject_types_supported'], ['public', 'pairwise'])
    assert.sameMembers(metadata['scopes_supported'] as string[], [
      'openid',
      'profile',
      'email',
      'offline_access',
    ])
    assert.sameMembers(metadata['token_endpoint_auth_methods_supported'] as string[], [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'none',
    ])
    assert.sameMembers(metadata['prompt_values_supported'] as string[], [
      'none',
      'login',
      'consent',
      'select_account',
      'create',
    ])
    assert.includeMembers(metadata['claims_supported'] as string[], [
      'sub',
      'acr',
      'amr',
      'auth_time',
      'email',
      'email_verified',
      'name',
      'updated_at',
    ])
    for (const [name, values] of Object.entries(metadata)) {
      if (!name.endsWith('_alg_values_supported')) continue
      for (const value of values as string[]) {
        assert.notMatch(value, /^(none|HS|A\d|dir)/, `${name}: nothing unsigned, and no shared secrets`)
      }
    }
    assert.deepEqual(metadata['dpop_signing_alg_values_supported'], ['ES256', 'PS256', 'EdDSA', 'Ed25519'])
    assert.deepEqual(metadata['authorization_signing_alg_values_supported'], ['RS256', 'ES256'])
    assert.deepEqual(metadata['userinfo_signing_alg_values_supported'], ['RS256', 'ES256'])
    assert.deepEqual(metadata['request_object_encryption_alg_values_supported'], [])
    assert.includeMembers(metadata['response_modes_supported'] as string[], [
      'query',
      'form_post',
      'query.jwt',
      'form_post.jwt',
      'jwt',
    ])
    assert.isTrue(metadata['authorization_response_iss_parameter_supported'])
    assert.isTrue(metadata['request_parameter_supported'])
    assert.isTrue(metadata['claims_parameter_supported'])
    assert.isFalse(metadata['request_uri_parameter_supported'])
    for (const absent of ['registration_endpoint']) {
      assert.notProperty(metadata, absent)
    }
  })

  it('publishes the public halves of the signing keys alone', async () => {
    const { keys } = (await (await fetch(`${test.issuer}/jwks`)).json()) as { keys: Record<string, string>[] }
    assert.deepEqual(
      keys.map(({ alg }) => alg),
      ['RS256', 'ES256'],
    )
    assert.equal(new Set(keys.map(({ kid }) => kid)).size, 2)
    for (const key of keys) {
      assert.equal(key['use'], 'sig')
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi']) assert.notProperty(key, secret)
    }
  })

  it('takes no GET at the token endpoint, and nothing at the library’s default addresses', async () => {
    assert.include([404, 405], (await fetch(`${test.issuer}/token`)).status)
    for (const path of ['/auth', '/me', '/session/end', '/reg']) {
      assert.equal((await fetch(test.issuer + path)).status, 404, path)
    }
  })

  it('starts without a word on the terminal', () => {
    const script = `import { startProvider } from './test/provider/fixtures.ts'; const t = await startProvider(); await t.close()`
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
    assert.equal(stdout + stderr, '')
  })
})
