import { assert } from 'chai'
import sharp from 'sharp'
import { compare } from '../../src/face/comparison.ts'
import type { Measurement } from '../../src/face/engine.ts'
import type { WorkerPool } from '../../src/face/worker-pool.ts'
import { facesDir, frames, modelsDir, people } from '../media.ts'
import { isOpenCvBuilt, startPool } from './engines.ts'

type Measured = Extract<Measurement, { outcome: 'measured' }>

async function measureOn(pool: WorkerPool, frame: Uint8Array): Promise<Measured> {
  const measurement = await pool.measure(frame, { embedding: true, presentationAttack: true })
  assert.equal(measurement.outcome, 'measured')
  if (measurement.outcome !== 'measured') throw new Error('unreachable')
  return measurement
}

function assertAlike(one: Measured, other: Measured, what: string): void {
  assert.deepEqual(other.defects, one.defects, what)
  assert.deepEqual([other.widthPx, other.heightPx], [one.widthPx, one.heightPx], what)
  assert.equal(other.face === undefined, one.face === undefined, what)
  for (const [at, landmark] of (one.face?.landmarks ?? []).entries()) {
    const same = other.face!.landmarks[at]!
    assert.isAtMost(Math.hypot(landmark.x - same.x, landmark.y - same.y), 2, `${what}, landmark ${at}`)
  }
  assert.equal(other.embedding === undefined, one.embedding === undefined, what)
  if (one.embedding !== undefined && other.embedding !== undefined) {
    assert.isAtLeast(compare(one.embedding, other.embedding), 0.99, what)
  }
  assert.equal(other.livenessScore === undefined, one.livenessScore === undefined, what)
  if (one.livenessScore !== undefined && other.livenessScore !== undefined) {
    assert.closeTo(other.livenessScore, one.livenessScore, 0.02, what)
  }
}

describe('the two image adapters', function () {
  this.timeout(120_000)
  const pools = new Map<'opencv' | 'sharp', WorkerPool>()

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    if (!(await isOpenCvBuilt())) this.skip()
    for (const imageAdapter of ['opencv', 'sharp'] as const) {
      pools.set(imageAdapter, await startPool({ imageAdapter }))
    }
  })

  after(async () => {
    for (const pool of pools.values()) await pool.close()
  })

  async function measureOnBoth(frame: Uint8Array, what: string): Promise<Measured> {
    const [opencv, onSharp] = await Promise.all([
      measureOn(pools.get('opencv')!, frame),
      measureOn(pools.get('sharp')!, frame),
    ])
    assertAlike(opencv, onSharp, what)
    return onSharp
  }

  for (const person of people) {
    it(`see the same face, embedding and liveness in frames of ${person}`, async () => {
      for (const [at, frame] of (await frames(person, { to: 6, fps: 1 })).entries()) {
        const measured = await measureOnBoth(frame, `${person}, frame ${at}`)
        assert.isDefined(measured.face)
      }
    })
  }

  it('see the same in small, large, sideways, grey, transparent and sixteen-bit pictures', async () => {
    const [frame] = await frames('d0')
    const picture = () => sharp(frame)
    const variants: Readonly<Record<string, Promise<Buffer>>> = {
      small: picture().resize(320, 240).jpeg().toBuffer(),
      large: picture().resize(1600, 1200).jpeg().toBuffer(),
      upright: picture().rotate(90).jpeg().toBuffer(),
      grey: picture().greyscale().jpeg().toBuffer(),
      progressive: picture().jpeg({ progressive: true }).toBuffer(),
      transparent: picture().ensureAlpha(0.5).png().toBuffer(),
      'sixteen-bit': picture().toColourspace('rgb16').png().toBuffer(),
      interlaced: picture().png({ progressive: true, palette: true }).toBuffer(),
      webp: picture().webp().toBuffer(),
      'lossless webp': picture().ensureAlpha(0.9).webp({ lossless: true }).toBuffer(),
    }
    for (const [what, bytes] of Object.entries(variants)) await measureOnBoth(await bytes, what)
  })

  it('turn a picture upright by its EXIF orientation, each of the eight', async () => {
    const [frame] = await frames('d0')
    const upright = await measureOnBoth(frame!, 'upright')
    for (let orientation = 1; orientation <= 8; orientation++) {
      // Stored so that the given orientation makes it upright again.
      const stored = {
        1: sharp(frame),
        2: sharp(frame).flop(),
        3: sharp(frame).rotate(180),
        4: sharp(frame).flip(),
        5: sharp(await sharp(frame).rotate(90).toBuffer()).flop(),
        6: sharp(frame).rotate(270),
        7: sharp(await sharp(frame).rotate(270).toBuffer()).flop(),
        8: sharp(frame).rotate(90),
      }[orientation]
      const exif = { IFD0: {} }
      const bytes = await stored!
        .withExif(exif)
        .withMetadata({ orientation })
        .jpeg({ quality: 95 })
        .toBuffer()
      const measured = await measureOnBoth(bytes, `orientation ${orientation}`)
      assert.deepEqual([measured.widthPx, measured.heightPx], [640, 480], `orientation ${orientation}`)
      const [one, other] = [upright.face!.landmarks[2], measured.face!.landmarks[2]]
      assert.isAtMost(Math.hypot(one.x - other.x, one.y - other.y), 3, `orientation ${orientation}`)
    }
  })
})
