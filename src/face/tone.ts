/** The mean colour of the face, and of what is behind the person: what a coloured light changes. */
import { rimOffsets } from './backdrop.ts'
import type { Tone } from './engine.ts'
import type { Raster } from './raster.ts'

/** Of the aligned 112×112 crop: brow to chin and cheek to cheek, where there is skin whatever the hair. */
const skin = { left: 32, top: 40, widthPx: 48, heightPx: 60 }

export function measureSkin(crop: Raster): Tone {
  const offsets: number[] = []
  for (let y = skin.top; y < skin.top + skin.heightPx; y++) {
    for (let x = skin.left; x < skin.left + skin.widthPx; x++) offsets.push((y * crop.widthPx + x) * 3)
  }
  return meanOf(crop, offsets)
}

/** Of the rim of a frame that was fitted into a small square, as `measureBackdrop` takes it. */
export function measureRim(raster: Raster, heightPx: number): Tone {
  return meanOf(raster, rimOffsets(raster, heightPx))
}

function meanOf({ rgb }: Raster, offsets: readonly number[]): Tone {
  const sum = { red: 0, green: 0, blue: 0 }
  for (const at of offsets) {
    sum.red += rgb[at] ?? NaN
    sum.green += rgb[at + 1] ?? NaN
    sum.blue += rgb[at + 2] ?? NaN
  }
  const { length } = offsets
  return { red: sum.red / length, green: sum.green / length, blue: sum.blue / length }
}
