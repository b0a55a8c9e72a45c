/**
 * Turns what a frame shows: the frame is a sheet of small triangles with depth, turned in perspective.
 * A head's depth comes from the mesh of the face, with an ellipsoid behind it, and fades into the background;
 * a photograph's is that of a card, flat or bent.
 */
import type { Raster } from '../../src/face/raster.ts'
import type { MeshPoint } from './face-mesh.ts'

/** Degrees: yaw to the person's own left, pitch upwards. */
export interface Turn {
  readonly yaw: number
  readonly pitch: number
}

/** A frame with depth. */
export interface Relief {
  readonly raster: Raster
  readonly columns: number
  readonly rows: number
  /** Depth in pixels behind the axis that it turns about, and how much of the turn is followed, for each corner of the sheet. */
  readonly depths: Float32Array
  readonly weights: Float32Array
  readonly pivot: { readonly x: number; readonly y: number }
  /** From the camera to the axis, in pixels of the frame. */
  readonly distance: number
}

const cellPx = 5

/** Points of the mesh on the outline of the face. */
const outline = { top: 10, chin: 152, right: 234, left: 454 } as const

interface Oval {
  readonly x: number
  readonly y: number
  readonly radiusX: number
  readonly radiusY: number
}

function ovalOf(points: readonly MeshPoint[]): Oval {
  const at = (index: number): MeshPoint => points[index] ?? { x: NaN, y: NaN, z: NaN }
  const [top, chin, right, left] = [at(outline.top), at(outline.chin), at(outline.right), at(outline.left)]
  return {
    x: (right.x + left.x) / 2,
    y: (top.y + chin.y) / 2,
    radiusX: Math.abs(left.x - right.x) / 2,
    radiusY: Math.abs(chin.y - top.y) / 2,
  }
}

/** Outside this share of the oval there are no points of the mesh to take a depth from. */
const meshShare = 0.92
/** Over half the width of the face: how far a point of the mesh is felt within the oval, and beyond it, where all must be smooth. */
const fineReach = 0.07
const coarseReach = 0.25
/** How steeply the head falls away behind the outline of the face. */
const fall = 0.9
/** The axis of the neck lies this far behind the sides of the face, over half its width. */
const neckBehind = 0.35
/** A face fills a fifth of the distance at which people sit from a webcam. */
const distancePerHalfWidth = 9

export function headRelief(raster: Raster, points: readonly MeshPoint[]): Relief {
  const oval = ovalOf(points)
  const sides = ((points[outline.right]?.z ?? NaN) + (points[outline.left]?.z ?? NaN)) / 2
  const pivotZ = sides + neckBehind * oval.radiusX
  const columns = Math.ceil(raster.widthPx / cellPx) + 1
  const rows = Math.ceil(raster.heightPx / cellPx) + 1
  const depths = new Float32Array(columns * rows)
  const weights = new Float32Array(columns * rows)
  for (let at = 0; at < depths.length; at++) {
    const [x, y] = cornerAt(at, columns)
    const [u, v] = [(x - oval.x) / oval.radiusX, (y - oval.y) / oval.radiusY]
    const radius = Math.hypot(u, v)
    const weight = followOf(radius, v / Math.max(radius, 1e-6))
    weights[at] = weight
    if (weight === 0) continue
    const inwards = Math.min(1, meshShare / Math.max(radius, 1e-6))
    const foot = { x: oval.x + (x - oval.x) * inwards, y: oval.y + (y - oval.y) * inwards }
    const behind = Math.max(0, radius - meshShare) * fall * oval.radiusX
    const reach = oval.radiusX * (radius < meshShare ? fineReach : coarseReach)
    depths[at] = Math.min(oval.radiusX * 0.5, depthAt(points, foot, reach) + behind - pivotZ)
  }
  const pivot = { x: oval.x, y: oval.y + 0.35 * oval.radiusY }
  return { raster, columns, rows, depths, weights, pivot, distance: distancePerHalfWidth * oval.radiusX }
}

/**
 * A photograph on a card that fills the frame.
 * @param bend how far its sides lie behind its middle, over its width: 0 is flat.
 */
export function cardRelief(raster: Raster, bend = 0): Relief {
  const columns = Math.ceil(raster.widthPx / cellPx) + 1
  const rows = Math.ceil(raster.heightPx / cellPx) + 1
  const depths = Float32Array.from({ length: columns * rows }, (_, at) => {
    const across = (2 * cornerAt(at, columns)[0]) / raster.widthPx - 1
    return bend * raster.widthPx * (across * across - 0.5)
  })
  const pivot = { x: raster.widthPx / 2, y: raster.heightPx / 2 }
  const weights = new Float32Array(depths.length).fill(1)
  return { raster, columns, rows, depths, weights, pivot, distance: 2 * raster.widthPx }
}

function cornerAt(at: number, columns: number): readonly [number, number] {
  return [(at % columns) * cellPx, Math.floor(at / columns) * cellPx]
}

/** The whole head follows a turn, the neck less and less, the background not at all. */
function followOf(radius: number, downwards: number): number {
  const below = Math.min(1, Math.max(0, downwards))
  const whole = 1.4 - 0.35 * below
  const none = 2.1 - 0.3 * below
  const share = Math.min(1, Math.max(0, (none - radius) / (none - whole)))
  return share * share * (3 - 2 * share)
}

/** The depth of the mesh around a point, nearer points counting more. */
function depthAt(points: readonly MeshPoint[], { x, y }: { x: number; y: number }, reach: number): number {
  let sum = 0
  let total = 1e-12
  for (const point of points) {
    const squares = ((point.x - x) ** 2 + (point.y - y) ** 2) / (reach * reach)
    // Beyond the exponential's reach a hyperbola, so that no corner is without a neighbour.
    const weight = Math.exp(-squares) + 1e-4 / (1 + squares ** 2)
    sum += weight * point.z
    total += weight
  }
  return sum / total
}

/** Where each corner of the sheet comes to lie: x, y and depth. */
function turnCorners(relief: Relief, turn: Turn): Float32Array {
  const { columns, depths, weights, pivot, distance } = relief
  const [yaw, pitch] = [(turn.yaw * Math.PI) / 180, (turn.pitch * Math.PI) / 180]
  const [sinYaw, cosYaw, sinPitch, cosPitch] = [
    Math.sin(yaw),
    Math.cos(yaw),
    Math.sin(pitch),
    Math.cos(pitch),
  ]
  const placed = new Float32Array(depths.length * 3)
  for (let at = 0; at < depths.length; at++) {
    const [x0, y0] = cornerAt(at, columns)
    const weight = weights[at] ?? 0
    const z0 = depths[at] ?? 0
    const back = (distance + z0) / distance
    const [x, y] = [(x0 - pivot.x) * back, (y0 - pivot.y) * back]
    const [x1, z1] = [x * cosYaw - z0 * sinYaw, x * sinYaw + z0 * cosYaw]
    const [y2, z2] = [y * cosPitch + z1 * sinPitch, z1 * cosPitch - y * sinPitch]
    const near = distance / (distance + z2)
    placed[at * 3] = x0 + weight * (pivot.x + x1 * near - x0)
    placed[at * 3 + 1] = y0 + weight * (pivot.y + y2 * near - y0)
    // The background lies behind everything.
    placed[at * 3 + 2] = weight * z2 + (1 - weight) * distance
  }
  return placed
}

/** The frame turned; what comes out from behind is the background. */
export function renderTurned(relief: Relief, turn: Turn, background = relief.raster): Raster {
  const { raster, columns, rows } = relief
  const corners = turnCorners(relief, turn)
  const out: Canvas = {
    raster: { ...raster, rgb: Uint8Array.from(background.rgb) },
    depths: new Float32Array(raster.widthPx * raster.heightPx).fill(Infinity),
  }
  const cornerOf = (at: number): Corner => {
    const [u, v] = cornerAt(at, columns)
    return { x: corners[at * 3] ?? 0, y: corners[at * 3 + 1] ?? 0, z: corners[at * 3 + 2] ?? 0, u, v }
  }
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = row * columns + column
      const [one, two, three, four] = [
        cornerOf(at),
        cornerOf(at + 1),
        cornerOf(at + columns),
        cornerOf(at + columns + 1),
      ]
      drawTriangle(out, raster, [one, two, three])
      drawTriangle(out, raster, [two, four, three])
    }
  }
  return out.raster
}

/** A place on the canvas, and the pixel of the frame that is seen there. */
interface Corner {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly u: number
  readonly v: number
}

interface Canvas {
  readonly raster: Raster
  readonly depths: Float32Array
}

function drawTriangle(
  { raster, depths }: Canvas,
  source: Raster,
  [a, b, c]: readonly [Corner, Corner, Corner],
): void {
  const area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
  // Turned away from the camera: its back is not seen.
  if (!(area > 1e-6)) return
  const left = Math.max(0, Math.ceil(Math.min(a.x, b.x, c.x)))
  const right = Math.min(raster.widthPx - 1, Math.floor(Math.max(a.x, b.x, c.x)))
  const top = Math.max(0, Math.ceil(Math.min(a.y, b.y, c.y)))
  const bottom = Math.min(raster.heightPx - 1, Math.floor(Math.max(a.y, b.y, c.y)))
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const ofB = ((x - a.x) * (c.y - a.y) - (c.x - a.x) * (y - a.y)) / area
      const ofC = ((b.x - a.x) * (y - a.y) - (x - a.x) * (b.y - a.y)) / area
      const ofA = 1 - ofB - ofC
      if (!(ofA >= -1e-6 && ofB >= -1e-6 && ofC >= -1e-6)) continue
      const depth = ofA * a.z + ofB * b.z + ofC * c.z
      const at = y * raster.widthPx + x
      if (!(depth < (depths[at] ?? 0))) continue
      depths[at] = depth
      copyPixel(
        source,
        { x: ofA * a.u + ofB * b.u + ofC * c.u, y: ofA * a.v + ofB * b.v + ofC * c.v },
        raster.rgb.subarray(at * 3),
      )
    }
  }
}

/** Bilinear. */
function copyPixel(source: Raster, { x, y }: { x: number; y: number }, out: Uint8Array): void {
  const left = Math.min(source.widthPx - 2, Math.max(0, Math.floor(x)))
  const top = Math.min(source.heightPx - 2, Math.max(0, Math.floor(y)))
  const [fx, fy] = [Math.min(1, x - left), Math.min(1, y - top)]
  const from = (top * source.widthPx + left) * 3
  const down = from + source.widthPx * 3
  const { rgb } = source
  for (let channel = 0; channel < 3; channel++) {
    const upper = (rgb[from + channel] ?? 0) * (1 - fx) + (rgb[from + 3 + channel] ?? 0) * fx
    const lower = (rgb[down + channel] ?? 0) * (1 - fx) + (rgb[down + 3 + channel] ?? 0) * fx
    out[channel] = upper * (1 - fy) + lower * fy + 0.5
  }
}
