/** What is behind the person, coarsely: enough to see that one scene was cut to another. */
import type { Raster } from './raster.ts'

/** Side of the small picture that is looked at. */
export const backdropSidePx = 32

/** Rows and columns of the rim that count: left, right and top, where shoulders do not reach. */
const rimPx = 3

/** Where the pixels of the rim begin in the bytes of a frame that was fitted into a small square. */
export function rimOffsets({ widthPx }: Pick<Raster, 'widthPx'>, heightPx: number): readonly number[] {
  const offsets: number[] = []
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      const isRim = y < rimPx || ((x < rimPx || x >= widthPx - rimPx) && y < heightPx / 2)
      if (isRim) offsets.push((y * widthPx + x) * 3)
    }
  }
  return offsets
}

/** Mean luminance, 0…255, of each pixel of the rim. */
export function measureBackdrop(raster: Raster, heightPx: number): Uint8Array {
  const { rgb } = raster
  return Uint8Array.from(rimOffsets(raster, heightPx), (at) => {
    const [red = 0, green = 0, blue = 0] = rgb.subarray(at, at + 3)
    return 0.299 * red + 0.587 * green + 0.114 * blue
  })
}

/** Mean change of the rim, 0…255, apart from what a camera’s exposure does to all of it; NaN where the two are of different frames’ sizes. */
export function backdropChange(one: Uint8Array, other: Uint8Array): number {
  if (one.length !== other.length) return NaN
  const changes = Array.from(one, (value, at) => (other[at] ?? NaN) - value)
  const shift = changes.reduce((sum, change) => sum + change, 0) / changes.length
  return changes.reduce((sum, change) => sum + Math.abs(change - shift), 0) / changes.length
}
