import { assert } from 'chai'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cut } from '../../src/face/cut.ts'
import { regionAround } from '../../src/face/presentation-attack.ts'
import type { WorkerPool } from '../../src/face/worker-pool.ts'
import { facesDir, modelsDir } from '../media.ts'
import { startPool } from './engines.ts'

const frame = { widthPx: 640, heightPx: 480 }

describe('the part of a frame that a PAD network is shown', () => {
  it('is the face box, scaled about its centre', () => {
    const box = { x: 300, y: 200, width: 40, height: 50 }
    assert.deepEqual(regionAround(box, 2, frame), { x: 280, y: 175, widthPx: 81, heightPx: 101 })
  })

  it('is moved into the frame where the face is near an edge', () => {
    const box = { x: -10, y: 450, width: 40, height: 50 }
    assert.deepEqual(regionAround(box, 2, frame), { x: 0, y: 379, widthPx: 81, heightPx: 101 })
  })

  it('is scaled less, the same across and down, where the frame has no room', () => {
    const box = { x: 200, y: 100, width: 200, height: 250 }
    const region = regionAround(box, 4, frame)!
    assert.deepEqual([region.y, region.heightPx], [0, 480])
    assert.closeTo(region.widthPx / region.heightPx, 200 / 250, 0.01)
  })

  it('never leaves the frame, wherever the box is', () => {
    for (const box of [
      { x: -300, y: -300, width: 2000, height: 1500 },
      { x: 639, y: 479, width: 1, height: 1 },
      { x: 5000, y: 5000, width: 80, height: 80 },
      { x: -5000.3, y: -0.7, width: 33.3, height: 1e6 },
    ]) {
      const { x, y, widthPx, heightPx } = regionAround(box, 2.7, frame)!
      assert.isTrue(x >= 0 && y >= 0 && widthPx >= 1 && heightPx >= 1, JSON.stringify(box))
      assert.isTrue(x + widthPx <= 640 && y + heightPx <= 480, JSON.stringify(box))
    }
  })

  it('is nothing where the box is none', () => {
    for (const box of [
      { x: NaN, y: 0, width: 50, height: 50 },
      { x: 0, y: 0, width: NaN, height: 50 },
      { x: 0, y: 0, width: 0, height: 50 },
      { x: 0, y: 0, width: Infinity, height: 50 },
    ]) {
      assert.isUndefined(regionAround(box, 2, frame))
    }
  })

  it('is sampled, not averaged, when it is made smaller', () => {
    const stripes = new Uint8Array(12 * 12 * 3).map((_, at) => (Math.floor(at / 3) % 3 === 1 ? 255 : 0))
    const raster = { widthPx: 12, heightPx: 12, rgb: stripes }
    const small = cut(raster, { x: 0, y: 0, widthPx: 12, heightPx: 12 }, 4)
    assert.isTrue(small.rgb.every((value) => value === 255))
  })
})

describe('the liveness score', function () {
  this.timeout(60_000)
  let pool: WorkerPool | undefined

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    pool = await startPool()
  })
  after(() => pool?.close())

  async function scoreOf(file: string): Promise<number | undefined> {
    const bytes = await readFile(join(facesDir!, 'presentation-attacks', file))
    const measured = await pool!.measureCentralFace(bytes, { embedding: false, presentationAttack: true })
    return measured.outcome === 'measured' ? measured.livenessScore : undefined
  }

  it('is what the networks’ publishers say of their own pictures: a live face, a screen and a print', async () => {
    assert.closeTo((await scoreOf('image_T1.jpg')) ?? NaN, 1, 0.01)
    assert.isBelow((await scoreOf('image_F1.jpg')) ?? NaN, 0.25)
    assert.isBelow((await scoreOf('image_F2.jpg')) ?? NaN, 0.01)
  })
})
