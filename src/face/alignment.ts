/** Five landmarks to the similarity that lays a face on the ArcFace template, so that every crop is framed alike. */
import type { Landmarks, Point } from './engine.ts'
import type { Similarity } from './raster.ts'

export const cropSidePx = 112

/** Where ArcFace's training put the five landmarks in a 112×112 crop. */
export const arcFaceTemplate: Landmarks = [
  { x: 38.2946, y: 51.6963 },
  { x: 73.5318, y: 51.5014 },
  { x: 56.0252, y: 71.7366 },
  { x: 41.5493, y: 92.3655 },
  { x: 70.7299, y: 92.2041 },
]

function centreOf(points: readonly Point[]): Point {
  const sum = points.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 })
  return { x: sum.x / points.length, y: sum.y / points.length }
}

/**
 * The least-squares similarity (Umeyama 1991) in its closed form for two dimensions, without reflection.
 * `undefined` where the landmarks are one point or not finite.
 */
export function alignFace(
  landmarks: Landmarks,
  template: Landmarks = arcFaceTemplate,
): Similarity | undefined {
  const from = centreOf(landmarks)
  const to = centreOf(template)
  let spread = 0
  let along = 0
  let across = 0
  for (const [at, landmark] of landmarks.entries()) {
    const target = template[at] ?? to
    const [x, y] = [landmark.x - from.x, landmark.y - from.y]
    const [u, v] = [target.x - to.x, target.y - to.y]
    spread += x * x + y * y
    along += x * u + y * v
    across += x * v - y * u
  }
  const [a, b] = [along / spread, across / spread]
  // A face that fills less than a pixel has no direction; NaN fails too.
  if (!(spread > 1 && Math.hypot(a, b) > 1e-4 && Math.hypot(a, b) < Infinity)) return undefined
  return { a, b, tx: to.x - (a * from.x - b * from.y), ty: to.y - (b * from.x + a * from.y) }
}
