/**
 * Writes captures of the people in the videos, as `mien evaluate pad` reads them: genuine ones, and the same frames
 * made to look like a print or a screen. Pixels rendered by a program are no presentation attack instruments
 * (ISO/IEC 30107-3): rates on them say nothing about a real print or screen.
 *
 *     node bench/simulated-attacks.ts FOLDER
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { frames, people } from '../test/media.ts'

/** Of the frames that the camera takes; the people's own videos are square. */
const [width, height] = [640, 480]
const personPx = 480
const framesPerCapture = 3
const capturesPerPerson = 6

/** Numbers that look random and are the same in every run (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

type Point = readonly [x: number, y: number]

interface Flat {
  /** Corners of the flat picture in the frame, clockwise from the left upper one. */
  readonly corners: readonly [Point, Point, Point, Point]
  /** Colour around it, 0…255. */
  readonly around: (x: number, y: number) => number
  /** A border of the picture itself, as a share of its sides: white paper or black bezel. */
  readonly border: { readonly share: number; readonly value: number }
  /** What the medium does to a channel of a pixel, at a place of the frame. */
  readonly tone: (value: number, channel: number, at: Point) => number
}

type Matrix = readonly number[]

/** The projective map from the frame to the unit square of the flat picture (Heckbert 1989, §2.2.3, inverted). */
function toUnitSquare([p0, p1, p2, p3]: Flat['corners']): Matrix {
  const [dx1, dy1] = [p1[0] - p2[0], p1[1] - p2[1]]
  const [dx2, dy2] = [p3[0] - p2[0], p3[1] - p2[1]]
  const [sx, sy] = [p0[0] - p1[0] + p2[0] - p3[0], p0[1] - p1[1] + p2[1] - p3[1]]
  const cross = dx1 * dy2 - dx2 * dy1
  const g = (sx * dy2 - dx2 * sy) / cross
  const h = (dx1 * sy - sx * dy1) / cross
  const [a, b, c] = [p1[0] - p0[0] + g * p1[0], p3[0] - p0[0] + h * p3[0], p0[0]]
  const [d, e, f] = [p1[1] - p0[1] + g * p1[1], p3[1] - p0[1] + h * p3[1], p0[1]]
  return [
    e - f * h,
    c * h - b,
    b * f - c * e,
    f * g - d,
    a - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ]
}

function mapPoint(m: Matrix, [x, y]: Point): Point {
  const at = (row: number) => (m[row * 3] ?? 0) * x + (m[row * 3 + 1] ?? 0) * y + (m[row * 3 + 2] ?? 0)
  return [at(0) / at(2), at(1) / at(2)]
}

async function present(frame: Buffer, flat: Flat, blurSigma: number): Promise<Buffer> {
  const source = await sharp(frame).removeAlpha().raw().toBuffer()
  const toPicture = toUnitSquare(flat.corners)
  const { share, value: borderValue } = flat.border
  const out = Buffer.alloc(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = mapPoint(toPicture, [x, y])
      const isOutside = u < 0 || v < 0 || u > 1 || v > 1
      const [s, t] = [(u - share) / (1 - 2 * share), (v - share) / (1 - 2 * share)]
      const isBorder = s < 0 || t < 0 || s > 1 || t > 1
      for (let channel = 0; channel < 3; channel++) {
        const inside = isBorder
          ? borderValue
          : sample(source, [s * (personPx - 1), t * (personPx - 1)], channel)
        const value = isOutside ? flat.around(x, y) : flat.tone(inside, channel, [x, y])
        out[(y * width + x) * 3 + channel] = Math.max(0, Math.min(255, Math.round(value)))
      }
    }
  }
  const picture = sharp(out, { raw: { width, height, channels: 3 } })
  return picture.blur(blurSigma).jpeg({ quality: 85 }).toBuffer()
}

function sample(source: Buffer, [x, y]: Point, channel: number): number {
  const [left, top] = [Math.min(Math.floor(x), personPx - 2), Math.min(Math.floor(y), personPx - 2)]
  const at = (dx: number, dy: number) => source[((top + dy) * personPx + left + dx) * 3 + channel] ?? 0
  const [fx, fy] = [x - left, y - top]
  return (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy
}

/** A square in the middle that is held a little askew. */
function askew(random: () => number, sidePx: number): Flat['corners'] {
  const jitter = () => (random() - 0.5) * 36
  const corner = (signX: number, signY: number): Point => [
    width / 2 + (signX * sidePx) / 2 + jitter(),
    height / 2 + (signY * sidePx) / 2 + jitter(),
  ]
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)]
}

const wall = (x: number, y: number) => 150 - 40 * (x / width) + 15 * Math.sin(y / 90)

/** Paper: less contrast, warmer, lit from one side, halftone too fine to see. */
function print(random: () => number, sidePx: number): Flat {
  const light = random() * 0.3
  return {
    corners: askew(random, sidePx),
    around: wall,
    border: { share: 0.03, value: 235 },
    tone: (value, channel, [x]) =>
      (35 + value * 0.72 + [8, 2, -8][channel]!) * (1.05 - light * (x / width)) + (random() - 0.5) * 6,
  }
}

/** A display: black bezel, more contrast, bluer, and the beat of its pixels with the camera's. */
function screen(random: () => number, sidePx: number): Flat {
  const period = 2.1 + random() * 0.5
  const tilt = random() * 0.1
  return {
    corners: askew(random, sidePx),
    around: wall,
    border: { share: 0.04, value: 8 },
    tone: (value, channel, [x, y]) => {
      const phase = ((x + tilt * y) / period) * 2 * Math.PI + channel * 2.1
      const grid = 1 + 0.09 * Math.sin(phase) + 0.05 * Math.sin((y / (period + 0.3)) * 2 * Math.PI)
      return 12 + 255 * (value / 255) ** 0.9 * [0.95, 1, 1.06][channel]! * grid + (random() - 0.5) * 4
    },
  }
}

/** `held` shows the edges in the frame; `near` fills the frame and hides them. */
const species: Readonly<Record<string, (frame: Buffer, random: () => number) => Promise<Buffer>>> = {
  'simulated print, held': (frame, random) => present(frame, print(random, 400), 0.8),
  'simulated print, near': (frame, random) => present(frame, print(random, 700), 0.8),
  'simulated screen, held': (frame, random) => present(frame, screen(random, 400), 0.5),
  'simulated screen, near': (frame, random) => present(frame, screen(random, 700), 0.5),
}

async function writeCaptures(folder: string): Promise<void> {
  for (const [which, person] of people.entries()) {
    const taken = await frames(person, { fps: 4, size: [personPx, personPx] })
    const random = createRandom(which)
    const stride = Math.max(framesPerCapture, Math.floor(taken.length / capturesPerPerson))
    for (let at = 0; at + framesPerCapture <= taken.length; at += stride) {
      const capture = `${person}-${String(at).padStart(3, '0')}`
      await writeCapture(folder, capture, { taken: taken.slice(at, at + framesPerCapture), random })
    }
  }
}

interface Taken {
  readonly taken: readonly Buffer[]
  readonly random: () => number
}

async function writeCapture(folder: string, capture: string, { taken, random }: Taken): Promise<void> {
  for (const [number, frame] of taken.entries()) {
    await write(join(folder, 'bona-fide', capture), number, frame)
    for (const [name, make] of Object.entries(species)) {
      await write(join(folder, 'attacks', name, capture), number, await make(frame, random))
    }
  }
}

async function write(folder: string, number: number, bytes: Buffer): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${number}.jpg`), bytes)
}

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('name the folder to write to')
await writeCaptures(folder)
