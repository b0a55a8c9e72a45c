/** What was measured of a frame that counts → bytes and back: every number exact, NaN too. The frame itself is nowhere in it. */
import { Embedding } from '../face/embedding.ts'
import type { Colour } from '../policy/colour-flash.ts'
import type { KeptFrame } from './capture-shelf.ts'

/** Of this layout; another is refused. */
const layout = 1
const mostText = 255
const mostPoints = 468

/** @throws {RangeError} where a name, a model tag or the points are longer than any of ours */
export function encodeKeptFrame({ name, frame }: KeptFrame): Uint8Array {
  const { embedding, rigidPoints, pose, livenessScore, tones } = frame
  if (rigidPoints.length > mostPoints) throw new RangeError('too many points')
  const { vector, model } = embedding
  const numbers = [
    pose.yaw,
    pose.pitch,
    livenessScore,
    ...channelsOf(tones.face),
    ...channelsOf(tones.backdrop),
    ...rigidPoints.flatMap(({ x, y }) => [x, y]),
  ]
  const doubles = Buffer.alloc(numbers.length * 8)
  numbers.forEach((value, at) => doubles.writeDoubleLE(value, at * 8))
  const floats = Buffer.alloc(vector.length * 4)
  vector.forEach((value, at) => floats.writeFloatLE(value, at * 4))
  const counts = Buffer.alloc(4)
  counts.writeUInt16LE(rigidPoints.length, 0)
  counts.writeUInt16LE(vector.length, 2)
  return Buffer.concat([Buffer.of(layout), textBytes(name), textBytes(model), counts, doubles, floats])
}

/** @throws {TypeError | RangeError} for whatever `encodeKeptFrame` has not made */
export function decodeKeptFrame(bytes: Uint8Array): KeptFrame {
  const reader = createReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (reader.byte() !== layout) throw new TypeError('a kept frame of another layout')
  const [name, model] = [reader.text(), reader.text()]
  const [points, length] = [reader.short(), reader.short()]
  if (name === '' || points > mostPoints) throw new TypeError('no kept frame')
  const colour = (): Colour => ({ red: reader.double(), green: reader.double(), blue: reader.double() })
  const pose = { yaw: reader.double(), pitch: reader.double() }
  const livenessScore = reader.double()
  const tones = { face: colour(), backdrop: colour() }
  const rigidPoints = Array.from({ length: points }, () => ({ x: reader.double(), y: reader.double() }))
  const vector = Float32Array.from({ length }, () => reader.float())
  reader.end()
  return {
    name,
    frame: { embedding: Embedding.adopt(vector, model), rigidPoints, pose, livenessScore, tones },
  }
}

function channelsOf({ red, green, blue }: Colour): readonly number[] {
  return [red, green, blue]
}

function textBytes(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length > mostText) throw new RangeError('a text is too long')
  return Buffer.concat([Buffer.of(bytes.length), bytes])
}

/** Reads from the front to the end; every step past the end throws. */
function createReader(bytes: Buffer) {
  let at = 0
  const step = (length: number): number => {
    const from = at
    at += length
    return from
  }
  return {
    byte: (): number => bytes.readUInt8(step(1)),
    short: (): number => bytes.readUInt16LE(step(2)),
    double: (): number => bytes.readDoubleLE(step(8)),
    float: (): number => bytes.readFloatLE(step(4)),
    text: (): string => {
      const length = bytes.readUInt8(step(1))
      const from = step(length)
      if (at > bytes.length) throw new RangeError('a text ends too early')
      return bytes.toString('utf8', from, at)
    },
    end: (): void => {
      if (at !== bytes.length) throw new TypeError('more bytes than belong to it')
    },
  }
}
