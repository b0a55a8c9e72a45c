/** The image port: bytes in, pixels and crops out; OpenCV and sharp stand behind it and are held to the same numbers. */
import type { Region } from './cut.ts'
import type { FrameFault } from './engine.ts'
import type { Fit, Letterboxed, PlanarSquare, Raster, Similarity } from './raster.ts'

/** A decoded, upright frame. It may hold native memory: whoever decoded it releases it. */
export interface DecodedImage {
  readonly widthPx: number
  readonly heightPx: number
  /** Fits the frame into a square, black to the right or below. */
  letterbox(sidePx: number): Letterboxed
  /** The same pixels in planes, over whatever the square held: a detector's input without a copy in between. */
  fit(square: PlanarSquare): Fit
  /** Cuts a square crop by a similarity; bilinear, black outside the frame. */
  warp(similarity: Similarity, sidePx: number): Raster
  /** Cuts a part of the frame and stretches it to a square; bilinear without averaging, as PAD networks were trained. */
  cut(region: Region, sidePx: number): Raster
  release(): void
}

export type Decoding =
  | { readonly outcome: 'decoded'; readonly image: DecodedImage }
  | { readonly outcome: 'unreadable'; readonly fault: FrameFault }

export interface ImageAdapter {
  readonly name: 'opencv' | 'sharp'
  /** Never throws for what the bytes contain. */
  decode(bytes: Uint8Array): Promise<Decoding>
}
