import { assert } from 'chai'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { modelsDir } from '../media.ts'
import { startNodes, type ServerNode, type ServerNodes } from '../servers/nodes.ts'
import { hasPostgres } from '../servers/postgres.ts'
import { sharedPostgres } from '../servers/shared-postgres.ts'
import { makeIdentity } from '../../src/backup/archive.ts'
import { there } from '../flows/house.ts'

const cli = fileURLToPath(new URL('../../src/cli/mien.ts', import.meta.url))

interface Told {
  readonly code: number
  readonly text: string
}

const engines = [
  { name: 'SQLite', isThere: () => true, settings: () => Promise.resolve({}) },
  {
    name: 'PostgreSQL',
    isThere: hasPostgres,
    settings: async () => ({ MIEN_DATABASE_URL: await (await sharedPostgres()).createDatabase() }),
  },
] as const

for (const engine of engines) {
  describe(`A restore into the house of a running server on ${engine.name}`, function () {
    this.timeout(120_000)
    let house: ServerNodes | undefined
    let settings: Readonly<Record<string, string>> = {}
    before(async function () {
      if (modelsDir === undefined || !engine.isThere()) return this.skip()
      settings = await engine.settings()
      house = await startNodes({ count: 1, settings })
    })
    after(() => house?.close())

    const mien = (...args: readonly string[]): Promise<Told> => {
      const { origin, dataDir } = there(house)
      const env = {
        PATH: process.env['PATH'],
        MIEN_ISSUER: origin,
        MIEN_DATA_DIR: join(dataDir, engine.name === 'SQLite' ? 'data' : 'node-1'),
        MIEN_CLIENTS_FILE: join(dataDir, 'clients.yaml'),
        MIEN_KEYS_KEY: engine.name === 'SQLite' ? '' : Buffer.alloc(32, 7).toString('base64url'),
        ...settings,
      }
      return new Promise((resolve) => {
        execFile(process.execPath, [cli, ...args], { env }, (error, stdout, stderr) => {
          resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr })
        })
      })
    }
    const node = (): ServerNode => there(there(house).nodes()[0])

    it('is refused in a sentence, and the server goes on; once it has ended, however it did, it is done', async () => {
      const { dataDir } = there(house)
      const { identity, recipient } = await makeIdentity()
      const [file, keyFile] = [join(dataDir, 'house.age'), join(dataDir, 'key.txt')]
      writeFileSync(keyFile, `${identity}\n`)
      const kept = await mien('backup', file, '--recipient', recipient)
      assert.equal(kept.code, 0, kept.text)
      const again = ['restore', file, '--identity', keyFile, '--force'] as const
      const refused = await mien(...again)
      assert.equal(refused.code, 1, refused.text)
      assert.match(refused.text, /a server runs on .*: stop every node first/)
      assert.notMatch(refused.text, /\n\s+at /, 'no stack')
      assert.equal((await fetch(`${node().origin}/readyz`)).status, 200)
      await node().kill()
      const done = await mien(...again)
      assert.equal(done.code, 0, done.text)
      await there(house).start()
    })
  })
}
