/** Key pairs of clients under test, and what is made with them. */
import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose'

export interface ClientKey {
  readonly alg: string
  readonly publicJwk: JWK & { readonly kid: string }
  readonly publicKey: CryptoKey
  readonly privateKey: CryptoKey
}

export async function makeClientKey(alg: string, use: 'sig' | 'enc' = 'sig'): Promise<ClientKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 2048 })
  const jwk = await exportJWK(publicKey)
  return { alg, publicKey, privateKey, publicJwk: { ...jwk, kid: randomUUID(), alg, use } }
}

/** A JWT that the client signed; the header as a test wants it. */
export function signed(
  { alg, privateKey, publicJwk }: ClientKey,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg, kid: publicJwk.kid, ...header }).sign(privateKey)
}

export const now = (): number => Math.floor(Date.now() / 1000)

/** The claims of a client assertion as RFC 7523 §3 has them. */
export function assertionClaims(clientId: string, issuer: string) {
  return { iss: clientId, sub: clientId, aud: issuer, jti: randomUUID(), iat: now(), exp: now() + 60 }
}

export const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
