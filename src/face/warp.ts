/** A face cut out of a frame by a similarity, without native code. */
import type { Raster, Similarity } from './raster.ts'

/**
 * Bilinear, black outside, as OpenCV's `warpAffine` does it. One loop in which no pixel makes an object or a pair: the
 * two crops of a frame made 4 MB of garbage with them, whose collection took more time than the pixels.
 */
export function warp(raster: Raster, similarity: Similarity, sidePx: number): Raster {
  const { rgb: from, widthPx, heightPx } = raster
  const { a, b, tx, ty } = similarity
  const squares = a * a + b * b
  const [perColumnX, perColumnY] = [a / squares, -b / squares]
  const rgb = new Uint8Array(sidePx * sidePx * 3)
  const stride = widthPx * 3
  let to = 0
  for (let v = 0; v < sidePx; v++) {
    let x = (b * (v - ty) - a * tx) / squares
    let y = (a * (v - ty) + b * tx) / squares
    for (let u = 0; u < sidePx; u++, to += 3, x += perColumnX, y += perColumnY) {
      if (!(x >= 0 && y >= 0 && x < widthPx - 1 && y < heightPx - 1)) {
        sampleEdge(raster, { x, y, to, rgb })
        continue
      }
      // Nothing here is negative: `| 0` rounds down, and adding a half before it rounds.
      const left = x | 0
      const top = y | 0
      const right = x - left
      const below = y - top
      let upper = top * stride + left * 3
      let lower = upper + stride
      for (let channel = 0; channel < 3; channel++, upper++, lower++) {
        const one = (from[upper] ?? 0) * (1 - right) + (from[upper + 3] ?? 0) * right
        const other = (from[lower] ?? 0) * (1 - right) + (from[lower + 3] ?? 0) * right
        rgb[to + channel] = one * (1 - below) + other * below + 0.5
      }
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

/** The rim, and all that lies outside. */
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
