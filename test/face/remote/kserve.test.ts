import { assert } from 'chai'
import { compare } from '../../../src/face/comparison.ts'
import type { Measurement } from '../../../src/face/engine.ts'
import type { WorkerPool } from '../../../src/face/worker-pool.ts'
import { facesDir, frames, modelsDir } from '../../media.ts'
import { type KServe, type KServeWish, startKServe } from '../../servers/kserve.ts'
import { startPool } from '../engines.ts'

const wanted = { embedding: true, challenge: true, presentationAttack: true } as const

describe('Networks on an inference server', function () {
  this.timeout(60_000)
  let frame: Buffer = Buffer.alloc(0)
  let here: Measurement
  let kserve: KServe | undefined
  let pool: WorkerPool | undefined

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) return this.skip()
    frame = (await frames('d12'))[0]!
    const local = await startPool()
    here = await local.measure(frame, wanted)
    await local.close()
  })

  afterEach(async () => {
    await pool?.close()
    await kserve?.close()
    pool = undefined
    kserve = undefined
  })

  async function start(wish: KServeWish = {}, token?: string): Promise<WorkerPool> {
    kserve = await startKServe(modelsDir!, wish)
    pool = await startPool({ modelFolders: [], inference: { url: kserve.url, token }, frameTimeoutMs: 5000 })
    return pool
  }

  const refusal = async (wish: KServeWish, token?: string): Promise<string> => {
    const starting = await start(wish, token)
    try {
      await starting.ready
      return 'it started'
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  for (const isBinary of [true, false]) {
    it(`measure as networks here do, with numbers sent ${isBinary ? 'in binary' : 'as text'}`, async () => {
      const running = await start({ isBinary })
      const there = await running.measure(frame, wanted)
      assert.isTrue(here.outcome === 'measured' && there.outcome === 'measured')
      if (here.outcome !== 'measured' || there.outcome !== 'measured') return
      assert.isAtLeast(compare(here.embedding!, there.embedding!), 0.9999)
      assert.equal(there.embedding!.model, here.embedding!.model)
      assert.closeTo(there.livenessScore!, here.livenessScore!, 1e-3)
      assert.closeTo(there.mesh!.yawDegrees, here.mesh!.yawDegrees, 1e-2)
      assert.deepEqual(there.defects, here.defects)
      assert.isTrue(kserve!.inferences.every((each) => each === isBinary))
    })
  }

  it('are refused where another network answers under the name of ours', async () => {
    const scaled: KServeWish['change'] = (name, outputs) =>
      name.startsWith('yunet')
        ? outputs
        : new Map([...outputs].map(([key, values]) => [key, values.toReversed()]))
    assert.match(
      await refusal({ change: scaled }),
      /serves another network as .+: it does not answer as .+\.onnx does/,
    )
  })

  it('are refused where they have other inputs and outputs', async () => {
    assert.match(await refusal({ swap: { 'yunet-640': 'yunet-320' } }), /yunet-640/)
  })

  it('are opened by the token alone, where the server wants one', async () => {
    const token = 'a token of this server'
    const running = await start({ token }, token)
    await running.ready
    assert.equal((await running.measure(frame, wanted)).outcome, 'measured')
  })

  it('cost a frame, and no more, where an answer is no number', async () => {
    let isBad = false
    const running = await start({
      change: (_, outputs) =>
        isBad ? new Map([...outputs].map(([key, values]) => [key, values.map(() => NaN)])) : outputs,
    })
    await running.ready
    isBad = true
    const bad = await running.measure(frame, wanted)
    // Without a face that is found, there is nothing to embed.
    assert.isTrue(bad.outcome === 'failed' || (bad.outcome === 'measured' && bad.embedding === undefined))
    isBad = false
    assert.equal((await running.measure(frame, wanted)).outcome, 'measured')
  })

  it('cost a frame, and no more, where the recogniser alone goes wrong', async () => {
    let isBad = false
    const running = await start({
      change: (name, outputs) =>
        isBad && !/yunet/.test(name)
          ? new Map([...outputs].map(([key, values]) => [key, values.map(() => 0)]))
          : outputs,
    })
    await running.ready
    isBad = true
    assert.deepEqual(await running.measure(frame, wanted), { outcome: 'failed' })
    isBad = false
    assert.equal((await running.measure(frame, wanted)).outcome, 'measured')
  })

  it('fail a frame in time where the server hangs', async () => {
    let isHanging = false
    const never = new Promise<never>(() => undefined)
    const running = await start({ change: (_, outputs) => (isHanging ? never : outputs) })
    await running.ready
    isHanging = true
    const before = performance.now()
    assert.deepEqual(await running.measure(frame, wanted), { outcome: 'failed' })
    assert.isBelow(performance.now() - before, 10_000)
  })
})
