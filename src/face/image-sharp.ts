/** The image port on sharp and plain arithmetic: works wherever npm does. */
import sharp from 'sharp'
import { cut } from './cut.ts'
import type { DecodedImage, Decoding, ImageAdapter } from './image.ts'
import { frameLimits, type ImageHeader, readImageHeader } from './image-header.ts'
import { fit, letterbox, orient, type Raster } from './raster.ts'
import { warp } from './warp.ts'

export function openSharp(): ImageAdapter {
  // One frame at a time per process, and nothing is seen twice.
  sharp.concurrency(1)
  sharp.cache(false)
  return { name: 'sharp', decode }
}

async function decode(bytes: Uint8Array): Promise<Decoding> {
  const reading = readImageHeader(bytes)
  if (reading.outcome === 'unreadable') return reading
  const raster = await decodePixels(bytes, reading.header)
  if (raster === undefined) return { outcome: 'unreadable', fault: 'not_an_image' }
  return { outcome: 'decoded', image: toImage(orient(raster, reading.header.orientation)) }
}

async function decodePixels(bytes: Uint8Array, header: ImageHeader): Promise<Raster | undefined> {
  try {
    const { data, info } = await sharp(bytes, {
      // A JPEG damaged within is shown as far as it goes, as OpenCV does; its end marker is checked before.
      failOn: header.format === 'jpeg' ? 'none' : 'error',
      limitInputPixels: frameLimits.maxPixels,
      // Colour profiles are left aside, as OpenCV does, or the two adapters would see different colours.
      ignoreIcc: true,
      autoOrient: false,
      sequentialRead: true,
    })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    if (info.width !== header.widthPx || info.height !== header.heightPx || info.channels !== 3)
      return undefined
    return { widthPx: info.width, heightPx: info.height, rgb: data }
  } catch {
    // sharp throws for whatever it cannot decode: the bytes are no picture.
    return undefined
  }
}

function toImage(raster: Raster): DecodedImage {
  return {
    widthPx: raster.widthPx,
    heightPx: raster.heightPx,
    letterbox: (sidePx) => letterbox(raster, sidePx),
    fit: (square) => fit(raster, square),
    warp: (similarity, sidePx) => warp(raster, similarity, sidePx),
    cut: (region, sidePx) => cut(raster, region, sidePx),
    release: () => undefined,
  }
}
