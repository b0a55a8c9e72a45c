import { X509Certificate } from 'node:crypto'
import { assert } from 'chai'
import * as client from 'openid-client'
import { createBrowser } from './browser.ts'
import { beginFlow, callback, discover, errorOf, startProvider, type TestProvider } from './fixtures.ts'

/** Self-signed, for a hundred years: C=AT, O=Example, CN=client.example, with a name of each kind. */
const own = `-----BEGIN CERTIFICATE-----
MIICGTCCAb+gAwIBAgIUNJPRqyT/2tces5jh8YsqVM97POkwCgYIKoZIzj0EAwIw
ODELMAkGA1UEBhMCQVQxEDAOBgNVBAoMB0V4YW1wbGUxFzAVBgNVBAMMDmNsaWVu
dC5leGFtcGxlMCAXDTI2MTEyMzE0MDAxOFoYDzIxMjYxMDMwMTQwMDE4WjA4MQsw
CQYDVQQGEwJBVDEQMA4GA1UECgwHRXhhbXBsZTEXMBUGA1UEAwwOY2xpZW50LmV4
YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT4iLFfjMK5ktcAIthUJQOD
zgTvIfnWSIdf4K6MaOyghbQRdcnyK0MsXzmWwrvLbR/VgzuXlPH/3mIC2U0N3I2S
o4GkMIGhMB0GA1UdDgQWBBTv2L9fGHY/ZF+6AomdfoDkcX8pcDAfBgNVHSMEGDAW
gBTv2L9fGHY/ZF+6AomdfoDkcX8pcDAPBgNVHRMBAf8EBTADAQH/ME4GA1UdEQRH
MEWCDmNsaWVudC5leGFtcGxlhhlodHRwczovL2NsaWVudC5leGFtcGxlL2lkhwTA
AAIHgRJvcHNAY2xpZW50LmV4YW1wbGUwCgYIKoZIzj0EAwIDSAAwRQIhAMcQJIdO
FfQoOQdAN21lKBhdJfGZWlti2/UTEuqvIVZ1AiAECM8iiuG31kwxujRE4J/Tqrcr
sG10DPFYlT7y5ZnM7g==
-----END CERTIFICATE-----`
const anothers = `-----BEGIN CERTIFICATE-----
MIIBqDCCAU2gAwIBAgIUMZENuH68bQO4koqZQls+0lIejg4wCgYIKoZIzj0EAwIw
GjEYMBYGA1UEAwwPYW5vdGhlci5leGFtcGxlMCAXDTI2MTEyMzE0MDAxOFoYDzIx
MjYxMDMwMTQwMDE4WjAaMRgwFgYDVQQDDA9hbm90aGVyLmV4YW1wbGUwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAARIgnmQ8O2laq3slEmGi62wNF+XqE0KU5Sf0e3x
1THRS/wL3DGW2bQmv0lc7O9gSKQh2OTa9tzUR1xOv5UE396Ho28wbTAdBgNVHQ4E
FgQU251tNOL6+vYLtN/FLKbIiBjLVhkwHwYDVR0jBBgwFoAU251tNOL6+vYLtN/F
LKbIiBjLVhkwDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgg9hbm90aGVyLmV4
YW1wbGUwCgYIKoZIzj0EAwIDSQAwRgIhAPNOyT8TocUi0B6op94r+68EPodISt5u
0enFNcqmy8JzAiEA7rSBM0AHL/meZmUTW8HjDNcBaA9GepP5P/gRLkO6Nw0=
-----END CERTIFICATE-----`

const header = 'x-client-cert'
const verifiedHeader = 'x-client-verify'
const api = 'https://api.example/'

const derOf = (pem: string): string => new X509Certificate(pem).raw.toString('base64')

describe('a client with a certificate, behind a proxy', () => {
  let test: TestProvider
  before(async () => {
    const shared = {
      name: 'Certified',
      type: 'confidential',
      grants: ['client_credentials'],
      resources: [api],
      sender_constrained: 'mtls',
    }
    const { x, y, crv, kty } = new X509Certificate(own).publicKey.export({ format: 'jwk' })
    const jwks = { keys: [{ kty, crv, x, y, x5c: [derOf(own)] }] }
    const byName = (name: object) => ({ ...shared, ...name, token_endpoint_auth_method: 'tls_client_auth' })
    test = await startProvider({
      certificates: { header, verifiedHeader },
      resources: [{ identifier: api, scopes: { use: 'use it' } }],
      clients: [
        { ...shared, client_id: 'listed', token_endpoint_auth_method: 'self_signed_tls_client_auth', jwks },
        {
          client_id: 'bank',
          name: 'Bank',
          type: 'confidential',
          profile: 'fapi2',
          token_endpoint_auth_method: 'tls_client_auth',
          tls_san_dns: 'client.example',
          sender_constrained: 'mtls',
          redirect_uris: [callback],
        },
        byName({ client_id: 'dn', tls_subject_dn: 'CN=client.example, O=Example, C=AT' }),
        byName({ client_id: 'dns', tls_san_dns: 'client.example' }),
        byName({ client_id: 'uri', tls_san_uri: 'https://client.example/id' }),
        byName({ client_id: 'ip', tls_san_ip: '192.0.2.7' }),
        byName({ client_id: 'email', tls_san_email: 'ops@client.example' }),
        {
          client_id: 'bound-app',
          name: 'Bound',
          type: 'public',
          redirect_uris: [callback],
          sender_constrained: 'mtls',
        },
      ],
    })
  })
  after(() => test.close())

  const ask = async (id: string, headers: Readonly<Record<string, string>>) => {
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: id })
    const response = await fetch(`${test.issuer}/token`, { method: 'POST', headers, body })
    return { status: response.status, body: (await response.json()) as Readonly<Record<string, string>> }
  }
  const withHeaders =
    (headers: Readonly<Record<string, string>>): client.CustomFetch =>
    (url, options) =>
      fetch(url, { ...options, body: options.body ?? null, headers: { ...options.headers, ...headers } })
  const escaped = encodeURIComponent(own)
  const verified = { [header]: escaped, [verifiedHeader]: 'SUCCESS' }

  it('is known by the certificate that it listed, however the proxy writes it, and by no other', async () => {
    for (const value of [escaped, derOf(own), `:${derOf(own)}:`])
      assert.equal((await ask('listed', { [header]: value })).status, 200, value.slice(0, 30))
    for (const value of [encodeURIComponent(anothers), 'not a certificate', ''])
      assert.deepInclude(await ask('listed', { [header]: value }), { status: 401 }, value.slice(0, 30))
    assert.equal((await ask('listed', {})).status, 401)
  })

  it('is known by a name in a certificate whose issuer the proxy trusts', async () => {
    for (const id of ['dn', 'dns', 'uri', 'ip', 'email']) {
      assert.equal((await ask(id, verified)).status, 200, id)
      assert.equal((await ask(id, { ...verified, [verifiedHeader]: 'FAILED' })).status, 401, id)
      assert.equal((await ask(id, { [header]: escaped })).status, 401, id)
      const other = { ...verified, [header]: encodeURIComponent(anothers) }
      assert.equal((await ask(id, other)).status, 401, id)
    }
  })

  it('gets tokens that say which certificate may use them (RFC 8705 §3.1)', async () => {
    const { body } = await ask('dns', verified)
    const payload = JSON.parse(
      Buffer.from(body['access_token']?.split('.')[1] ?? '', 'base64url').toString(),
    ) as { cnf: Record<string, string> }
    const hex = new X509Certificate(own).fingerprint256.replaceAll(':', '')
    assert.deepEqual(payload.cnf, { 'x5t#S256': Buffer.from(hex, 'hex').toString('base64url') })
  })

  it('uses a token at the userinfo endpoint with the certificate that it was given to', async () => {
    const configuration = await discover(test, 'bound-app')
    const flow = await beginFlow(configuration)
    const { url } = await createBrowser(test.issuer).open(flow.url)
    configuration[client.customFetch] = withHeaders({ [header]: encodeURIComponent(own) })
    const tokens = await client.authorizationCodeGrant(configuration, url, {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
    })
    const userinfo = () => client.fetchUserInfo(configuration, tokens.access_token, test.login.subjectId)
    await userinfo()
    configuration[client.customFetch] = withHeaders({ [header]: encodeURIComponent(anothers) })
    assert.equal(await errorOf(userinfo()), 'invalid_token')
  })

  it('may be a bank with the FAPI 2.0 Security Profile, without a key of another kind', async () => {
    const configuration = await discover(test, 'bank', client.TlsClientAuth())
    configuration[client.customFetch] = withHeaders(verified)
    const flow = await beginFlow(configuration)
    const pushed = await client.buildAuthorizationUrlWithPAR(configuration, flow.url.searchParams)
    const { url } = await createBrowser(test.issuer).open(pushed)
    const checks = {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
    }
    const tokens = await client.authorizationCodeGrant(configuration, url, checks)
    assert.equal(tokens.claims()?.sub, test.login.subjectId)
    await client.fetchUserInfo(configuration, tokens.access_token, test.login.subjectId)
    configuration[client.customFetch] = withHeaders({})
    const unproven = client.buildAuthorizationUrlWithPAR(configuration, flow.url.searchParams)
    assert.equal(await errorOf(unproven), 'invalid_client')
  })

  it('is found at start where no proxy hands certificates over', async () => {
    const clients = [
      { client_id: 'x', name: 'X', type: 'public', redirect_uris: [callback], sender_constrained: 'mtls' },
    ]
    const fault = await startProvider({ clients }).then(
      () => '',
      (error: unknown) => String(error),
    )
    assert.include(fault, 'MIEN_CLIENT_CERT_HEADER')
  })

  it('is not believed where the operator named no header', async () => {
    const other = await startProvider()
    const metadata = (await (
      await fetch(`${other.issuer}/.well-known/openid-configuration`)
    ).json()) as object
    assert.notProperty(metadata, 'tls_client_certificate_bound_access_tokens')
    assert.notInclude(JSON.stringify(metadata), 'tls_client_auth')
    await other.close()
  })
})
