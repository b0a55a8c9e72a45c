import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from 'chai'
import { ClientsError, openClients, type Clients } from '../../src/provider/clients.ts'
import { makeClientKey } from './keys.ts'

const secret = 'a-secret-of-more-than-thirty-two-characters'
const back = { redirect_uris: ['https://shop.example/back'] }
const open = { client_id: 'shop', name: 'Shop', type: 'public', ...back }
const confidential = { ...open, type: 'confidential', secret }
const signer = {
  client_id: 'bank',
  name: 'Bank',
  type: 'confidential',
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: 'https://bank.example/jwks',
  ...back,
}
const bank = { ...signer, profile: 'fapi2', sender_constrained: 'dpop' }
const api = { identifier: 'https://api.example/', scopes: { read: 'read it' } }

describe('the settings of a client', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-rules-'))
    file = join(folder, 'clients.yaml')
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  const read = (client: object, resources: readonly object[] = [api]): Clients => {
    writeFileSync(file, JSON.stringify({ clients: [client], resources }))
    return openClients({ file })
  }
  const faultsOf = (client: object, resources?: readonly object[]): string => {
    try {
      read(client, resources)
    } catch (error) {
      if (error instanceof ClientsError) return error.problems.join('\n')
      throw error
    }
    return ''
  }

  it('go together where they should', () => {
    const sound: readonly object[] = [
      open,
      confidential,
      signer,
      bank,
      { ...signer, grants: ['client_credentials'], resources: [api.identifier], redirect_uris: [] },
      { ...open, grants: ['device_code', 'refresh_token'], redirect_uris: [] },
      { ...bank, sender_constrained: 'mtls', token_endpoint_auth_method: 'self_signed_tls_client_auth' },
      {
        ...confidential,
        secret: undefined,
        token_endpoint_auth_method: 'tls_client_auth',
        tls_san_dns: 'client.example',
      },
      { ...confidential, secret: undefined, secret_digests: [`sha256:${'A'.repeat(43)}`] },
    ]
    for (const client of sound) assert.equal(faultsOf(client), '', JSON.stringify(client))
  })

  it('are refused where they contradict each other', () => {
    const faulty: readonly (readonly [object, RegExp])[] = [
      [{ ...open, redirect_uris: [] }, /redirect_uris lists no address/],
      [{ ...open, grants: ['client_credentials'], resources: [api.identifier] }, /grants .*public/],
      [{ ...confidential, grants: ['client_credentials'] }, /resources lists none/],
      [{ ...open, resources: ['https://other.example/'] }, /not among the resources/],
      [{ ...open, resources: [{ identifier: api.identifier, scopes: ['write'] }] }, /no scope “write”/],
      [{ ...confidential, secret: undefined }, /secret is missing/],
      [{ ...confidential, secret_digests: [`sha256:${'A'.repeat(43)}`] }, /beside secret/],
      [{ ...confidential, secret: undefined, secret_digests: ['A'.repeat(43)] }, /mien clients secret/],
      [{ ...signer, secret }, /secret is not used/],
      [{ ...signer, jwks_uri: undefined }, /jwks is missing/],
      [{ ...signer, jwks_uri: 'http://bank.example/jwks' }, /is http/],
      [{ ...open, require_signed_request: true }, /jwks is missing/],
      [{ ...open, id_token_encryption: { alg: 'RSA-OAEP-256' } }, /jwks is missing/],
      [{ ...signer, token_endpoint_auth_method: 'tls_client_auth' }, /tls_subject_dn/],
      [{ ...signer, tls_subject_dn: 'CN=x' }, /tls_subject_dn/],
      [
        { ...open, subject_type: 'pairwise', redirect_uris: ['https://a.example/', 'https://b.example/'] },
        /sector_identifier_uri is needed/,
      ],
      [{ ...open, subject_type: 'pairwise', grants: ['device_code'], redirect_uris: [] }, /subject_type/],
      [{ ...open, id_token_encryption: { alg: 'dir' } }, /id_token_encryption/],
      [{ ...signer, assertion_alg: 'none' }, /assertion_alg/],
      [{ ...open, backchannel_logout_uri: 'com.example.app:/x' }, /is not https/],
    ]
    for (const [client, wanted] of faulty) assert.match(faultsOf(client), wanted, JSON.stringify(client))
  })

  it('of FAPI 2.0 leave no weaker way open', () => {
    const faulty: readonly (readonly [object, RegExp])[] = [
      [{ ...open, profile: 'fapi2', sender_constrained: 'dpop' }, /type must be confidential/],
      [
        { ...confidential, profile: 'fapi2', sender_constrained: 'dpop' },
        /token_endpoint_auth_method must be/,
      ],
      [{ ...bank, sender_constrained: undefined }, /sender_constrained must be/],
      [{ ...bank, pkce: 'exempt' }, /pkce must be required/],
      [{ ...bank, id_token_alg: 'RS256' }, /id_token_alg is not among/],
      [{ ...bank, assertion_alg: 'RS256' }, /assertion_alg is not among/],
    ]
    for (const [client, wanted] of faulty) assert.match(faultsOf(client), wanted, JSON.stringify(client))
    assert.deepInclude(read(bank).metadata[0], {
      require_pushed_authorization_requests: true,
      dpop_bound_access_tokens: true,
      id_token_signed_response_alg: 'ES256',
    })
  })

  it('never take a private key', async () => {
    const { publicJwk } = await makeClientKey('ES256')
    assert.equal(faultsOf({ ...signer, jwks_uri: undefined, jwks: { keys: [publicJwk] } }), '')
    const shown = { ...publicJwk, d: 'A'.repeat(43) }
    assert.match(faultsOf({ ...signer, jwks_uri: undefined, jwks: { keys: [shown] } }), /private part/)
  })

  it('name resources that are declared once, with short-lived tokens and scopes of their own', () => {
    const faulty: readonly (readonly [object[], RegExp])[] = [
      [[api, api], /more than once/],
      [[{ ...api, identifier: 'api' }], /absolute URI/],
      [[{ ...api, identifier: 'https://api.example/#x' }], /fragment/],
      [[{ ...api, token_seconds: 3600 }], /token_seconds/],
      [[{ ...api, scopes: { openid: 'x' } }], /scopes.openid/],
      [[{ ...api, scopes: { 'a b': 'x' } }], /scopes.a b/],
    ]
    for (const [resources, wanted] of faulty)
      assert.match(faultsOf(open, resources), wanted, JSON.stringify(resources))
    assert.deepEqual(read(open).scopeSentences, { read: 'read it' })
  })
})
