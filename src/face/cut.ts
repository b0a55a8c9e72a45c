/** A part of a frame, stretched to a square as OpenCV's `INTER_LINEAR` does it, to the bit: PAD networks see such differences. */
import type { Raster } from './raster.ts'

/** Whole pixels of a frame, within it. */
export interface Region {
  readonly x: number
  readonly y: number
  readonly widthPx: number
  readonly heightPx: number
}

/** OpenCV's weights are whole numbers out of these. */
const wholeWeight = 2048

/** Between which two pixels a pixel of the result lies, and how much each counts. */
interface Tap {
  readonly first: number
  readonly second: number
  readonly firstWeight: number
  readonly secondWeight: number
}

/** Bilinear without averaging, whatever the reduction; the edges are those of the region. */
export function cut(raster: Raster, region: Region, sidePx: number): Raster {
  const across = planTaps(region.widthPx, sidePx)
  const down = planTaps(region.heightPx, sidePx)
  const rgb = new Uint8Array(sidePx * sidePx * 3)
  let to = 0
  for (const row of down) {
    const upper = (region.y + row.first) * raster.widthPx + region.x
    const lower = (region.y + row.second) * raster.widthPx + region.x
    for (const column of across) {
      for (let channel = 0; channel < 3; channel++, to++) {
        const above = mix(raster.rgb, column, upper * 3 + channel)
        const below = mix(raster.rgb, column, lower * 3 + channel)
        rgb[to] = (scale(above, row.firstWeight) + scale(below, row.secondWeight) + 2) >> 2
      }
    }
  }
  return { widthPx: sidePx, heightPx: sidePx, rgb }
}

function planTaps(from: number, to: number): readonly Tap[] {
  return Array.from({ length: to }, (_, at) => {
    const exact = Math.fround((at + 0.5) * (from / to) - 0.5)
    const first = Math.min(Math.max(Math.floor(exact), 0), from - 1)
    const share = first === Math.floor(exact) && first < from - 1 ? exact - first : 0
    return {
      first,
      second: Math.min(first + 1, from - 1),
      firstWeight: Math.round((1 - share) * wholeWeight),
      secondWeight: Math.round(share * wholeWeight),
    }
  })
}

function mix(rgb: Uint8Array, { first, second, firstWeight, secondWeight }: Tap, origin: number): number {
  return (rgb[origin + first * 3] ?? 0) * firstWeight + (rgb[origin + second * 3] ?? 0) * secondWeight
}

/** Each factor loses its lowest bits so that the product fits 32 bits: the order of the shifts is OpenCV's. */
function scale(sum: number, weight: number): number {
  return ((sum >> 4) * weight) >> 16
}
