/** Pixels to the numbers that a network was trained on, as the manifest describes them. */
import type { ModelEntry } from './manifest.ts'
import type { Raster } from './raster.ts'

/**
 * Planar, in the channel order of the network: (x / scale − mean) / std.
 * @param blob written to where it has the right length
 */
export function toBlob(
  raster: Raster,
  preprocessing: ModelEntry['preprocessing'],
  blob: Float32Array = new Float32Array(raster.rgb.length),
): Float32Array {
  const { channels, scale, mean, std } = preprocessing
  const { rgb } = raster
  const area = raster.widthPx * raster.heightPx
  if (blob.length !== area * 3)
    throw new RangeError(`a blob of ${blob.length} numbers holds no ${area} pixels`)
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
