/** A house with many subjects asks its database nothing that takes longer the more they are. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { assert } from 'chai'
import { fillStatements } from '../../bench/growth/fill.ts'
import { facesDir, frames, modelsDir } from '../media.ts'
import { askPostgres } from '../servers/ask-postgres.ts'
import { hasPostgres } from '../servers/postgres.ts'
import { migratedDatabase } from '../servers/shared-postgres.ts'
import { until } from '../until.ts'
import { databaseNoteIn } from './engine.ts'
import { startHouse, type House } from './house.ts'
import { comeBack, createRelyingParty, goToCamera } from './relying-party.ts'
import { createAccountWithFace, password } from './stories.ts'
import { createVisitor, streamCapture } from './visitor.ts'

/** So many that PostgreSQL, which knows how large its tables are, reads none of them for one row. */
const subjects = 30_000
const email = 'ada@example.com'
/** Every table that grows with the subjects. */
const large = [
  'subjects',
  'template_keys',
  'templates',
  'consents',
  'receipts',
  'known_browsers',
  'device_keys',
  'attempt_tallies',
  'attempts',
  'oidc_records',
  'audit_events',
]

describe('A house with thirty thousand subjects', function () {
  this.timeout(240_000)
  let house: House | undefined
  let url = ''
  let dataDir = ''

  before(async function () {
    if (!hasPostgres() || modelsDir === undefined || facesDir === undefined) this.skip()
    url = await migratedDatabase()
    // Each fills a table of its own.
    const filling = fillStatements('postgres', { from: 0, to: subjects })
    await Promise.all(filling.map((statement) => askPostgres(url, statement)))
    await askPostgres(url, 'ANALYZE')
    // What is done from time to time has a pace of its own: here it is as if another node were at it.
    for (const job of ['purge', 'retention'])
      await askPostgres(url, 'INSERT INTO job_leases VALUES (?, ?, ?)', [job, 'test', Date.now() + 3_600_000])
    dataDir = await mkdtemp(join(tmpdir(), 'mien-growth-'))
    writeFileSync(databaseNoteIn(dataDir), url)
  })
  after(async () => {
    await house?.close(true)
    if (dataDir !== '') rmSync(dataDir, { recursive: true, force: true })
  })

  /** How often each table was read from end to end. PostgreSQL has counted what a connection did when that is gone. */
  async function scans(): Promise<Readonly<Record<string, number>>> {
    const others =
      'SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()'
    await until(async () => (await askPostgres(url, others)).length === 0, 'the end of all connections')
    const rows = await askPostgres(url, 'SELECT relname, seq_scan FROM pg_stat_user_tables')
    return Object.fromEntries(rows.map(({ relname, seq_scan: count }) => [String(relname), Number(count)]))
  }

  it('starts, registers, enrols, and signs people in by face and by password, and reads no large table from end to end', async () => {
    const before = await scans()
    const running = (house = await startHouse({ dataDir }))
    const own = await frames('d12', { from: 0, to: 3.5, fps: 8 })
    const shown = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    await createAccountWithFace(running, email, own)
    const party = await createRelyingParty(running.origin, `${running.rpOrigin}/callback`)
    const byFace = createVisitor(running.origin, [running.rpOrigin])
    const request = await party.begin()
    const { last } = await streamCapture(byFace, await goToCamera(byFace, request.url, email), {
      frames: shown,
    })
    assert.equal(last.body.state, 'done')
    const tokens = await party.finish(request, await comeBack(byFace, last.body.location ?? ''))
    assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:face')
    const byPassword = createVisitor(running.origin, [running.rpOrigin])
    const camera = await goToCamera(byPassword, (await party.begin()).url, email)
    const form = await byPassword.open(camera.url.pathname.replace(/face$/, 'password'))
    assert.isBelow((await byPassword.submit(form, '/password', { password })).status, 400)
    await byFace.open('/account/activity')
    await running.close(true)
    house = undefined
    const after = await scans()
    const read = large.filter((table) => (after[table] ?? 0) > (before[table] ?? 0))
    assert.isEmpty(read)
  })
})
