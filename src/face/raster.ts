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
export interface Letterboxed {
  readonly raster: Raster
  readonly scaleX: number
  readonly scaleY: number
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
  if (raster.widthPx === widthPx * 2 && raster.heightPx === heightPx * 2) return halve(raster)
  const across = resampleAcross(raster, planTaps(raster.widthPx, widthPx))
  const down = resampleDown(across, widthPx * 3, planTaps(raster.heightPx, heightPx))
  return { widthPx, heightPx, rgb: toBytes(down) }
}

/** The coarse look at 640×480, by whole numbers: 3 ms and 3 MB a frame are saved over the general way, with the same result. */
function halve({ widthPx, heightPx, rgb }: Raster): Raster {
  const [toWidth, toHeight] = [widthPx / 2, heightPx / 2]
  const out = new Uint8Array(toWidth * toHeight * 3)
  let to = 0
  for (let y = 0; y < toHeight; y++) {
    let upper = y * 2 * widthPx * 3
    let lower = upper + widthPx * 3
    for (let x = 0; x < toWidth; x++, to += 3, upper += 6, lower += 6) {
      for (let channel = 0; channel < 3; channel++) {
        const above = (rgb[upper + channel] ?? 0) + (rgb[upper + channel + 3] ?? 0)
        const below = (rgb[lower + channel] ?? 0) + (rgb[lower + channel + 3] ?? 0)
        out[to + channel] = (above + below + 2) >> 2
      }
    }
  }
  return { widthPx: toWidth, heightPx: toHeight, rgb: out }
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

/** Bilinear, black outside, as OpenCV's `warpAffine` does it. */
export function warp(raster: Raster, similarity: Similarity, sidePx: number): Raster {
  const { a, b, tx, ty } = similarity
  const squares = a * a + b * b
  const rgb = new Uint8Array(sidePx * sidePx * 3)
  let to = 0
  for (let v = 0; v < sidePx; v++) {
    for (let u = 0; u < sidePx; u++, to += 3) {
      const x = (a * (u - tx) + b * (v - ty)) / squares
      const y = (a * (v - ty) - b * (u - tx)) / squares
      if (isInside(raster, x, y)) sampleInside(raster, { x, y, to, rgb })
      else sampleEdge(raster, { x, y, to, rgb })
    }
  }
  return { widthPx: sidePx, heightPx: sidePx, rgb }
}

/** Where a pixel comes from, and where it goes. */
interface Sampling {
  readonly x: number
  readonly y: number
  readonly to: number
  readonly rgb: Uint8Array
}

function isInside({ widthPx, heightPx }: Raster, x: number, y: number): boolean {
  return x >= 0 && y >= 0 && x < widthPx - 1 && y < heightPx - 1
}

/** All but the rim. Written out without a call per channel: three crops of a frame took 6 ms with one, and take 1 ms. */
function sampleInside({ rgb: from, widthPx }: Raster, { x, y, to, rgb }: Sampling): void {
  const left = Math.floor(x)
  const top = Math.floor(y)
  const [fx, fy] = [x - left, y - top]
  const upper = (top * widthPx + left) * 3
  const lower = upper + widthPx * 3
  for (let channel = 0; channel < 3; channel++) {
    const above = (from[upper + channel] ?? 0) * (1 - fx) + (from[upper + channel + 3] ?? 0) * fx
    const below = (from[lower + channel] ?? 0) * (1 - fx) + (from[lower + channel + 3] ?? 0) * fx
    // Rounds as Math.round does: nothing here is negative.
    rgb[to + channel] = above * (1 - fy) + below * fy + 0.5
  }
}

function sampleEdge(raster: Raster, { x, y, to, rgb }: Sampling): void {
  const left = Math.floor(x)
  const top = Math.floor(y)
  const [fx, fy] = [x - left, y - top]
  for (let channel = 0; channel < 3; channel++) {
    const at = (dx: number, dy: number) =>
      isWithin(raster, left + dx, top + dy)
        ? (raster.rgb[((top + dy) * raster.widthPx + left + dx) * 3 + channel] ?? 0)
        : 0
    const above = at(0, 0) * (1 - fx) + at(1, 0) * fx
    const below = at(0, 1) * (1 - fx) + at(1, 1) * fx
    rgb[to + channel] = Math.round(above * (1 - fy) + below * fy)
  }
}

function isWithin(raster: Raster, x: number, y: number): boolean {
  return x >= 0 && y >= 0 && x < raster.widthPx && y < raster.heightPx
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
