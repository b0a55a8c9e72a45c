import { execFile } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import { promisify } from 'node:util'
import { assert } from 'chai'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { modelsDir } from '../media.ts'
import { until } from '../until.ts'
import { browserOf, signIn, signUp, visitApp } from './control-stories.ts'
import { closeServer, freePort, startHouse, there, type House } from './house.ts'
import { createRelyingParty, type RelyingParty } from './relying-party.ts'

const mien = ['src/cli/mien.ts', 'users']

describe('An account that the operator switches off or erases beside the running server', function () {
  this.timeout(120_000)
  let house: House | undefined
  let app: Server | undefined
  let party: RelyingParty
  let told: string[] = []

  before(async function () {
    if (modelsDir === undefined) this.skip()
    const port = await freePort()
    app = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        told.push(new URLSearchParams(body).get('logout_token') ?? '')
        response.writeHead(200).end()
      })
    })
    const listening = app
    await new Promise<void>((resolve) => listening.listen(port, 'localhost', resolve))
    const callback = `http://localhost:${port}/callback`
    house = await startHouse({
      clients: `
- client_id: listening
  name: Listening Shop
  type: public
  redirect_uris: ['${callback}']
  backchannel_logout_uri: 'http://localhost:${port}/logout'
`,
    })
    party = await createRelyingParty(house.origin, callback, 'listening')
  })
  beforeEach(() => {
    told = []
  })
  after(async () => {
    if (app !== undefined) await closeServer(app)
    await house?.close()
  })

  /** As the operator does it: in a process of its own. */
  const run = async (...args: string[]): Promise<void> => {
    const { dataDir, origin } = there(house)
    const env = { ...process.env, MIEN_DATA_DIR: dataDir, MIEN_ISSUER: origin }
    await promisify(execFile)(process.execPath, [...mien, ...args], { env })
  }

  for (const [verb, ...flags] of [['disable'], ['erase', '--yes']]) {
    it(`(${verb ?? ''}) is signed out everywhere, with what apps hold, and they are told`, async () => {
      const email = `${verb ?? ''}@example.com`
      const visitor = browserOf(there(house))
      await signUp(there(house), email, visitor)
      const wish = { scope: 'openid offline_access', prompt: 'consent' }
      const tokens = await visitApp(visitor, party, wish)
      await run(verb ?? '', email, ...flags)
      assert.notEqual((await visitor.open('/account')).url.pathname, '/account')
      const refreshed = client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '')
      assert.equal(await refreshed.then(() => 'granted', errorOf), 'invalid_grant')
      const headers = { authorization: `Bearer ${tokens.access_token}` }
      assert.equal((await fetch(new URL('/userinfo', there(house).origin), { headers })).status, 401)
      assert.equal((await signIn(browserOf(there(house)), email)).status, 401)
      const keys = createRemoteJWKSet(new URL('/jwks', there(house).origin))
      const audience = 'listening'
      const { payload } = await jwtVerify(await aToken(), keys, { issuer: there(house).origin, audience })
      assert.deepEqual([payload.sub, payload['sid']], [tokens.claims()?.sub, tokens.claims()?.['sid']])
    })
  }

  /** The server looks for what is to be told every five seconds. */
  async function aToken(): Promise<string> {
    await until(() => told.length > 0, 'word to the app')
    return there(told[0])
  }
})

function errorOf(error: unknown): string {
  return error instanceof client.ResponseBodyError ? error.error : String(error)
}
