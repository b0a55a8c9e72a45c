/** What the tokens of a bank open: userinfo, or in plain OAuth an API that this house has not written. */
import { createHash, randomUUID } from 'node:crypto'
import { assert } from 'chai'
import * as oauth from 'oauth4webapi'
import { now, signed } from '../provider/keys.ts'
import { boundBy, ownKey, withNonce, type Assertion, type Banks, type BankTokens } from './fapi-bank.ts'
import { optionsOf, type Suite } from './suite.ts'

/** Where tokens are shown. */
export const addressIn = ({ api, server }: Suite): string => api?.address ?? server.userinfo_endpoint ?? ''

/** Asks with the token as its bank does. @returns whom the token is about */
export async function openBy(suite: Banks, tokens: BankTokens): Promise<string> {
  const { server, bank, api } = suite
  const { access_token: token, claims } = tokens
  const options = optionsOf(bank, boundBy(suite).DPoP)
  return withNonce(async () => {
    if (api === undefined) {
      const response = await oauth.userInfoRequest(server, bank.client, token, options)
      const about = claims?.sub ?? assert.fail('no ID token')
      return (await oauth.processUserInfoResponse(server, bank.client, about, response)).sub
    }
    const address = new URL(api.address)
    const response = await oauth.protectedResourceRequest(
      token,
      'GET',
      address,
      undefined,
      undefined,
      options,
    )
    assert.equal(response.status, 200)
    return response.text()
  })
}

/** A proof for it by hand (RFC 9449 §4.2). */
export function proofFor(
  suite: Suite,
  token: string,
  { claims = {}, header = {}, by = ownKey }: Assertion & { readonly header?: object } = {},
): Promise<string> {
  const { kty, crv, x, y } = by.publicJwk
  const whole = {
    jti: randomUUID(),
    htm: 'GET',
    htu: addressIn(suite),
    iat: now(),
    ath: createHash('sha256').update(token).digest('base64url'),
    ...claims,
  }
  return signed(by, whole, { typ: 'dpop+jwt', jwk: { kty, crv, x, y }, kid: undefined, ...header })
}

/** Asks there with headers by hand. */
export function askByHand(suite: Suite, headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(addressIn(suite), { headers })
}

/** The nonce that the next proof has to carry. */
export async function nonceFor(suite: Suite, token: string): Promise<string> {
  const dpop = await proofFor(suite, token)
  const response = await askByHand(suite, { authorization: `DPoP ${token}`, dpop })
  return response.headers.get('dpop-nonce') ?? ''
}
