/** Pixels to the numbers that a network was trained on, as the manifest describes them. */
import type { ModelEntry } from './manifest.ts'
import type { Raster } from './raster.ts'

/** Planar, in the channel order of the network: (x / scale − mean) / std. */
export function toBlob(raster: Raster, preprocessing: ModelEntry['preprocessing']): Float32Array {
  const { channels, scale, mean, std } = preprocessing
  const { rgb } = raster
  const blob = new Float32Array(rgb.length)
  const area = raster.widthPx * raster.heightPx
  for (const plane of [0, 1, 2] as const) {
    const factor = 1 / (scale * std[plane])
    const offset = mean[plane] / std[plane]
    let from = channels === 'rgb' ? plane : 2 - plane
    for (let to = plane * area; to < (plane + 1) * area; to++, from += 3) {
      blob[to] = (rgb[from] ?? 0) * factor - offset
    }
  }
  return blob
}

/** What `toBlob` does, in place, to planes of 0…255 that are in the order of the network already. */
export function normalise(planes: Float32Array, preprocessing: ModelEntry['preprocessing']): void {
  const { scale, mean, std } = preprocessing
  const area = planes.length / 3
  for (const plane of [0, 1, 2] as const) {
    const factor = 1 / (scale * std[plane])
    const offset = mean[plane] / std[plane]
    // YuNet takes pixels as they are.
    if (factor === 1 && offset === 0) continue
    for (let at = plane * area; at < (plane + 1) * area; at++)
      planes[at] = (planes[at] ?? 0) * factor - offset
  }
}
