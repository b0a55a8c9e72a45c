import { assert } from 'chai'
import sharp from 'sharp'
import { crc32 } from 'node:zlib'
import type { FrameFault } from '../../src/face/engine.ts'
import { readImageHeader } from '../../src/face/image-header.ts'
import type { WorkerPool } from '../../src/face/worker-pool.ts'
import { modelsDir } from '../media.ts'
import { isOpenCvBuilt, startPool } from './engines.ts'

interface Hostile {
  readonly what: string
  readonly bytes: Uint8Array
  readonly fault: FrameFault
}

function pngChunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), pngChunk('IHDR', header)])
}

/** Bytes without pattern, the same on every run. */
function noise(length: number): Buffer {
  let state = 20
  return Buffer.from(Array.from({ length }, () => (state = (state * 1103515245 + 12345) & 0x7fffffff) >> 16))
}

async function hostileList(): Promise<readonly Hostile[]> {
  const gradient = sharp({
    create: { width: 200, height: 160, channels: 3, background: '#8a6' },
  })
  const [jpeg, png, webp, tiff, gif] = await Promise.all([
    gradient.clone().jpeg().toBuffer(),
    gradient.clone().png().toBuffer(),
    gradient.clone().webp({ lossless: true }).toBuffer(),
    gradient.clone().tiff().toBuffer(),
    twoPages(40, 80).then((pages) =>
      sharp(pages, { raw: { width: 40, height: 80, channels: 3, pageHeight: 40 } })
        .gif()
        .toBuffer(),
    ),
  ])
  const cmyk = await gradient.clone().toColourspace('cmyk').jpeg().toBuffer()
  const tiny = await gradient.clone().resize(16, 16).jpeg().toBuffer()
  const animatedWebp = await sharp(await twoPages(40, 80), {
    raw: { width: 40, height: 80, channels: 3, pageHeight: 40 },
  })
    .webp({ loop: 0, delay: [100, 100] })
    .toBuffer()
  const badPixels = Buffer.concat([
    pngHeader(64, 64),
    pngChunk('IDAT', noise(500)),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
  const damagedPng = Buffer.from(png)
  damagedPng.writeUInt8(damagedPng.readUInt8(60) ^ 0xff, 60)
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><rect width="99" height="99"/></svg>'
  const hugeJpeg = Buffer.from(jpeg)
  hugeJpeg.writeUInt16BE(20_000, hugeJpeg.indexOf('ffc0', 'hex') + 5)
  return [
    { what: 'no bytes', bytes: Buffer.alloc(0), fault: 'empty' },
    { what: 'fifty megabytes of zeros', bytes: Buffer.alloc(50_000_000), fault: 'too_many_bytes' },
    { what: 'zeros', bytes: Buffer.alloc(5000), fault: 'not_an_image' },
    { what: 'noise', bytes: noise(5000), fault: 'not_an_image' },
    {
      what: 'noise after a JPEG start',
      bytes: Buffer.concat([Buffer.from('ffd8ff', 'hex'), noise(5000)]),
      fault: 'truncated',
    },
    { what: 'a JPEG start alone', bytes: jpeg.subarray(0, 3), fault: 'truncated' },
    { what: 'a JPEG without its second half', bytes: jpeg.subarray(0, jpeg.length >> 1), fault: 'truncated' },
    { what: 'a JPEG without its end marker', bytes: jpeg.subarray(0, -2), fault: 'truncated' },
    { what: 'a PNG without its second half', bytes: png.subarray(0, png.length >> 1), fault: 'truncated' },
    { what: 'a WebP without its last byte', bytes: webp.subarray(0, -1), fault: 'truncated' },
    { what: 'a damaged PNG', bytes: damagedPng, fault: 'not_an_image' },
    { what: 'a PNG whose pixels are noise', bytes: badPixels, fault: 'not_an_image' },
    { what: 'an SVG', bytes: Buffer.from(svg), fault: 'not_an_image' },
    { what: 'an animated GIF', bytes: gif, fault: 'not_an_image' },
    { what: 'an animated WebP', bytes: animatedWebp, fault: 'not_an_image' },
    { what: 'a TIFF', bytes: tiff, fault: 'not_an_image' },
    { what: 'a CMYK JPEG', bytes: cmyk, fault: 'not_an_image' },
    { what: 'a picture of 16×16', bytes: tiny, fault: 'not_an_image' },
    { what: 'a PNG header of 20,000×20,000', bytes: pngHeader(20_000, 20_000), fault: 'too_many_pixels' },
    { what: 'a PNG header of 4,000×4,000', bytes: pngHeader(4000, 4000), fault: 'too_many_pixels' },
    { what: 'a JPEG header of 20,000 rows', bytes: hugeJpeg, fault: 'too_many_pixels' },
  ]
}

/** Two pages, red and blue, one below the other. */
async function twoPages(width: number, height: number): Promise<Buffer> {
  const top = sharp({ create: { width, height: height / 2, channels: 3, background: 'red' } })
  return top
    .extend({ bottom: height / 2, background: 'blue' })
    .raw()
    .toBuffer()
}

describe('a frame that is no picture', function () {
  this.timeout(60_000)
  let list: readonly Hostile[] = []

  before(async () => {
    list = await hostileList()
  })

  it('is named by what is wrong with it before a decoder sees it', () => {
    for (const { what, bytes, fault } of list) {
      if (what === 'a PNG whose pixels are noise') continue
      assert.deepEqual(readImageHeader(bytes), { outcome: 'unreadable', fault }, what)
    }
  })

  it('never makes the reader of headers throw, however it is cut or damaged', async () => {
    const created = sharp({ create: { width: 64, height: 48, channels: 3, background: '#123456' } })
    const genuine = [
      await created.clone().withMetadata({ orientation: 6 }).jpeg().toBuffer(),
      await created.clone().withMetadata({ orientation: 6 }).png().toBuffer(),
      await created.clone().withMetadata({ orientation: 6 }).webp().toBuffer(),
    ]
    const disturbance = noise(20_000)
    for (const bytes of genuine) {
      assert.equal(readImageHeader(bytes).outcome, 'accepted')
      for (let cut = 0; cut < bytes.length; cut++) {
        assert.equal(readImageHeader(bytes.subarray(0, cut)).outcome, 'unreadable')
      }
      for (let at = 0; at < bytes.length; at++) {
        const damaged = Buffer.from(bytes)
        damaged.writeUInt8(disturbance.readUInt8(at % disturbance.length), at)
        readImageHeader(damaged)
      }
    }
  })

  for (const imageAdapter of ['opencv', 'sharp'] as const) {
    describe(`on ${imageAdapter}`, () => {
      let pool: WorkerPool | undefined
      const deaths: string[] = []

      before(async function () {
        if (modelsDir === undefined) this.skip()
        if (imageAdapter === 'opencv' && !(await isOpenCvBuilt())) this.skip()
        pool = await startPool({
          imageAdapter,
          onEvent: (event) => {
            if (event.kind === 'worker_ended') deaths.push(event.detail)
          },
        })
      })

      after(() => pool?.close())

      it('is refused by the same name, and no worker dies of it', async () => {
        for (const { what, bytes, fault } of list) {
          const measurement = await pool!.measure(bytes, { embedding: true })
          assert.deepEqual(measurement, { outcome: 'unreadable', fault }, what)
        }
        assert.deepEqual(deaths, [])
      })

      it('is measured or refused where its coded pixels are damaged, and no worker dies of it', async () => {
        const created = sharp({
          create: {
            width: 320,
            height: 240,
            channels: 3,
            noise: { type: 'gaussian', mean: 128, sigma: 40 },
            background: '#000',
          },
        })
        for (const bytes of [
          await created.clone().jpeg().toBuffer(),
          await created.clone().webp().toBuffer(),
        ]) {
          for (let each = 1; each <= 20; each++) {
            const damaged = Buffer.from(bytes)
            damaged.writeUInt8(0x55, Math.floor((bytes.length * each) / 22))
            const { outcome } = await pool!.measure(damaged, { embedding: true })
            assert.include(['measured', 'unreadable'], outcome)
          }
        }
        assert.deepEqual(deaths, [])
      })
    })
  }
})
