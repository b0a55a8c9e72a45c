import { assert } from 'chai'
import { once } from 'node:events'
import { connect } from 'node:http2'
import { setTimeout as pause } from 'node:timers/promises'
import type { Measurement } from '../../../src/face/engine.ts'
import { readCredentials, tlsRules } from '../../../src/face/remote/credentials.ts'
import { wireLimits } from '../../../src/face/remote/wire.ts'
import type { FrameDone } from '../../../src/face/stages.ts'
import type { CredentialFiles } from '../../../src/face/remote/credentials.ts'
import { type Authority, makeAuthority } from '../../servers/certificates.ts'
import { createPark, openWire, frame, nothing, type Park, wanted } from './machines.ts'

describe('Face workers on other machines', function () {
  this.timeout(20_000)
  let authority: Authority | undefined
  let worker: CredentialFiles
  let server: CredentialFiles
  let park: Park

  before(async function () {
    authority = await makeAuthority()
    if (authority === undefined) return this.skip()
    worker = await authority.worker('worker', 'localhost')
    server = await authority.server('server')
    park = createPark({ worker, server })
  })
  after(() => authority?.remove())
  afterEach(async () => {
    if (authority !== undefined) await park.clear()
  })

  it('measure what they are sent', async () => {
    const machine = await park.startMachine()
    const engine = park.openEngine([machine.url])
    await engine.ready
    assert.deepEqual(await engine.measure(frame, wanted), nothing)
    assert.deepEqual(machine.frames, [frame.length])
    assert.equal(engine.workers, 1)
  })

  it('tell how long a frame waited there, and how long each stage of the work took', async () => {
    const stages = [
      { stage: 'decode', ms: 1.25 },
      { stage: 'detect', ms: 2.5 },
      { stage: 'detect', ms: 0.5 },
    ] as const
    const answer = async (): Promise<Measurement> => {
      await pause(60)
      return nothing
    }
    const machine = await park.startMachine({ answer, times: { waitMs: 40, workMs: 5, stages } })
    const heard: FrameDone[] = []
    const engine = park.openEngine([machine.url], { onFrame: (each) => heard.push(each) })
    await engine.ready
    await engine.measure(frame, wanted)
    const [done] = heard
    assert.deepInclude(done, { outcome: 'measured', waitMs: 40, stages: [...stages] })
    assert.isAtLeast(done?.workMs ?? 0, 15, 'the way there and back is work')
  })

  it('are not believed where they tell more time than the frame was away', async () => {
    const times = { waitMs: 0, workMs: 1, stages: [{ stage: 'embed', ms: 1e6 }] } as const
    const machine = await park.startMachine({ times })
    const heard: FrameDone[] = []
    const engine = park.openEngine([machine.url], { onFrame: (each) => heard.push(each) })
    await engine.ready
    await engine.measure(frame, wanted)
    assert.deepInclude(heard[0], { outcome: 'measured', waitMs: 0, stages: [] })
  })

  it('are asked nothing where they measure with another recogniser, or lack a network', async () => {
    const other = await park.startMachine({ model: 'another/1' })
    const poor = await park.startMachine({ networks: ['a'] })
    const engine = park.openEngine([other.url, poor.url])
    while (park.events.length < 2) await pause(10)
    const told = park.events.map((each) => (each.kind === 'peer_unfit' ? each.detail : '')).sort()
    assert.deepEqual(told, ['it has another recogniser', 'it lacks 1 of the networks in use here'])
    assert.isFalse(engine.hasWorker())
    assert.deepEqual([...other.frames, ...poor.frames], [])
  })

  it('are asked by their load: the one with more workers gets more frames', async () => {
    const held = Promise.withResolvers<Measurement>()
    const small = await park.startMachine({ answer: () => held.promise })
    const large = await park.startMachine({ answer: () => held.promise, workers: 3 })
    const engine = park.openEngine([small.url, large.url])
    while (engine.workers < 4) await pause(10)
    const waiting = Array.from({ length: 4 }, () => engine.measure(frame, wanted))
    while (small.frames.length + large.frames.length < 4) await pause(10)
    assert.deepEqual([small.frames.length, large.frames.length], [1, 3])
    held.resolve(nothing)
    await Promise.all(waiting)
  })

  it('turn a frame away where all of them have as many as they may', async () => {
    const held = Promise.withResolvers<Measurement>()
    const machine = await park.startMachine({ answer: () => held.promise })
    const engine = park.openEngine([machine.url])
    await engine.ready
    const waiting = [engine.measure(frame, wanted), engine.measure(frame, wanted)]
    assert.deepEqual(await engine.measure(frame, wanted), { outcome: 'overloaded', retryAfterSeconds: 2 })
    held.resolve(nothing)
    assert.deepEqual(await Promise.all(waiting), [nothing, nothing])
  })

  it('hand a frame on to another where they are full themselves', async () => {
    const full = await park.startMachine({
      answer: () => Promise.resolve({ outcome: 'overloaded', retryAfterSeconds: 3 }),
    })
    const free = await park.startMachine()
    const engine = park.openEngine([full.url, free.url])
    while (engine.workers < 2) await pause(10)
    for (let each = 0; each < 4; each++) assert.deepEqual(await engine.measure(frame, wanted), nothing)
    assert.isAtLeast(full.frames.length, 1)
  })

  it('lose no frame when one of them goes: another is shown it', async () => {
    const lost: PromiseWithResolvers<Measurement> = Promise.withResolvers()
    const dying = await park.startMachine({ answer: () => lost.promise, workers: 8 })
    const wire = await openWire(dying.port)
    const living = await park.startMachine()
    const engine = park.openEngine([wire.url, living.url])
    while (engine.workers < 9) await pause(10)
    const measuring = Array.from({ length: 3 }, () => engine.measure(frame, wanted))
    while (dying.frames.length === 0) await pause(10)
    await wire.cut()
    assert.deepEqual(await Promise.all(measuring), [nothing, nothing, nothing])
    lost.resolve(nothing)
  })

  it('cannot be taken away, one after the other, by a frame on which a worker hangs', async () => {
    const never: PromiseWithResolvers<Measurement> = Promise.withResolvers()
    const answer = (given: Uint8Array): Promise<Measurement> =>
      given.length === frame.length ? Promise.resolve(nothing) : never.promise
    const one = await park.startMachine({ answer })
    const other = await park.startMachine({ answer })
    const engine = park.openEngine([one.url, other.url], { frameTimeoutMs: 200 })
    while (engine.workers < 2) await pause(10)
    assert.deepEqual(await engine.measure(Buffer.from('hostile'), wanted), { outcome: 'failed' })
    assert.lengthOf([...one.frames, ...other.frames], 1)
    assert.equal(engine.workers, 2)
    assert.deepEqual(await engine.measure(frame, wanted), nothing)
    never.resolve(nothing)
  })

  it('are taken back when they return', async () => {
    const first = await park.startMachine()
    const engine = park.openEngine([first.url])
    await engine.ready
    await first.close()
    assert.equal((await engine.measure(frame, wanted)).outcome, 'overloaded')
    await park.isTold('peer_unfit')
    assert.isFalse(engine.hasWorker())
    await park.startMachine({ port: first.port })
    while (!engine.hasWorker()) await pause(20)
    assert.deepEqual(await engine.measure(frame, wanted), nothing)
  })

  it('cannot be taken away by a frame that they fail on', async () => {
    const machine = await park.startMachine({ answer: () => Promise.reject(new Error('a bug')) })
    const engine = park.openEngine([machine.url])
    await engine.ready
    assert.deepEqual(await engine.measure(frame, wanted), { outcome: 'failed' })
    assert.isTrue(engine.hasWorker())
  })

  it('see no frame that is larger than any of ours', async () => {
    const machine = await park.startMachine()
    const engine = park.openEngine([machine.url])
    await engine.ready
    const large = Buffer.alloc(wireLimits.mostFrameBytes + 1)
    assert.deepEqual(await engine.measure(large, wanted), { outcome: 'unreadable', fault: 'too_many_bytes' })
    assert.deepEqual(await engine.measure(Buffer.alloc(0), wanted), { outcome: 'unreadable', fault: 'empty' })
    assert.deepEqual(machine.frames, [])
  })

  it('refuse other paths, other wishes and larger bodies', async () => {
    const machine = await park.startMachine()
    const session = connect(machine.url, { ...tlsRules, ...readCredentials(server) })
    const ask = async (path: string, body: Buffer): Promise<unknown> => {
      const stream = session.request({ ':method': 'POST', ':path': path })
      stream.on('error', () => undefined)
      stream.end(body)
      const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
      return headers[':status']
    }
    const path = '/v1/measurements?face=largest&embedding=yes&challenge=no&attack=no'
    assert.equal(await ask('/', frame), 404)
    assert.equal(await ask('/v1/measurements', frame), 400)
    assert.equal(await ask(path, Buffer.alloc(wireLimits.mostFrameBytes + 1)), 413)
    assert.equal(await ask(path, frame), 200)
    assert.deepEqual(machine.frames, [frame.length])
    session.destroy()
  })
})
