import { assert } from 'chai'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { manifestPath, type Manifest, readManifest } from '../../src/face/manifest.ts'
import { selectModels } from '../../src/face/model-files.ts'
import type { PoolEvent, WorkerPool, WorkerPoolOptions } from '../../src/face/worker-pool.ts'
import { facesDir, frames, modelsDir } from '../media.ts'
import { startPool } from './engines.ts'

const fine = { embedding: true } as const

describe('the pool of face workers', function () {
  this.timeout(60_000)
  let frame: Buffer = Buffer.alloc(0)
  let pool: WorkerPool | undefined
  const events: PoolEvent[] = []

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    frame = (await frames('d0'))[0]!
  })

  beforeEach(() => {
    events.length = 0
  })

  afterEach(() => pool?.close())

  async function start(options: Partial<WorkerPoolOptions> = {}): Promise<WorkerPool> {
    pool = await startPool({ ...options, onEvent: (event) => events.push(event) })
    await pool.ready
    return pool
  }

  function latestWorker(): number {
    const ready = events.filter((event) => event.kind === 'worker_ready')
    return ready.at(-1)!.processId!
  }

  function deaths(): number {
    return events.filter((event) => event.kind === 'worker_ended').length
  }

  it('measures frames that arrive before its workers have loaded the networks', async () => {
    pool = await startPool()
    assert.equal((await pool.measure(frame, fine)).outcome, 'measured')
    await pool.ready
  })

  it('has a worker from when the networks are loaded until it is closed', async () => {
    pool = await startPool()
    assert.isFalse(pool.hasWorker())
    await pool.ready
    assert.isTrue(pool.hasWorker())
    await pool.close()
    assert.isFalse(pool.hasWorker())
  })

  it('gives an embedding of the recogniser’s model only where one is wanted', async () => {
    const running = await start()
    const wanted = await running.measure(frame, { embedding: true })
    const spared = await running.measure(frame, { embedding: false })
    assert.equal(wanted.outcome === 'measured' && wanted.embedding?.model, running.model)
    assert.isTrue(
      spared.outcome === 'measured' && spared.face !== undefined && spared.embedding === undefined,
    )
  })

  it('scores liveness only where it is wanted', async () => {
    const running = await start()
    const wanted = await running.measure(frame, { embedding: false, presentationAttack: true })
    const spared = await running.measure(frame, fine)
    assert.isAtLeast(wanted.outcome === 'measured' ? (wanted.livenessScore ?? NaN) : NaN, 0.9)
    assert.isTrue(spared.outcome === 'measured' && spared.livenessScore === undefined)
    assert.lengthOf(running.padModels, 2)
  })

  it('loses the frame in hand, and nothing else, when a worker is killed', async () => {
    const running = await start()
    process.kill(latestWorker(), 'SIGSTOP')
    const lost = running.measure(frame, fine)
    const waiting = running.measure(frame, fine)
    process.kill(latestWorker(), 'SIGKILL')
    assert.deepEqual(await lost, { outcome: 'failed' })
    assert.equal((await waiting).outcome, 'measured')
    assert.equal(deaths(), 1)
  })

  it('replaces a worker that is killed while it waits', async () => {
    const running = await start()
    process.kill(latestWorker(), 'SIGKILL')
    while (deaths() === 0) await pause(10)
    assert.equal((await running.measure(frame, fine)).outcome, 'measured')
  })

  it('ends a worker that looks too long at a frame, and goes on with another', async () => {
    const running = await start({ frameTimeoutMs: 1500 })
    process.kill(latestWorker(), 'SIGSTOP')
    assert.deepEqual(await running.measure(frame, fine), { outcome: 'failed' })
    assert.equal((await running.measure(frame, fine)).outcome, 'measured')
  })

  it('turns frames away at once when its queue is full, and serves those that wait', async () => {
    const running = await start({ maxQueue: 2 })
    const worker = latestWorker()
    process.kill(worker, 'SIGSTOP')
    const served = [1, 2, 3].map(() => running.measure(frame, fine))
    const before = performance.now()
    const refused = await running.measure(frame, fine)
    assert.isBelow(performance.now() - before, 100)
    assert.isTrue(refused.outcome === 'overloaded' && refused.retryAfterSeconds > 0)
    process.kill(worker, 'SIGCONT')
    for (const measurement of await Promise.all(served)) assert.equal(measurement.outcome, 'measured')
  })

  it('shares frames out among its workers', async () => {
    const running = await start({ workers: 2 })
    while (events.length < 2) await pause(10)
    process.kill(latestWorker(), 'SIGSTOP')
    const both = [running.measure(frame, fine), running.measure(frame, fine)]
    assert.equal((await Promise.race(both)).outcome, 'measured')
    process.kill(latestWorker(), 'SIGCONT')
    await Promise.all(both)
  })

  it('leaves no worker behind when it is closed, and then fails every frame', async () => {
    const running = await start()
    const worker = latestWorker()
    await running.close()
    assert.throws(() => process.kill(worker, 0), /ESRCH/)
    assert.deepEqual(await running.measure(frame, fine), { outcome: 'failed' })
  })

  it('gives its workers nothing of the server’s environment', async function () {
    if (process.platform !== 'linux') this.skip()
    await start()
    const environment = readFileSync(`/proc/${latestWorker()}/environ`, 'utf8')
    const names = environment.split('\0').map((line) => line.split('=')[0])
    assert.include(names, 'OPENCV4NODEJS_DISABLE_AUTOBUILD')
    for (const name of ['PATH', 'HOME', 'MIEN_TEMPLATE_KEY']) assert.notInclude(names, name)
  })
})

describe('starting the pool of face workers', function () {
  this.timeout(60_000)
  const entries = selectModels(readManifest())
  let folder = ''

  before(function () {
    if (modelsDir === undefined) this.skip()
  })

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-test-'))
    for (const { file } of [entries.coarse, entries.fine, entries.recogniser, entries.mesh])
      copyFileSync(join(modelsDir!, file), join(folder, file))
  })

  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  async function messageOf(starting: Promise<unknown>): Promise<string> {
    try {
      await starting
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    return 'it started'
  }

  it('refuses a network with another checksum, and names the file', async () => {
    const path = join(folder, entries.recogniser.file)
    const bytes = readFileSync(path)
    rmSync(path)
    bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000)
    writeFileSync(path, bytes)
    const message = await messageOf(startPool({ modelFolders: [folder] }))
    assert.include(message, path)
    assert.include(message, entries.recogniser.sha256)
  })

  it('starts without the networks that detect presentation attacks, says so, and measures without', async function () {
    if (facesDir === undefined) this.skip()
    const [first, second] = entries.pad
    copyFileSync(join(modelsDir!, first!.file), join(folder, first!.file))
    const events: PoolEvent[] = []
    const pool = await startPool({ modelFolders: [folder], onEvent: (event) => events.push(event) })
    assert.deepEqual(events, [{ kind: 'pad_absent', files: [second!.file] }])
    assert.deepEqual(pool.padModels, [], 'one of two is none: they were calibrated together')
    const [frame] = await frames('d0')
    const measured = await pool.measure(frame!, { embedding: true, presentationAttack: true })
    assert.isTrue(measured.outcome === 'measured' && measured.embedding !== undefined)
    assert.notProperty(measured, 'livenessScore')
    await pool.close()
  })

  it('refuses an optional network with another checksum too', async () => {
    for (const { file } of entries.pad) copyFileSync(join(modelsDir!, file), join(folder, file))
    writeFileSync(join(folder, entries.pad[0]!.file), 'other bytes')
    assert.include(await messageOf(startPool({ modelFolders: [folder] })), entries.pad[0]!.sha256)
  })

  it('refuses to start without a network, and names the file', async () => {
    rmSync(join(folder, entries.coarse.file))
    assert.include(await messageOf(startPool({ modelFolders: [folder] })), entries.coarse.file)
  })

  it('refuses a network of another shape than the manifest’s, names the file, and fails every frame', async () => {
    const manifest: Manifest = readManifest(manifestPath)
    const models = manifest.models.map((entry) =>
      entry.name === entries.recogniser.name
        ? { ...entry, input: { ...entry.input, shape: [1, 3, 224, 224] } }
        : entry,
    )
    const altered = join(folder, 'manifest.json')
    writeFileSync(altered, JSON.stringify({ models }))
    const pool = await startPool({ modelFolders: [folder], manifestPath: altered })
    const waiting = pool.measure(Buffer.alloc(100), { embedding: true })
    const message = await messageOf(pool.ready)
    assert.include(message, entries.recogniser.file)
    assert.include(message, '1×3×112×112')
    assert.deepEqual(await waiting, { outcome: 'failed' })
    await pool.close()
  })
})
