/** Finds faces with YuNet: a box, five landmarks and a score for each. */
import type { Box, DetectedFace, Landmarks, Point } from './engine.ts'
import type { DecodedImage } from './image.ts'
import type { Model, Outputs } from './models.ts'
import { normalise } from './preprocessing.ts'
import type { Fit, PlanarSquare } from './raster.ts'

export interface Detector {
  /** Faces of the frame in its pixels, largest first. */
  detect(image: DecodedImage): Promise<readonly DetectedFace[]>
}

const strides = [8, 16, 32] as const

/** Least detection score, and the overlap (intersection over union) from which two boxes are one face. */
export const detection = { minScore: 0.6, maxOverlap: 0.3, maxFaces: 50 } as const

const leastFactor = detection.minScore ** 2

/** @throws {Error} where the network's outputs are not YuNet's; asked once, on a black square, before any frame. */
export async function createDetector(model: Model): Promise<Detector> {
  const { input, preprocessing } = model.entry
  const [, , sidePx] = input.shape
  if (typeof sidePx !== 'number') throw new Error(`${model.entry.name} is not a detector of fixed size`)
  const makeSquare = (): PlanarSquare => ({
    sidePx,
    channels: preprocessing.channels,
    planes: new Float32Array(sidePx * sidePx * 3),
    bytes: new Uint8Array(sidePx * sidePx * 3),
  })
  // One square for all frames: 5 MB a frame, made anew, cost more time in garbage collection than the network's own.
  const kept = [makeSquare()]
  readFaces(await model.run(makeSquare().planes), sidePx)
  return {
    detect: async (image) => {
      // Frames side by side, which a worker never has, each get one of their own.
      const square = kept.pop() ?? makeSquare()
      const fit = image.fit(square)
      normalise(square.planes, preprocessing)
      const outputs = await model.run(square.planes)
      kept.splice(0, 1, square)
      return readFaces(outputs, sidePx)
        .map((face) => toFrame(face, fit))
        .sort((one, other) => area(other.box) - area(one.box))
    },
  }
}

/** Faces in pixels of the square. */
function readFaces(outputs: Outputs, sidePx: number): readonly DetectedFace[] {
  return suppressOverlaps(strides.flatMap((stride) => readStride(outputs, stride, sidePx)))
}

function requireOutput(outputs: Outputs, name: string, length: number): Float32Array {
  const found = outputs.get(name)
  if (found?.length !== length) throw new Error(`the detector gave no ${name} of ${length} numbers`)
  return found
}

/** Every cell of one feature map whose score, √(class · objectness), is high enough. */
function readStride(outputs: Outputs, stride: number, sidePx: number): readonly DetectedFace[] {
  const columns = sidePx / stride
  const cells = columns * columns
  const cls = requireOutput(outputs, `cls_${stride}`, cells)
  const obj = requireOutput(outputs, `obj_${stride}`, cells)
  const bbox = requireOutput(outputs, `bbox_${stride}`, cells * 4)
  const kps = requireOutput(outputs, `kps_${stride}`, cells * 10)
  const found: DetectedFace[] = []
  for (let cell = 0; cell < cells; cell++) {
    // Neither factor exceeds 1, so both must reach the square: of 8,400 cells nearly all end here, which saves 0.5 ms.
    if (!((cls[cell] ?? NaN) >= leastFactor && (obj[cell] ?? NaN) >= leastFactor)) continue
    const score = Math.sqrt(clamp(cls[cell]) * clamp(obj[cell]))
    if (score >= detection.minScore) {
      const anchor = { x: (cell % columns) * stride, y: Math.floor(cell / columns) * stride }
      found.push({
        box: readBox(bbox.subarray(cell * 4, cell * 4 + 4), anchor, stride),
        landmarks: readLandmarks(kps.subarray(cell * 10, cell * 10 + 10), anchor, stride),
        score,
      })
    }
  }
  return found
}

function clamp(value: number | undefined): number {
  return value !== undefined && value > 0 ? Math.min(value, 1) : 0
}

function readBox(values: Float32Array, anchor: Point, stride: number): Box {
  const [dx = NaN, dy = NaN, logWidth = NaN, logHeight = NaN] = values
  const [width, height] = [Math.exp(logWidth) * stride, Math.exp(logHeight) * stride]
  return { x: anchor.x + dx * stride - width / 2, y: anchor.y + dy * stride - height / 2, width, height }
}

function readLandmarks(values: Float32Array, anchor: Point, stride: number): Landmarks {
  const point = (at: number) => ({
    x: anchor.x + (values[at * 2] ?? NaN) * stride,
    y: anchor.y + (values[at * 2 + 1] ?? NaN) * stride,
  })
  return [point(0), point(1), point(2), point(3), point(4)]
}

/** Greedy non-maximum suppression, best score first. */
function suppressOverlaps(candidates: readonly DetectedFace[]): readonly DetectedFace[] {
  const kept: DetectedFace[] = []
  for (const candidate of candidates.toSorted((one, other) => other.score - one.score)) {
    if (kept.length >= detection.maxFaces) break
    if (kept.every((face) => overlap(face.box, candidate.box) <= detection.maxOverlap)) kept.push(candidate)
  }
  return kept
}

export function area(box: Box): number {
  return box.width * box.height
}

/** Intersection over union. */
function overlap(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  if (!(width > 0 && height > 0)) return 0
  return (width * height) / (area(one) + area(other) - width * height)
}

function toFrame(face: DetectedFace, { scaleX, scaleY }: Fit): DetectedFace {
  const move = ({ x, y }: Point) => ({ x: x * scaleX, y: y * scaleY })
  const [rightEye, leftEye, nose, rightMouth, leftMouth] = face.landmarks
  const { box } = face
  return {
    box: { ...move(box), width: box.width * scaleX, height: box.height * scaleY },
    landmarks: [move(rightEye), move(leftEye), move(nose), move(rightMouth), move(leftMouth)],
    score: face.score,
  }
}
