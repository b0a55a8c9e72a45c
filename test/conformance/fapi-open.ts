/** Opens the house of a FAPI 2.0 variant with its two banks: signed clients or certificates, OpenID Connect or plain OAuth. */
import { readFile } from 'node:fs/promises'
import * as oauth from 'oauth4webapi'
import { makeClientKey } from '../provider/keys.ts'
import { makeAuthority } from '../servers/certificates.ts'
import { openApi } from './fapi-api.ts'
import type { Bank, Banks } from './fapi-bank.ts'
import { openSuite, type SuiteWish } from './open-suite.ts'
import type { Fetch, Suite } from './suite.ts'

/** `plain_oauth`: tokens are for an API, and nobody asks who signed in. */
export type Variant = 'openid_connect' | 'plain_oauth'

const algorithms = { id_token_signed_response_alg: 'ES256' } as const

async function makeBank(id: string): Promise<Bank> {
  const [key, rsaKey] = await Promise.all([makeClientKey('ES256'), makeClientKey('RS256')])
  return {
    id,
    key,
    rsaKey,
    client: { client_id: id, ...algorithms },
    auth: oauth.PrivateKeyJwt({ key: key.privateKey, kid: key.publicJwk.kid }),
  }
}

const resource = 'https://accounts.bank.example/'
const scope = 'accounts'
/** OpenID Connect Core §3.1.2.1: what makes a request one of OpenID Connect is left out. */
const plainRequest = { scope, resource, nonce: undefined }

const entryOf = (rpOrigin: string, { id }: Bank) => ({
  client_id: id,
  name: `The ${id}`,
  type: 'confidential',
  profile: 'fapi2',
  redirect_uris: [`${rpOrigin}/callback`],
  resources: [resource],
})

/** What the two kinds of banks have in common. */
function openHouse(variant: Variant, wish: SuiteWish): Promise<Suite> {
  const resources = [{ identifier: resource, scopes: { [scope]: 'see your accounts' }, token_alg: 'ES256' }]
  const always = variant === 'plain_oauth' ? { always: plainRequest } : {}
  return openSuite({ ...wish, resources, ...always })
}

async function withApi(variant: Variant, banks: Banks): Promise<Banks> {
  if (variant === 'openid_connect') return banks
  const { server, boundBy } = banks
  const api = await openApi({ server, resource, boundBy, certificateHeader })
  return {
    ...banks,
    api,
    close: async () => {
      await api.close()
      await banks.close()
    },
  }
}

/** The variants of signed clients and of tokens bound by proofs. */
export async function openBanks(variant: Variant): Promise<Banks> {
  const [bank, otherBank] = await Promise.all([makeBank('bank'), makeBank('other-bank')])
  const suite = await openHouse(variant, {
    clients: (rpOrigin) =>
      [bank, otherBank].map((each) => ({
        ...entryOf(rpOrigin, each),
        token_endpoint_auth_method: 'private_key_jwt',
        sender_constrained: 'dpop',
        jwks: { keys: [each.key.publicJwk, each.rsaKey.publicJwk] },
      })),
  })
  return withApi(variant, { ...suite, bank, otherBank, boundBy: 'dpop' })
}

const certificateHeader = 'x-client-cert'
const verifiedHeader = 'x-client-verify'

/** Known by a certificate whose authority the proxy trusts. */
async function makeCertifiedBank(id: string, certificate: string): Promise<Bank> {
  const proxied = { [certificateHeader]: encodeURIComponent(certificate), [verifiedHeader]: 'SUCCESS' }
  const fetchWith: Fetch = (url, options) =>
    fetch(url, {
      ...options,
      body: options.body ?? null,
      signal: options.signal ?? null,
      headers: { ...options.headers, ...proxied },
    })
  return { ...(await makeBank(id)), auth: oauth.TlsClientAuth(), fetch: fetchWith }
}

/** Their names are the hosts that their certificates are for. */
async function makeCertificates(names: readonly string[]): Promise<readonly string[]> {
  const authority = await makeAuthority()
  if (authority === undefined) throw new Error('this machine has no OpenSSL')
  const pemOf = async (name: string) => readFile((await authority.worker(name, name)).certFile, 'utf8')
  const made = await Promise.all(names.map(pemOf))
  await authority.remove()
  return made
}

/** The variants of certificates, for the clients and for their tokens (RFC 8705). */
export async function openCertifiedBanks(variant: Variant): Promise<Banks> {
  const [ownName, otherName] = ['bank.example', 'other-bank.example']
  const [own = '', other = ''] = await makeCertificates([ownName, otherName])
  const [bank, otherBank] = await Promise.all([
    makeCertifiedBank('bank', own),
    makeCertifiedBank('other-bank', other),
  ])
  const suite = await openHouse(variant, {
    settings: {
      MIEN_TRUST_PROXY: 'loopback',
      MIEN_CLIENT_CERT_HEADER: certificateHeader,
      MIEN_CLIENT_CERT_VERIFIED_HEADER: verifiedHeader,
    },
    clients: (rpOrigin) =>
      [bank, otherBank].map((each) => ({
        ...entryOf(rpOrigin, each),
        token_endpoint_auth_method: 'tls_client_auth',
        tls_san_dns: each === bank ? ownName : otherName,
        sender_constrained: 'mtls',
      })),
  })
  return withApi(variant, { ...suite, bank, otherBank, boundBy: 'mtls' })
}
