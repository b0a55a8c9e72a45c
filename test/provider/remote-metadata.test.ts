import { assert } from 'chai'
import * as client from 'openid-client'
import { OutboundRefused } from '../../src/provider/outbound.ts'
import { createBrowser } from './browser.ts'
import {
  beginFlow,
  callback,
  discover,
  errorOf,
  redeem,
  secret,
  startProvider,
  type TestProvider,
} from './fixtures.ts'
import { makeClientKey, type ClientKey } from './keys.ts'

const other = 'https://other.example/callback'
const sector = 'https://sector.example/list.json'
const keysAddress = 'https://signer.example/jwks'
const api = 'https://api.example/'

describe('What a client keeps on the web', () => {
  let test: TestProvider
  let key: ClientKey
  const web = new Map<string, unknown>()
  const called: string[] = []
  before(async () => {
    key = await makeClientKey('ES256')
    const shared = { type: 'confidential', subject_type: 'pairwise', sector_identifier_uri: sector, secret }
    test = await startProvider({
      outbound: (address) => {
        called.push(address)
        const found = web.get(address)
        return found === undefined
          ? Promise.reject(new OutboundRefused('nothing is there'))
          : Promise.resolve(Response.json(found))
      },
      resources: [{ identifier: api, scopes: { use: 'use it' } }],
      clients: [
        { ...shared, client_id: 'one', name: 'One', redirect_uris: [callback, other] },
        { ...shared, client_id: 'two', name: 'Two', redirect_uris: [callback] },
        { ...shared, client_id: 'liar', name: 'Liar', redirect_uris: [callback, 'https://liar.example/'] },
        {
          client_id: 'signer',
          name: 'Signer',
          type: 'confidential',
          token_endpoint_auth_method: 'private_key_jwt',
          jwks_uri: keysAddress,
          grants: ['client_credentials'],
          resources: [api],
        },
      ],
    })
  })
  after(() => test.close())

  const subjectAt = async (id: string): Promise<string | undefined> => {
    const configuration = await discover(test, id, client.ClientSecretBasic(secret))
    const flow = await beginFlow(configuration)
    const { url } = await createBrowser(test.issuer).open(flow.url)
    return (await redeem(flow, url)).claims()?.sub
  }

  it('makes apps of one sector know a person by one name, which is not the one that others know', async () => {
    web.set(sector, [callback, other])
    const [one, two] = [await subjectAt('one'), await subjectAt('two')]
    assert.equal(one, two)
    assert.notEqual(one, test.login.subjectId)
    assert.notEqual(one, await subjectAt('strict-shop'))
  })

  it('does not take in an app whose addresses are not all in the list, or without a list', async () => {
    for (const list of [[callback], {}, 'text', undefined]) {
      web.set(sector, list)
      const page = await createBrowser(test.issuer).open(
        `/authorize?client_id=liar&response_type=code&redirect_uri=${encodeURIComponent(callback)}`,
      )
      assert.equal(page.status, 400, JSON.stringify(list))
    }
  })

  it('holds the public keys of one that signs, which are called for when they are needed', async () => {
    const configuration = await discover(
      test,
      'signer',
      client.PrivateKeyJwt({ key: key.privateKey, kid: key.publicJwk.kid }),
    )
    assert.notInclude(called, keysAddress)
    assert.equal(await errorOf(client.clientCredentialsGrant(configuration)), 'invalid_client')
    web.set(keysAddress, { keys: [key.publicJwk] })
    assert.isString((await client.clientCredentialsGrant(configuration)).access_token)
    assert.include(called, keysAddress)
    assert.deepEqual(test.serverErrors, [])
  })
})
