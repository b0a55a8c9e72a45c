import { createHash } from 'node:crypto'
import { assert } from 'chai'
import * as client from 'openid-client'
import { discover, errorOf, startProvider, type TestProvider } from './fixtures.ts'

const api = 'https://api.example/'
const [older, newer] = [
  'the-older-secret-of-more-than-32-letters',
  'the-newer-secret-of-more-than-32-letters',
] as const
const digestOf = (secret: string): string =>
  `sha256:${createHash('sha256').update(secret).digest('base64url')}`

describe('a client whose secret the operator does not keep', () => {
  let test: TestProvider
  before(async () => {
    const shared = { name: 'Robot', type: 'confidential', grants: ['client_credentials'], resources: [api] }
    const secretDigests = { secret_digests: [digestOf(older), digestOf(newer)] }
    test = await startProvider({
      resources: [{ identifier: api, scopes: { use: 'use it' } }],
      clients: [
        { ...shared, ...secretDigests, client_id: 'by-header' },
        {
          ...shared,
          ...secretDigests,
          client_id: 'by-form',
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
    })
  })
  after(() => test.close())

  const tryWith = async (id: string, authentication: client.ClientAuth): Promise<string> =>
    errorOf(client.clientCredentialsGrant(await discover(test, id, authentication)))

  it('is known by the old secret and the new one, and by nothing else', async () => {
    for (const secret of [older, newer]) {
      assert.equal(await tryWith('by-header', client.ClientSecretBasic(secret)), 'none')
      assert.equal(await tryWith('by-form', client.ClientSecretPost(secret)), 'none')
    }
    for (const wrong of [`${older}x`, older.slice(1), digestOf(older), digestOf(older).slice(7), 'x']) {
      assert.equal(await tryWith('by-header', client.ClientSecretBasic(wrong)), 'invalid_client', wrong)
      assert.equal(await tryWith('by-form', client.ClientSecretPost(wrong)), 'invalid_client', wrong)
    }
  })
})
