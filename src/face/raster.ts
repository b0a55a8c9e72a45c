/** Plain pixels, and the geometry done on them without native code. */
import type { Orientation } from './exif.ts'

/** Eight bits a channel, RGB interleaved, rows from the top without padding. */
export interface Raster {
  readonly widthPx: number
  readonly heightPx: number
  readonly rgb: Uint8Array
}

/** Maps a point of the frame to a point of the crop: (a·x − b·y + tx, b·x + a·y + ty). */
export interface Similarity {
  readonly a: number
  readonly b: number
  readonly tx: number
  readonly ty: number
}

/** How a frame was fitted into a network's square: point of the frame = point of the square × these. */
export interface Fit {
  readonly scaleX: number
  readonly scaleY: number
}

export interface Letterboxed extends Fit {
  readonly raster: Raster
}

/** A network's square: one plane after the other in the order of its channels, each pixel 0…255. */
export interface PlanarSquare {
  readonly sidePx: number
  readonly channels: 'rgb' | 'bgr'
  /** Room for three planes; kept from frame to frame, since fresh memory costs half a millisecond a megabyte. */
  readonly planes: Float32Array
  /** As much room for whole numbers, where an adapter is quicker to write those first. */
  readonly bytes: Uint8Array
}

/** The size that fills a square of `sidePx` and keeps the proportions; the rest, right or below, stays black. */
export function fitInto(sidePx: number, widthPx: number, heightPx: number): readonly [number, number] {
  const scale = sidePx / Math.max(widthPx, heightPx)
  return [Math.max(1, Math.round(widthPx * scale)), Math.max(1, Math.round(heightPx * scale))]
}

export function letterbox(raster: Raster, sidePx: number): Letterboxed {
  const [widthPx, heightPx] = fitInto(sidePx, raster.widthPx, raster.heightPx)
  const fitted = resize(raster, widthPx, heightPx)
  const rgb = new Uint8Array(sidePx * sidePx * 3)
  for (let y = 0; y < heightPx; y++) {
    rgb.set(fitted.rgb.subarray(y * widthPx * 3, (y + 1) * widthPx * 3), y * sidePx * 3)
  }
  return {
    raster: { widthPx: sidePx, heightPx: sidePx, rgb },
    scaleX: raster.widthPx / widthPx,
    scaleY: raster.heightPx / heightPx,
  }
}

/** Written plane by plane at once: through a letterboxed raster the same took 1.7 ms of a frame, and takes 0.6. */
export function fit(raster: Raster, square: PlanarSquare): Fit {
  const { sidePx, channels, planes } = square
  const [widthPx, heightPx] = fitInto(sidePx, raster.widthPx, raster.heightPx)
  planes.fill(0)
  if (raster.widthPx === widthPx * 2 && raster.heightPx === heightPx * 2) halveInto(raster, square)
  else {
    const { rgb } = resize(raster, widthPx, heightPx)
    const area = sidePx * sidePx
    const red = channels === 'rgb' ? 0 : 2 * area
    let from = 0
    for (let y = 0; y < heightPx; y++) {
      for (let to = y * sidePx; to < y * sidePx + widthPx; to++, from += 3) {
        planes[to + red] = rgb[from] ?? 0
        planes[to + area] = rgb[from + 1] ?? 0
        planes[to + 2 * area - red] = rgb[from + 2] ?? 0
      }
    }
  }
  return { scaleX: raster.widthPx / widthPx, scaleY: raster.heightPx / heightPx }
}

/** The coarse look at 640×480, by whole numbers: 3 ms and 3 MB a frame are saved over the general way, with the same result. */
function halveInto({ widthPx, heightPx, rgb }: Raster, { sidePx, channels, planes }: PlanarSquare): void {
  const stride = widthPx * 3
  const planeOf = channels === 'rgb' ? [0, 1, 2] : [2, 1, 0]
  for (const [channel, plane] of planeOf.entries()) {
    for (let y = 0; y < heightPx / 2; y++) {
      let to = (plane * sidePx + y) * sidePx
      const end = to + widthPx / 2
      let upper = y * 2 * stride + channel
      for (let lower = upper + stride; to < end; to++, upper += 6, lower += 6) {
        const above = (rgb[upper] ?? 0) + (rgb[upper + 3] ?? 0)
        const below = (rgb[lower] ?? 0) + (rgb[lower + 3] ?? 0)
        planes[to] = (above + below + 2) >> 2
      }
    }
  }
}

/** For each pixel of the result: the first pixel that counts, and the weights from there on. */
interface Taps {
  readonly first: Int32Array
  readonly weights: Float32Array
  readonly perPixel: number
}

/** Area average where the result is smaller, bilinear where it is larger. */
function planTaps(from: number, to: number): Taps {
  const ratio = from / to
  const perPixel = ratio > 1 ? Math.ceil(ratio) + 1 : 2
  const first = new Int32Array(to)
  const weights = new Float32Array(to * perPixel)
  for (let each = 0; each < to; each++) {
    const begin = ratio > 1 ? each * ratio : (each + 0.5) * ratio - 0.5
    const start = Math.min(Math.max(0, Math.floor(begin)), Math.max(0, from - perPixel))
    first[each] = start
    for (let tap = 0; tap < perPixel; tap++) {
      const pixel = start + tap
      const weight =
        ratio > 1
          ? (Math.min(pixel + 1, begin + ratio) - Math.max(pixel, begin)) / ratio
          : 1 - Math.abs(Math.min(Math.max(begin, 0), from - 1) - pixel)
      weights[each * perPixel + tap] = Math.max(0, weight)
    }
  }
  return { first, weights, perPixel }
}

export function resize(raster: Raster, widthPx: number, heightPx: number): Raster {
  if (raster.widthPx === widthPx && raster.heightPx === heightPx) return raster
  const across = resampleAcross(raster, planTaps(raster.widthPx, widthPx))
  const down = resampleDown(across, widthPx * 3, planTaps(raster.heightPx, heightPx))
  return { widthPx, heightPx, rgb: toBytes(down) }
}

/** Weights sum to one, so that every value is within 0…255; adding a half rounds. */
function toBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length)
  for (let at = 0; at < bytes.length; at++) bytes[at] = (values[at] ?? 0) + 0.5
  return bytes
}

function resampleAcross(raster: Raster, { first, weights, perPixel }: Taps): Float32Array {
  const { rgb } = raster
  const out = new Float32Array(first.length * raster.heightPx * 3)
  let to = 0
  for (let y = 0; y < raster.heightPx; y++) {
    const row = y * raster.widthPx * 3
    for (let x = 0; x < first.length; x++, to += 3) {
      let from = row + (first[x] ?? 0) * 3
      let r = 0
      let g = 0
      let b = 0
      for (let tap = 0; tap < perPixel; tap++, from += 3) {
        const weight = weights[x * perPixel + tap] ?? 0
        r += weight * (rgb[from] ?? 0)
        g += weight * (rgb[from + 1] ?? 0)
        b += weight * (rgb[from + 2] ?? 0)
      }
      out[to] = r
      out[to + 1] = g
      out[to + 2] = b
    }
  }
  return out
}

function resampleDown(
  rows: Float32Array,
  rowLength: number,
  { first, weights, perPixel }: Taps,
): Float32Array {
  const out = new Float32Array(first.length * rowLength)
  for (let y = 0; y < first.length; y++) {
    for (let tap = 0; tap < perPixel; tap++) {
      const weight = weights[y * perPixel + tap] ?? 0
      const from = ((first[y] ?? 0) + tap) * rowLength
      if (weight > 0) addRow(out.subarray(y * rowLength, (y + 1) * rowLength), rows.subarray(from), weight)
    }
  }
  return out
}

function addRow(sum: Float32Array, row: Float32Array, weight: number): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + weight * (row[at] ?? 0)
}

/** Where the first pixel of the stored picture goes, and the steps of the upright one per stored column and row. */
interface Walk {
  readonly start: number
  readonly perColumn: number
  readonly perRow: number
}

/** Turns a picture upright. */
export function orient(raster: Raster, orientation: Orientation): Raster {
  if (orientation === 1) return raster
  const { widthPx, heightPx, rgb } = raster
  const isSideways = orientation >= 5
  const [toWidth, toHeight] = isSideways ? [heightPx, widthPx] : [widthPx, heightPx]
  const { start, perColumn, perRow } = planWalk(orientation, widthPx, heightPx)
  const out = new Uint8Array(rgb.length)
  let from = 0
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++, from += 3) {
      const to = (start + x * perColumn + y * perRow) * 3
      out[to] = rgb[from] ?? 0
      out[to + 1] = rgb[from + 1] ?? 0
      out[to + 2] = rgb[from + 2] ?? 0
    }
  }
  return { widthPx: toWidth, heightPx: toHeight, rgb: out }
}

function planWalk(orientation: Orientation, width: number, height: number): Walk {
  const [right, bottom] = [width - 1, height - 1]
  const walks: Readonly<Record<Orientation, Walk>> = {
    1: { start: 0, perColumn: 1, perRow: width },
    2: { start: right, perColumn: -1, perRow: width },
    3: { start: bottom * width + right, perColumn: -1, perRow: -width },
    4: { start: bottom * width, perColumn: 1, perRow: -width },
    5: { start: 0, perColumn: height, perRow: 1 },
    6: { start: bottom, perColumn: height, perRow: -1 },
    7: { start: right * height + bottom, perColumn: -height, perRow: -1 },
    8: { start: right * height, perColumn: -height, perRow: 1 },
  }
  return walks[orientation]
}
