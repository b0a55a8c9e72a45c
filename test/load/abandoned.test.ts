import { assert } from 'chai'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createMemoryShelf } from '../../src/interactions/capture-shelf.ts'
import { createCaptureDesk } from '../../src/interactions/capture.ts'
import { lookSteps } from '../../src/policy/challenge.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { facesDir, frames, modelsDir } from '../media.ts'
import { there } from '../flows/house.ts'
import { gather, showFrames } from './crowd.ts'
import { residentMb } from './processes.ts'
import { startRemoteHouse, type RemoteHouse } from './remote-house.ts'
import { purged } from '../store/fixtures.ts'

/** Captures that nobody ends stay this long; the provider's interactions stay an hour. */
const captureSeconds = 75
const abandoned = 10_000
const rowsPerTick = 500

describe('Ten thousand sign-ins that nobody ends', function () {
  this.timeout(120_000)
  let folder = ''
  let store: Store | undefined
  let now = Date.UTC(2026, 0, 1)
  const clock = (): Date => new Date(now)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mien-abandoned-'))
    const [templateKey, recordKey, identifierPepper] = [randomBytes(32), randomBytes(32), randomBytes(32)]
    const secrets = { templateKey, recordKey, identifierPepper }
    store = await openStore({
      location: { kind: 'sqlite', path: join(folder, 'mien.sqlite') },
      secrets,
      clock,
    })
  })
  after(async () => {
    await store?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Opens interactions and captures, as many as may be open at once, and lets them expire. */
  async function abandon(): Promise<void> {
    const records = there(store).oidc.recordsOf('Interaction')
    const engine = { measure: () => Promise.resolve({ outcome: 'failed' } as const) }
    const desk = createCaptureDesk({ engine, clock, shelf: createMemoryShelf(clock) })
    for (let each = 0; each < abandoned; each++) {
      const uid = randomBytes(16).toString('base64url')
      await records.upsert(uid, { uid, params: { client_id: 'demo', scope: 'openid email' } }, 3600)
      await desk.issue({ binding: uid, steps: lookSteps, ttlSeconds: captureSeconds, mostFrames: 60 })
      if (each % 1000 === 999) {
        now += captureSeconds * 1000
        assert.equal(desk.purge(), 0, 'captures that expired are gone at the next tick')
      }
    }
  }

  async function purge(): Promise<number> {
    now += 2 * 3600 * 1000
    let deleted = 0
    for (let tick = 0; tick < abandoned / rowsPerTick + 2; tick++) {
      deleted += await purged(there(store), 'oidc_records', { limit: rowsPerTick })
    }
    return deleted
  }

  it('leave the memory and the database as they were, once what has expired is purged', async () => {
    await abandon()
    assert.equal(await purge(), abandoned)
    const [heapBefore, fileBefore] = [usedHeapMb(), (await stat(join(folder, 'mien.sqlite'))).size]
    await abandon()
    assert.equal(await purge(), abandoned)
    assert.isBelow(usedHeapMb() - heapBefore, 5, 'megabytes of heap more than after the first ten thousand')
    const { size } = await stat(join(folder, 'mien.sqlite'))
    assert.isAtMost(size, fileBefore * 1.1, 'the pages of the first ten thousand are used again')
  })
})

describe('An hour of captures, at a hundred times the pace', function () {
  // What else the machine does may spoil a round: one that meets the figures is enough.
  this.retries(2)
  this.timeout(120_000)
  let house: RemoteHouse | undefined
  /** A visit of the camera every 36 s makes a hundred an hour; each shows two frames. */
  const visits = 100
  const guestsAtOnce = 4

  before(function () {
    if (modelsDir === undefined || facesDir === undefined || process.platform !== 'linux') this.skip()
  })
  beforeEach(async () => {
    house = await startRemoteHouse({ MIEN_FACE_WORKERS: '2' })
  })
  afterEach(async () => {
    await house?.close()
  })

  it('leaves the resident memory of server and workers flat', async () => {
    const { processId, workers } = there(house)
    const shown = (await frames('d12', { from: 0, to: 1, fps: 4 })).slice(0, 2)
    const guests = await gather(there(house), guestsAtOnce)
    const round = async (): Promise<void> => {
      for (let each = 0; each < visits / guestsAtOnce; each++) {
        await Promise.all(guests.map((guest) => showFrames(guest, shown)))
      }
    }
    // The first hours fill what stays: compiled code, pools and the young generation.
    await round()
    await round()
    const family = [processId, ...workers()]
    const before = family.map(residentMb)
    await round()
    assert.deepEqual([processId, ...workers()], family, 'no worker was replaced meanwhile')
    for (const [at, was] of before.entries()) {
      assert.isBelow(residentMb(family[at] ?? NaN) - was, 15, 'megabytes more after another hour')
    }
  })
})

function usedHeapMb(): number {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc()')
  return process.memoryUsage().heapUsed / 2 ** 20
}
