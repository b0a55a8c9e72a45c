/** The mesh network: 468 points of a face with their depth, of which pose and the rigid points are kept. */
import type { MeasuredFace, MeshLook, Point } from './engine.ts'
import type { DecodedImage } from './image.ts'
import type { Model } from './models.ts'
import { toBlob } from './preprocessing.ts'
import type { Similarity } from './raster.ts'

export interface MeshFinder {
  look(image: DecodedImage, face: MeasuredFace): Promise<MeshLook>
}

/** The network sees the box of the face enlarged by this (MediaPipe’s own margin is of the same size). */
const boxScale = 1.5

/** Numbers of the canonical mesh (MediaPipe): the corners of the eyes that lie outside, and forehead and chin. */
const [rightCorner, leftCorner, forehead, chin] = [33, 263, 10, 152] as const

const rigid = [
  33, 133, 362, 263, 1, 2, 4, 5, 6, 168, 197, 195, 98, 327, 10, 151, 9, 8, 127, 356, 234, 454, 116, 345, 123,
  352,
] as const

interface MeshPoint extends Point {
  /** In the scale of x and y; grows away from the camera. */
  readonly z: number
}

export function createMeshFinder(model: Model): MeshFinder {
  const { input, outputs, preprocessing } = model.entry
  const [, , sidePx] = input.shape
  const output = outputs[0]?.name
  if (typeof sidePx !== 'number' || output === undefined) {
    throw new TypeError(`${model.entry.file} is no mesh network of a fixed size`)
  }
  return {
    look: async (image, face) => {
      const similarity = frameFace(face, sidePx)
      const blob = toBlob(image.warp(similarity, sidePx), preprocessing)
      return lookOf((await model.run(blob)).get(output) ?? new Float32Array(), similarity)
    },
  }
}

/** The square around the face, its eyes level, as the map from the frame to the network’s input. */
function frameFace({ box, pose }: MeasuredFace, sidePx: number): Similarity {
  const scale = sidePx / (Math.max(box.width, box.height) * boxScale)
  const roll = (pose.rollDegrees * Math.PI) / 180
  const a = scale * Math.cos(roll)
  const b = -scale * Math.sin(roll)
  const x = box.x + box.width / 2
  const y = box.y + box.height / 2
  return { a, b, tx: sidePx / 2 - (a * x - b * y), ty: sidePx / 2 - (b * x + a * y) }
}

/** NaN throughout where the network gave too few points: whoever guards with it must fail closed on that. */
function lookOf(values: Float32Array, similarity: Similarity): MeshLook {
  const point = (at: number): MeshPoint => ({
    x: values[at * 3] ?? NaN,
    y: values[at * 3 + 1] ?? NaN,
    z: values[at * 3 + 2] ?? NaN,
  })
  const [right, left, top, bottom] = [point(rightCorner), point(leftCorner), point(forehead), point(chin)]
  return {
    yawDegrees: degrees(Math.atan2(left.z - right.z, left.x - right.x)),
    pitchDegrees: degrees(Math.atan2(top.z - bottom.z, bottom.y - top.y)),
    rigidPoints: rigid.map((at) => toFrame(point(at), similarity)),
  }
}

function toFrame({ x, y }: Point, { a, b, tx, ty }: Similarity): Point {
  const squares = a * a + b * b
  return { x: (a * (x - tx) + b * (y - ty)) / squares, y: (a * (y - ty) - b * (x - tx)) / squares }
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI
}
