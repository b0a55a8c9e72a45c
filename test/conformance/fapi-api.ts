/** An API for the variants of plain OAuth: it believes tokens as RFC 9068 §4 says, and only with the key that they are bound to. */
import { X509Certificate } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { insecure, type Api } from './suite.ts'

export interface OpenApi extends Api {
  close(): Promise<void>
}

export interface ApiWish {
  readonly server: oauth.AuthorizationServer
  /** Its identifier, and the audience of its tokens. */
  readonly resource: string
  readonly boundBy: 'dpop' | 'mtls'
  /** Where the proxy before it writes the certificate of the client. */
  readonly certificateHeader: string
}

/** @returns whom the token is about; rejects where it is nothing to this API */
type Check = (request: Request) => Promise<string>

/** Proofs are held against RFC 9449 §4.3 by oauth4webapi; that each comes once is the API’s own part. */
function proofs({ server, resource }: ApiWish): Check {
  const used = new Set<unknown>()
  return async (request) => {
    const options = { requireDPoP: true, ...insecure }
    const { sub } = await oauth.validateJwtAccessToken(server, request, resource, options)
    const { jti } = decodeJwt(request.headers.get('dpop') ?? '')
    if (used.has(jti)) throw new Error('the proof was used before')
    used.add(jti)
    return sub
  }
}

/** RFC 8705 §3: the certificate of the connection is the one that the token names. */
function certificates({ server, resource, certificateHeader }: ApiWish): Check {
  const keys = createRemoteJWKSet(new URL(server.jwks_uri ?? ''))
  return async (request) => {
    const [, token = ''] = /^bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
    const expected = { issuer: server.issuer, audience: resource, typ: 'at+jwt' }
    const { payload } = await jwtVerify(token, keys, expected)
    const { fingerprint256 } = new X509Certificate(
      decodeURIComponent(request.headers.get(certificateHeader) ?? ''),
    )
    const thumbprint = Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')
    const { cnf, sub } = payload
    if (!(cnf instanceof Object) || Reflect.get(cnf, 'x5t#S256') !== thumbprint)
      throw new Error('the token is bound to another certificate')
    return sub ?? ''
  }
}

const requestOf = ({ method = '', headers }: IncomingMessage, address: string): Request =>
  new Request(address, {
    method,
    headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
  })

export async function openApi(wish: ApiWish): Promise<OpenApi> {
  const check = wish.boundBy === 'dpop' ? proofs(wish) : certificates(wish)
  const server = createServer((incoming, outgoing) => {
    check(requestOf(incoming, address)).then(
      (sub) => outgoing.end(sub),
      () => outgoing.writeHead(401, { 'www-authenticate': 'DPoP error="invalid_token"' }).end(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  const address = `http://localhost:${bound.port}/accounts`
  return {
    address,
    resource: wish.resource,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
