import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assert } from 'chai'
import { readConfig } from '../../src/config.ts'
import { openHouseStore } from '../../src/store-parts.ts'
import { askPostgres } from '../servers/ask-postgres.ts'
import { sharedPostgres } from '../servers/shared-postgres.ts'
import { describeOnPostgres } from '../store/engines.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const MIEN_KEYS_KEY = Buffer.alloc(32, 7).toString('base64url')

interface Told {
  readonly code: number
  readonly text: string
}

describeOnPostgres('The commands of a house on PostgreSQL', () => {
  let folder = ''
  let url = ''
  before(async function () {
    this.timeout(60_000)
    url = await (await sharedPostgres()).createDatabase()
    folder = mkdtempSync(join(tmpdir(), 'mien-cli-'))
  })
  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (database: string, program: string, ...args: readonly string[]): Promise<Told> =>
    new Promise((resolve) => {
      const env = { ...process.env, MIEN_DATA_DIR: folder, MIEN_KEYS_KEY, MIEN_DATABASE_URL: database }
      execFile(process.execPath, [program, ...args], { cwd: root, env }, (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), text: stdout + stderr })
      })
    })
  const mien = (...args: readonly string[]) => run(url, 'src/cli/mien.ts', ...args)
  const elsewhere = (changes: Partial<URL>): string => Object.assign(new URL(url), changes).href

  it('find an empty database, fill it, and read what the house wrote there', async () => {
    const before = await mien('doctor', '--json')
    assert.match(before.text, /PostgreSQL \d+(\.\d+)* answers/)
    assert.include(before.text, 'There are none yet')
    const keys = await mien('keys', 'list')
    assert.equal(keys.code, 0, keys.text)
    assert.deepEqual((await mien('keys', 'list')).text, keys.text)
    const settings = { MIEN_DATA_DIR: folder, MIEN_KEYS_KEY, MIEN_DATABASE_URL: url }
    const { store } = await openHouseStore(readConfig(settings), { clock: () => new Date() })
    await store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })
    await store.audit.append({ type: 'signed_in' })
    await store.close()
    assert.include((await mien('users', 'list')).text, 'ada@example.com')
    assert.equal((await mien('audit', 'verify')).code, 0)
    assert.include((await mien('doctor', '--json')).text, 'They are those of this version')
  })

  it('say that the audit trail was tampered with', async () => {
    await askPostgres(url, "UPDATE audit_events SET type = 'signed_out'")
    const { code, text } = await mien('audit', 'verify')
    assert.equal(code, 1)
    assert.match(text, /1/)
  })

  it('say in one sentence why they cannot use it, without the password; so does a start', async () => {
    const dead = createServer((socket) => socket.destroy())
    const port = await listen(dead)
    const wrong: readonly (readonly [string, RegExp])[] = [
      [elsewhere({ password: 'hunter2secret' }), /refuses the password of “mien”/],
      [elsewhere({ pathname: '/nowhere' }), /has no database “nowhere”\. Create it: CREATE DATABASE/],
      [elsewhere({ hostname: 'nowhere.invalid' }), /cannot be reached/],
      [elsewhere({ port: '1' }), /cannot be reached \(ECONNREFUSED\)/],
      [elsewhere({ port: String(port) }), /cannot be/],
      [elsewhere({ search: '?sslmode=require' }), /does not encrypt connections/],
      [
        elsewhere({ search: '?sslmode=verify-ca&sslrootcert=/nowhere.pem' }),
        /\/nowhere\.pem .*cannot be read/,
      ],
    ]
    for (const [database, reason] of wrong) {
      const { code, text } = await run(database, 'src/cli/mien.ts', 'users', 'list')
      assert.equal(code, 1, text)
      assert.match(text, reason)
      assert.lengthOf(text.trim().split('\n'), 1, text)
      assert.notInclude(text, 'secret')
    }
    const start = await run(elsewhere({ password: 'hunter2secret' }), 'src/main.ts')
    assert.equal(start.code, 1)
    assert.match(start.text, /Mien cannot start\.\nPostgreSQL at .* refuses the password/)
    assert.notInclude(start.text, 'secret')
    const checked = await run(elsewhere({ port: '1' }), 'src/cli/mien.ts', 'doctor', '--json')
    assert.equal(checked.code, 1)
    assert.include(checked.text, 'cannot be reached')
    dead.close()
  }).timeout(60_000)
})

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
