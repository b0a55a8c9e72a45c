import { assert } from 'chai'
import { browserOf, openParty, signUp } from '../flows/control-stories.ts'
import { startHouse } from '../flows/house.ts'
import { modelsDir } from '../media.ts'
import { callback, startProvider, type TestProvider } from '../provider/fixtures.ts'
import { purged } from '../store/fixtures.ts'
import { assertionClaims, assertionType, makeClientKey, now, signed } from '../provider/keys.ts'
import { codeIn, postTo, redeemByHand, send, signInAt } from './attacker.ts'

describe('Security: several at once, and time', function () {
  this.timeout(60_000)
  let test: TestProvider
  let key: Awaited<ReturnType<typeof makeClientKey>>
  before(async () => {
    key = await makeClientKey('ES256')
    const byKey = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key.publicJwk] } }
    const api = 'https://api.example/'
    test = await startProvider({
      resources: [{ identifier: api, scopes: { use: 'use the API' } }],
      clients: [
        {
          client_id: 'robot',
          name: 'Robot',
          type: 'confidential',
          grants: ['client_credentials'],
          resources: [api],
          ...byKey,
        },
      ],
    })
  })
  after(() => test.close())

  it('77 visits that nobody finishes are thrown away when they are over', async () => {
    const pkce = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }
    const fields = { client_id: 'demo', redirect_uri: callback, response_type: 'code', scope: 'openid' }
    const url = `${test.issuer}/authorize?${new URLSearchParams({ ...fields, ...pkce }).toString()}`
    for (let round = 0; round < 10; round += 1)
      await Promise.all(Array.from({ length: 20 }, async () => assert.equal((await send(url)).status, 303)))
    assert.equal(await purged(test.store, 'oidc_records', { limit: 1000 }), 0, 'they may still be finished')
    test.pass(900 + 60)
    assert.isAtLeast(await purged(test.store, 'oidc_records', { limit: 1000 }), 200)
  })

  // Here two houses on one SQLite file; test/nodes races real processes on PostgreSQL and Redis, for all that is good once.
  it('78 two servers on one database spend a code and a refresh token once between them', async function () {
    if (modelsDir === undefined) this.skip()
    const settings = { MIEN_FACE_WORKERS: '1' }
    const one = await startHouse({ settings })
    const rpPort = Number(new URL(one.rpOrigin).port)
    const other = await startHouse({
      dataDir: one.dataDir,
      rpPort,
      settings: { ...settings, MIEN_ISSUER: one.origin },
    })
    try {
      const visitor = browserOf(one)
      await signUp(one, 'ada@example.com', visitor)
      const party = await openParty(one)
      const request = await party.begin({ scope: 'openid offline_access', prompt: 'consent' })
      const { url } = await visitor.submit(await visitor.open(request.url), '/consent')
      const spend = (fields: Readonly<Record<string, string>>) =>
        Promise.all(
          Array.from({ length: 10 }, (_, index) =>
            postTo(`${index % 2 === 0 ? one.origin : other.origin}/token`, { client_id: 'demo', ...fields }),
          ),
        )
      const redirect = { redirect_uri: `${one.rpOrigin}/callback`, code_verifier: request.verifier }
      const codes = await spend({ grant_type: 'authorization_code', code: codeIn(url), ...redirect })
      assert.lengthOf(
        codes.filter(({ status }) => status === 200),
        1,
      )
      const again = await party.begin({ scope: 'openid offline_access', prompt: 'consent' })
      const back = await visitor.submit(await visitor.open(again.url), '/consent')
      const { refresh_token: token = '' } = await party.finish(again, back.url)
      const refreshed = await spend({ grant_type: 'refresh_token', refresh_token: token })
      assert.lengthOf(
        refreshed.filter(({ status }) => status === 200),
        1,
      )
    } finally {
      await other.close(true)
      await one.close()
    }
  })

  it('79 clocks may differ by some seconds and no more', async () => {
    const ask = async (claims: object): Promise<unknown> => {
      const assertion = await signed(key, { ...assertionClaims('robot', test.issuer), ...claims })
      const fields = {
        grant_type: 'client_credentials',
        client_assertion_type: assertionType,
        client_assertion: assertion,
      }
      return (await postTo(`${test.issuer}/token`, fields)).body['error'] ?? 'none'
    }
    assert.equal(await ask({ exp: now() - 5 }), 'none')
    assert.equal(await ask({ nbf: now() + 5 }), 'none')
    assert.equal(await ask({ exp: now() - 60 }), 'invalid_client')
    assert.equal(await ask({ nbf: now() + 60 }), 'invalid_client')
    const signedIn = await signInAt(test)
    assert.isNotEmpty(codeIn(signedIn.url))
    test.pass(90)
    assert.equal(
      (await redeemByHand(test, signedIn)).body['error'],
      'invalid_grant',
      'a code of a minute ago',
    )
  })
})
