import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { assert } from 'chai'
import * as client from 'openid-client'
import { startHouse, there, type House } from './house.ts'
import { createAccount } from './stories.ts'

const program = fileURLToPath(new URL('../../src/cli/mien.ts', import.meta.url))

describe('An app that is made while the server runs', function () {
  this.timeout(120_000)
  let house: House | undefined
  let person: Awaited<ReturnType<typeof createAccount>> | undefined
  before(async () => {
    house = await startHouse()
    person = await createAccount(house, 'early@example.com')
    await person.visitor.submit(person.page, '/enrol/later')
  })
  after(() => house?.close())

  const mien = async (...args: readonly string[]): Promise<string> => {
    const { dataDir, origin } = there(house)
    const env = { ...process.env, MIEN_DATA_DIR: dataDir, MIEN_ISSUER: origin }
    const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const [said, complaints] = [text(child.stdout), text(child.stderr)]
    await once(child, 'close')
    assert.equal(child.exitCode, 0, await complaints)
    return said
  }
  const apply = async (document: object): Promise<string> => {
    const file = join(there(house).dataDir, 'house.yaml')
    await writeFile(file, JSON.stringify({ version: 1, ...document }))
    return mien('apply', file, '--prune', '--json')
  }
  const ask = async (scope = 'openid', extra: Readonly<Record<string, string>> = {}) => {
    const { origin, rpOrigin } = there(house)
    const url = new URL(`${origin}/authorize`)
    url.search = new URLSearchParams({
      client_id: 'late',
      response_type: 'code',
      scope,
      redirect_uri: `${rpOrigin}/callback`,
      code_challenge: await client.calculatePKCECodeChallenge(client.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
      ...extra,
    }).toString()
    return there(person).visitor.open(url)
  }

  it('is asked about on the consent page in the words of its API, at once and as long as it is there', async () => {
    const late = {
      client_id: 'late',
      name: 'Late Shop',
      type: 'public',
      redirect_uris: [`${there(house).rpOrigin}/callback`],
      resources: ['https://api.example/'],
    }
    const resources = [{ identifier: 'https://api.example/', scopes: { read: 'read your orders' } }]
    assert.include((await ask()).text, 'The app that sent you here is not known')
    await apply({ resources, clients: [late] })
    const { text: page } = await ask('openid read', { resource: 'https://api.example/' })
    assert.include(page, 'Late Shop')
    assert.include(page, 'read your orders')
    assert.notInclude(page, 'Nobody here has checked this app')
    await mien('clients', 'edit', 'late', '--set', 'name=Early Shop')
    assert.include((await ask()).text, 'Early Shop')
    await apply({ resources: [], clients: [] })
    assert.include((await ask()).text, 'The app that sent you here is not known')
  })
})
