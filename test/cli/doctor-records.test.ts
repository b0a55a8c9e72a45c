import { assert } from 'chai'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkBackup, checkIntegrity, checkKeys } from '../../src/cli/doctor/records.ts'
import { checkProxy } from '../../src/cli/doctor/proxy.ts'
import type { Check } from '../../src/cli/doctor/findings.ts'
import type { Config } from '../../src/config.ts'
import { hasPostgres } from '../servers/postgres.ts'
import { sharedPostgres } from '../servers/shared-postgres.ts'
import { configIn, furnish, keysKey, makeFolder, openHouse, type Folder } from '../backup/houses.ts'
import { createServer, type IncomingMessage, type Server } from 'node:http'

describe('The doctor, of what is kept', function () {
  this.timeout(60_000)
  let folder: Folder
  beforeEach(() => {
    folder = makeFolder()
  })
  afterEach(() => {
    folder.remove()
  })

  const ask = async (check: Check, config: Config, daysLater = 0) => {
    const now = (): Date => new Date(Date.now() + daysLater * 86_400_000)
    const findings = await check({ config, now, patienceMs: 5000 })
    return { states: findings.map(({ state }) => state), says: findings.map(({ says }) => says).join(' ') }
  }

  it('has nothing to say where there is no house yet', async () => {
    const config = configIn(join(folder.path, 'none'))
    for (const check of [checkIntegrity, checkKeys, checkBackup])
      assert.isEmpty((await ask(check, config)).states)
  })

  it('finds a whole database whole, and one with a damaged page damaged', async () => {
    const config = configIn(folder.path)
    await furnish(config)
    assert.deepEqual((await ask(checkIntegrity, config)).states, ['ok'])
    const path = join(folder.path, 'mien.sqlite')
    const bytes = readFileSync(path)
    bytes.fill(0xff, 4096 * 3, 4096 * 9)
    writeFileSync(path, bytes)
    assert.deepEqual((await ask(checkIntegrity, config)).states, ['fail'])
  })

  it('warns of keys that do not change, and of keys that cannot be read', async () => {
    const config = configIn(folder.path)
    await furnish(config)
    const rotating = { ...config, keyRotationDays: 90 }
    assert.deepEqual((await ask(checkKeys, rotating)).states, ['ok'])
    const sealed = configIn(folder.path, { MIEN_KEYS_KEY: keysKey })
    assert.deepEqual((await ask(checkKeys, sealed)).states, ['ok'])
    const other = configIn(folder.path, { MIEN_KEYS_KEY: 'x'.repeat(43) })
    assert.deepEqual((await ask(checkKeys, other)).states, ['fail'])
  })

  it('warns where no backup was made for a week, on either engine', async function () {
    const houses = [configIn(join(folder.path, 'sqlite'))]
    if (hasPostgres()) {
      const url = await (await sharedPostgres()).createDatabase()
      houses.push(configIn(join(folder.path, 'pg'), { MIEN_DATABASE_URL: url, MIEN_KEYS_KEY: keysKey }))
    }
    for (const config of houses) {
      await furnish(config)
      assert.deepEqual((await ask(checkBackup, config)).states, ['warn'])
      const { store } = await openHouse(config)
      await store.audit.append({ type: 'backup_made' })
      await store.close()
      assert.match((await ask(checkBackup, config, 3)).says, /The last backup is 3 days old/)
      assert.deepEqual((await ask(checkBackup, config, 3)).states, ['ok'])
      assert.deepEqual((await ask(checkBackup, config, 9)).states, ['warn'])
    }
  })

  it('sees that a header of a stranger changes the addresses of the provider', async () => {
    let believes = false
    const server: Server = createServer((request: IncomingMessage, response) => {
      const host = believes ? String(request.headers['x-forwarded-host']) : (request.headers.host ?? '')
      response.end(JSON.stringify({ issuer: origin, authorization_endpoint: `http://${host}/authorize` }))
    })
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    const address = server.address()
    const origin = `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`
    const config = configIn(folder.path, { MIEN_ISSUER: origin })
    assert.deepEqual((await ask(checkProxy, config)).states, ['ok'])
    believes = true
    const fooled = await ask(checkProxy, config)
    assert.deepEqual(fooled.states, ['fail'])
    assert.include(fooled.says, 'liar.example')
    server.close()
    assert.deepEqual((await ask(checkProxy, config)).states, ['left out'])
    const distrusting = await ask(checkProxy, configIn(folder.path, { MIEN_ISSUER: 'https://id.invalid' }))
    assert.deepEqual(distrusting.states, ['warn', 'left out'])
  })
})
