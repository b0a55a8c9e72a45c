import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { createServer, type Server } from 'node:net'
import { assert } from 'chai'
import * as client from 'openid-client'
import { startHouse, there, type House } from '../flows/house.ts'
import { modelsDir } from '../media.ts'
import { createBrowser } from '../provider/browser.ts'
import {
  beginFlow,
  callback,
  discover,
  redeem,
  secret,
  startProvider,
  type TestProvider,
} from '../provider/fixtures.ts'
import { assertionClaims, assertionType, makeClientKey, signed } from '../provider/keys.ts'
import { postTo, send, type Answer } from './attacker.ts'

const issuer = 'https://id.example.com'
/** As the proxy in front of an HTTPS address hands requests over. */
const forwarded = { 'x-forwarded-proto': 'https' }
/** Ways to write this machine and its neighbours. */
const inward = ['127.0.0.1', '[::1]', 'localhost', '2130706433', '169.254.169.254', '10.0.0.1']
const signer = { name: 'Signer', type: 'confidential', token_endpoint_auth_method: 'private_key_jwt' }
const elsewhere = 'http://127.0.0.1:4999/callback'

async function listen(server: Server | HttpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const yamlOf = (entries: readonly object[]): string =>
  entries.map((entry) => `- ${JSON.stringify(entry)}\n`).join('')

describe('Security: what the provider fetches, and names that differ by app', function () {
  this.timeout(90_000)
  let real: House | undefined
  let test: TestProvider
  let key: Awaited<ReturnType<typeof makeClientKey>>
  let trap: Server
  let visits = 0
  let hostile: HttpServer
  let leaked = 0

  before(async function () {
    if (modelsDir === undefined) this.skip()
    key = await makeClientKey('ES256')
    trap = createServer((socket) => {
      visits += 1
      socket.destroy()
    })
    hostile = createHttpServer((request, response) => {
      if (request.url === '/redirect') response.writeHead(302, { location: '/inside' }).end()
      if (request.url === '/large') response.end(Buffer.alloc(1024 * 1024, ' '))
      if (request.url === '/junk') response.end('{"keys":[null,{"kty":"oct","k":"eA"},{"kty":"RSA"}]}')
      if (request.url === '/inside') {
        leaked += 1
        response.end(JSON.stringify({ keys: [key.publicJwk] }))
      }
      // `/slow` never answers.
    })
    const trapPort = await listen(trap)
    const hostilePort = await listen(hostile)
    const redirects = { redirect_uris: ['https://one.example/cb'] }
    real = await startHouse({
      settings: { MIEN_FACE_WORKERS: '1', MIEN_ISSUER: issuer, MIEN_TRUST_PROXY: 'loopback' },
      clients: yamlOf([
        {
          client_id: 'inward-sector',
          name: 'Inward',
          type: 'public',
          subject_type: 'pairwise',
          sector_identifier_uri: `https://127.0.0.1:${trapPort}/sector`,
          redirect_uris: ['https://one.example/cb', 'https://two.example/cb'],
        },
        ...inward.map((host, index) => ({
          ...signer,
          ...redirects,
          client_id: `inward-${index}`,
          jwks_uri: `https://${host}:${trapPort}/keys`,
        })),
      ]),
    })
    const pairwise = { name: 'Pairwise', type: 'confidential', secret, subject_type: 'pairwise' }
    test = await startProvider({
      clients: [
        ...['redirect', 'large', 'slow', 'junk'].map((name) => ({
          ...signer,
          ...redirects,
          client_id: `hostile-${name}`,
          jwks_uri: `http://127.0.0.1:${hostilePort}/${name}`,
        })),
        { ...pairwise, client_id: 'elsewhere', redirect_uris: [elsewhere] },
        { ...pairwise, client_id: 'neighbour', redirect_uris: [callback] },
      ],
    })
  })
  after(async () => {
    trap.close()
    hostile.closeAllConnections()
    hostile.close()
    await real?.close()
    await test.close()
  })

  const prove = async (origin: string, id: string, audience: string): Promise<Answer> => {
    const assertion = await signed(key, assertionClaims(id, audience))
    const fields = { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://one.example/cb' }
    const proof = { client_assertion_type: assertionType, client_assertion: assertion }
    return postTo(`${origin}/token`, { ...fields, ...proof }, forwarded)
  }

  it('43 two apps know a person by two names that cannot be worked out, and a list of apps is not fetched from inside our network', async () => {
    const subOf = async (id: string, redirectUri: string): Promise<string> => {
      const configuration = await discover(test, id, client.ClientSecretBasic(secret))
      const flow = await beginFlow(configuration, { redirect_uri: redirectUri })
      return (await redeem(flow, (await createBrowser(test.issuer).open(flow.url)).url)).claims()?.sub ?? ''
    }
    const [one, other, neighbour] = [
      await subOf('strict-shop', callback),
      await subOf('elsewhere', elsewhere),
      await subOf('neighbour', callback),
    ]
    assert.equal(new Set([one, other, test.login.subjectId]).size, 3)
    assert.equal(one, neighbour, 'apps of one host share a name (OpenID Connect Core §8.1)')
    // 256 bits of a keyed digest.
    for (const sub of [one, other]) assert.match(sub, /^[A-Za-z0-9_-]{43}$/)
    const query = {
      client_id: 'inward-sector',
      redirect_uri: 'https://one.example/cb',
      response_type: 'code',
      scope: 'openid',
    }
    const pkce = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }
    const url = `${there(real).origin}/authorize?${new URLSearchParams({ ...query, ...pkce }).toString()}`
    const { status, text } = await send(url, { headers: forwarded })
    assert.equal(status, 400)
    assert.notInclude(text, '127.0.0.1')
    assert.equal(visits, 0)
  })

  it('44 keys of apps are not fetched from inside our network however it is written, nor by redirects, nor without end', async () => {
    for (const [index, host] of inward.entries()) {
      const answer = await prove(there(real).origin, `inward-${index}`, issuer)
      assert.deepEqual([answer.status, answer.body['error']], [401, 'invalid_client'], host)
      assert.notMatch(answer.text, /ECONN|127\.0|refused|reached/, 'nothing is told of what is there')
    }
    assert.equal(visits, 0)
    const began = performance.now()
    const answers = await Promise.all(
      ['redirect', 'large', 'slow', 'junk'].map((name) => prove(test.issuer, `hostile-${name}`, test.issuer)),
    )
    for (const { status, body } of answers) assert.deepEqual([status, body['error']], [401, 'invalid_client'])
    assert.isBelow(performance.now() - began, 15_000)
    assert.equal(leaked, 0)
    assert.deepEqual(test.serverErrors, [])
  })
})
