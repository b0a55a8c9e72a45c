import { assert } from 'chai'
import sharp, { type Sharp } from 'sharp'
import { type Defect, defects } from '../../src/face/engine.ts'
import type { WorkerPool } from '../../src/face/worker-pool.ts'
import { facesDir, frames, framesAt, modelsDir, people } from '../media.ts'
import { startPool } from './engines.ts'

describe('the quality of a frame', function () {
  this.timeout(60_000)
  let pool: WorkerPool | undefined
  let genuine: Buffer = Buffer.alloc(0)

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    pool = await startPool({ workers: 2 })
    genuine = (await frames('d18'))[0]!
  })

  after(() => pool?.close())

  async function defectsOf(picture: Buffer | Sharp): Promise<readonly Defect[]> {
    const bytes = Buffer.isBuffer(picture) ? picture : await picture.jpeg({ quality: 90 }).toBuffer()
    const measurement = await pool!.measure(bytes, { embedding: true })
    if (measurement.outcome !== 'measured') throw new Error(`the frame was ${measurement.outcome}`)
    // Only a frame with nothing wrong but the pose gives an embedding.
    const isSample = measurement.defects.every((defect) => defect === 'turned')
    assert.equal(measurement.embedding !== undefined, isSample)
    return measurement.defects
  }

  /** On a grey frame of 640×480, at a place. */
  function place(picture: Buffer, left: number, top: number): Sharp {
    const canvas = { width: 640, height: 480, channels: 3, background: '#777' } as const
    return sharp({ create: canvas }).composite([{ input: picture, left, top }])
  }

  for (const person of people) {
    it(`finds nothing wrong with nine in ten frames in which ${person} looks ahead`, async () => {
      const measured = await Promise.all(
        (await frames(person, { to: 8, fps: 2 })).map((frame) => defectsOf(frame)),
      )
      const ahead = measured.filter((found) => !found.includes('turned'))
      const good = ahead.filter((found) => found.length === 0)
      assert.isAbove(ahead.length, measured.length / 2)
      assert.isAtLeast(good.length, ahead.length * 0.9)
    })
  }

  it('says that there is no face', async () => {
    const canvas = { width: 640, height: 480, channels: 3, background: '#777' } as const
    assert.deepEqual(await defectsOf(sharp({ create: canvas })), ['no_face'])
  })

  it('says that two people are before the camera', async () => {
    const half = async (frame: Buffer) =>
      sharp(frame).extract({ left: 160, top: 0, width: 320, height: 480 }).toBuffer()
    const [other] = await frames('d19')
    const both = place(await half(genuine), 0, 0).jpeg({ quality: 95 })
    const composed = place(await both.toBuffer(), 0, 0).composite([
      { input: await half(genuine), left: 0, top: 0 },
      { input: await half(other!), left: 320, top: 0 },
    ])
    assert.include(await defectsOf(composed), 'two_faces')
  })

  it('does not mind a small face in the background', async () => {
    const [other] = await frames('d19')
    const small = await sharp(other)
      .resize(106, 80)
      .extract({ left: 20, top: 0, width: 66, height: 80 })
      .toBuffer()
    assert.deepEqual(await defectsOf(sharp(genuine).composite([{ input: small, left: 570, top: 5 }])), [])
  })

  it('asks to come closer', async () => {
    const far = await sharp(genuine).resize(213, 160).toBuffer()
    assert.include(await defectsOf(place(far, 213, 160)), 'too_small')
  })

  it('asks to move back', async () => {
    const near = sharp(genuine)
      .extract({ left: 210, top: 130, width: 220, height: 260 })
      .resize(640, 480, { fit: 'cover' })
    assert.include(await defectsOf(near), 'too_large')
  })

  it('asks to move to the middle', async () => {
    const aside = await sharp(genuine).resize(320, 240).toBuffer()
    assert.deepEqual(await defectsOf(place(aside, 320, 120)), ['off_centre'])
  })

  it('asks for more light', async () => {
    assert.deepEqual(await defectsOf(sharp(genuine).linear(0.25, 0)), ['dark', 'blurred'])
    assert.include(await defectsOf(sharp(genuine).linear(0.35, 0)), 'dark')
  })

  it('asks for less light', async () => {
    assert.include(await defectsOf(sharp(genuine).linear(0.5, 170)), 'bright')
  })

  it('asks to hold still', async () => {
    assert.deepEqual(await defectsOf(sharp(genuine).blur(5)), ['blurred'])
  })

  it('tells defects in the order in which a person should mend them', async () => {
    const far = await sharp(genuine).resize(213, 160).blur(3).linear(0.3, 0).toBuffer()
    const found = await defectsOf(place(far, 0, 0))
    assert.deepEqual(
      found,
      defects.filter((defect) => found.includes(defect)),
    )
    assert.isAbove(found.length, 2)
  })

  it('reads from a turned head to which side it turns, positive to the person’s own left', async () => {
    // Moments at which d12 looks to the right and then to the left side of the picture: to their left, to their right.
    const [toLeft, toRight] = await framesAt('d12', [6.6, 3.3])
    const yawOf = async (frame: Buffer) => {
      const measurement = await pool!.measure(frame, { embedding: false })
      if (measurement.outcome !== 'measured' || measurement.face === undefined) throw new Error('no face')
      assert.include(measurement.defects, 'turned')
      return measurement.face.pose.yaw
    }
    assert.isAbove(await yawOf(toLeft!), 0.18)
    assert.isBelow(await yawOf(toRight!), -0.18)
    assert.isBelow(await yawOf(await sharp(toLeft).flop().toBuffer()), -0.18)
  })
})
