import { assert } from 'chai'
import * as oauth from 'oauth4webapi'
import { createBrowser } from './browser.ts'
import { callback, startProvider, type TestProvider } from './fixtures.ts'
import { makeClientKey, type ClientKey } from './keys.ts'

const api = 'https://photos.example/'
// eslint-disable-next-line @typescript-eslint/no-deprecated -- the provider under test is on this machine
const insecure = { [oauth.allowInsecureRequests]: true } as const

describe('A bank and an API that nobody of this house wrote', () => {
  let test: TestProvider
  let key: ClientKey
  let server: oauth.AuthorizationServer
  let authentication: oauth.ClientAuth
  const bank: oauth.Client = { client_id: 'bank' }
  before(async () => {
    key = await makeClientKey('ES256')
    test = await startProvider({
      resources: [{ identifier: api, scopes: { 'photos:read': 'see your photos' }, token_alg: 'ES256' }],
      clients: [
        {
          client_id: 'bank',
          name: 'Bank',
          type: 'confidential',
          profile: 'fapi2',
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [key.publicJwk] },
          require_signed_request: true,
          sender_constrained: 'dpop',
          redirect_uris: [callback],
          resources: [api],
        },
      ],
    })
    const issuer = new URL(test.issuer)
    server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
    authentication = oauth.PrivateKeyJwt({ key: key.privateKey, kid: key.publicJwk.kid })
  })
  after(() => test.close())

  /** Once more where the provider asks for its nonce. */
  const withNonce = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call()
    } catch (error) {
      if (!oauth.isDPoPNonceError(error)) throw error
    }
    return call()
  }

  const signIn = async (DPoP: oauth.DPoPHandle): Promise<oauth.TokenEndpointResponse> => {
    const verifier = oauth.generateRandomCodeVerifier()
    const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
    const parameters = new URLSearchParams({
      client_id: 'bank',
      response_type: 'code',
      response_mode: 'jwt',
      redirect_uri: callback,
      scope: 'openid photos:read',
      resource: api,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    })
    const request = await oauth.issueRequestObject(server, bank, parameters, {
      key: key.privateKey,
      kid: key.publicJwk.kid,
    })
    const pushed = await withNonce(async () => {
      const form = new URLSearchParams({ request })
      const answer = await oauth.pushedAuthorizationRequest(server, bank, authentication, form, {
        DPoP,
        ...insecure,
      })
      return oauth.processPushedAuthorizationResponse(server, bank, answer)
    })
    const url = new URL(server.authorization_endpoint ?? '')
    url.searchParams.set('client_id', 'bank')
    url.searchParams.set('request_uri', pushed.request_uri)
    const { url: back } = await createBrowser(test.issuer).open(url)
    const answered = await oauth.validateJwtAuthResponse(server, bank, back, state, insecure)
    return withNonce(async () => {
      const answer = await oauth.authorizationCodeGrantRequest(
        server,
        bank,
        authentication,
        answered,
        callback,
        verifier,
        {
          DPoP,
          additionalParameters: { resource: api },
          ...insecure,
        },
      )
      return oauth.processAuthorizationCodeResponse(server, bank, answer, { expectedNonce: nonce })
    })
  }

  it('agree with it on a signed and pushed request, a signed answer, an assertion and a bound token', async () => {
    const keys = await oauth.generateKeyPair('ES256')
    const DPoP = oauth.DPoP(bank, keys)
    const tokens = await signIn(DPoP)
    assert.equal(tokens.token_type, 'dpop')
    const requests: Request[] = []
    await oauth.protectedResourceRequest(
      tokens.access_token,
      'GET',
      new URL(`${api}albums`),
      undefined,
      undefined,
      {
        DPoP,
        [oauth.customFetch]: (address, options) => {
          requests.push(new Request(address, { method: options.method, headers: options.headers }))
          return Promise.resolve(new Response())
        },
      },
    )
    const [request] = requests
    if (request === undefined) return assert.fail('the API was not asked')
    const claims = await oauth.validateJwtAccessToken(server, request, api, {
      requireDPoP: true,
      ...insecure,
    })
    assert.equal(claims.sub, test.login.subjectId)
    assert.equal(claims.scope, 'photos:read')
    assert.equal(claims.cnf?.jkt, await DPoP.calculateThumbprint())
  })

  it('agree that a token is worth nothing without its key', async () => {
    const DPoP = oauth.DPoP(bank, await oauth.generateKeyPair('ES256'))
    const { access_token: token } = await signIn(DPoP)
    const stolen = new Request(`${api}albums`, { headers: { authorization: `Bearer ${token}` } })
    const taken = await oauth.validateJwtAccessToken(server, stolen, api, insecure).then(
      () => true,
      () => false,
    )
    assert.isFalse(taken)
  })
})
