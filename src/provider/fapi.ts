/** What the FAPI 2.0 Security Profile asks of a request beyond what the library holds. */
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { fapiAlgorithms } from './algorithms.ts'

type Claims = Readonly<Record<string, unknown>>

/** §5.4.1. */
export function isFapiAlgorithm(name: unknown): boolean {
  return fapiAlgorithms.some((each) => each === name)
}

/**
 * §5.3.2.1: the audience is the issuer, and the issuer alone, as a string.
 * @throws {errors.InvalidClientAuth}
 */
export function assertFapiAssertion(ctx: KoaContextWithOIDC, claims: Claims, header: Claims): void {
  if (claims['aud'] !== ctx.oidc.issuer) throw new errors.InvalidClientAuth('aud must be the issuer')
  if (!isFapiAlgorithm(header['alg'])) throw new errors.InvalidClientAuth('alg is not one of FAPI 2.0')
}

const longestRequestSeconds = 3600

/**
 * FAPI 2.0 Message Signing §5.3.1: short-lived, and signed as the profile allows.
 * @throws {errors.InvalidRequestObject}
 */
export function assertFapiRequestObject(ctx: KoaContextWithOIDC, claims: Claims, header: Claims): void {
  // A pushed request is held again when it is used, then in an envelope of the library's own.
  if (ctx.oidc.entities.PushedAuthorizationRequest !== undefined) return
  const { exp, nbf, aud } = claims
  if (typeof exp !== 'number' || typeof nbf !== 'number' || aud === undefined) {
    throw new errors.InvalidRequestObject('exp, nbf and aud are required')
  }
  if (!(exp > nbf && exp - nbf <= longestRequestSeconds)) {
    throw new errors.InvalidRequestObject('exp is too far from nbf')
  }
  if (!isFapiAlgorithm(header['alg'])) {
    throw new errors.InvalidRequestObject('alg is not one of FAPI 2.0')
  }
}
