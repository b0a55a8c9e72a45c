/** What a frame claims to be, read from its header by plain code before any native decoder sees a byte. */
import { crc32 } from 'node:zlib'
import type { FrameFault } from './engine.ts'
import { type Orientation, readOrientation } from './exif.ts'

/** Bounds of what is decoded at all; the HTTP edge has tighter ones. */
export const frameLimits = {
  maxBytes: 5 * 1024 * 1024,
  minSidePx: 32,
  maxSidePx: 4096,
  maxPixels: 12_000_000,
} as const

export interface ImageHeader {
  readonly format: 'jpeg' | 'png' | 'webp'
  /** As stored, before `orientation` is applied. */
  readonly widthPx: number
  readonly heightPx: number
  readonly orientation: Orientation
}

export type HeaderReading =
  | { readonly outcome: 'accepted'; readonly header: ImageHeader }
  | { readonly outcome: 'unreadable'; readonly fault: FrameFault }

/** The faults that the number of bytes alone decides, so that the server need not hand such a frame on. */
export function checkFrameBytes(bytes: Uint8Array): FrameFault | undefined {
  if (bytes.byteLength === 0) return 'empty'
  if (bytes.byteLength > frameLimits.maxBytes) return 'too_many_bytes'
  return undefined
}

/** Accepts whole JPEG, PNG and WebP pictures within bounds; anything else is a fault. Never throws. */
export function readImageHeader(bytes: Uint8Array): HeaderReading {
  const fault = checkFrameBytes(bytes)
  if (fault !== undefined) return { outcome: 'unreadable', fault }
  const read = readByMagic(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  return typeof read === 'string'
    ? { outcome: 'unreadable', fault: read }
    : { outcome: 'accepted', header: read }
}

const pngMagic = Buffer.from('89504e470d0a1a0a', 'hex')

function readByMagic(bytes: Buffer): ImageHeader | FrameFault {
  if (bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xffd8ff) return readJpeg(bytes)
  if (bytes.subarray(0, 8).equals(pngMagic)) return readPng(bytes)
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') {
    return readWebp(bytes)
  }
  return 'not_an_image'
}

interface Size {
  readonly widthPx: number
  readonly heightPx: number
}

function checkSize({ widthPx, heightPx }: Size): FrameFault | undefined {
  if (widthPx > frameLimits.maxSidePx || heightPx > frameLimits.maxSidePx) return 'too_many_pixels'
  if (widthPx * heightPx > frameLimits.maxPixels) return 'too_many_pixels'
  // No face can be told apart in fewer.
  if (!(widthPx >= frameLimits.minSidePx && heightPx >= frameLimits.minSidePx)) return 'not_an_image'
  return undefined
}

interface JpegFacts {
  readonly size?: Size
  readonly orientation: Orientation
}

/** Walks the segments of ITU-T T.81, annex B, to the end marker: a picture without one is truncated. */
function readJpeg(bytes: Buffer): ImageHeader | FrameFault {
  let facts: JpegFacts = { orientation: 1 }
  let at = 2
  while (at + 2 <= bytes.length) {
    if (bytes[at] !== 0xff) return 'not_an_image'
    const marker = bytes.readUInt8(at + 1)
    if (marker === 0xd9) {
      const { size, orientation } = facts
      return size === undefined ? 'not_an_image' : { format: 'jpeg', ...size, orientation }
    }
    const segment = findSegment(bytes, at, marker)
    if (typeof segment === 'string') return segment
    const read = segment === undefined ? facts : readJpegSegment(marker, segment, facts)
    if (typeof read === 'string') return read
    facts = read
    at = nextMarker(bytes, { at, marker, segment })
  }
  return 'truncated'
}

/** The content of a marker segment; `undefined` for a fill byte or a marker that stands alone. */
function findSegment(bytes: Buffer, at: number, marker: number): Buffer | FrameFault | undefined {
  if (marker === 0xff || isStandalone(marker)) return undefined
  if (at + 4 > bytes.length) return 'truncated'
  const length = bytes.readUInt16BE(at + 2)
  if (length < 2) return 'not_an_image'
  if (at + 2 + length > bytes.length) return 'truncated'
  return bytes.subarray(at + 4, at + 2 + length)
}

function readJpegSegment(marker: number, segment: Buffer, known: JpegFacts): JpegFacts | FrameFault {
  if (isFrameHeader(marker)) {
    // A second frame header could name other bounds than the first.
    const size = known.size === undefined ? readJpegFrame(marker, segment) : 'not_an_image'
    return typeof size === 'string' ? size : { ...known, size }
  }
  if (marker === 0xe1 && segment.toString('latin1', 0, 6) === 'Exif\0\0') {
    return { ...known, orientation: readOrientation(segment.subarray(6)) }
  }
  return known
}

interface MarkerPlace {
  readonly at: number
  readonly marker: number
  readonly segment: Buffer | undefined
}

function nextMarker(bytes: Buffer, { at, marker, segment }: MarkerPlace): number {
  if (segment === undefined) return at + (marker === 0xff ? 1 : 2)
  const end = at + 4 + segment.length
  return marker === 0xda ? endOfScan(bytes, end) : end
}

function isStandalone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)
}

function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/**
 * Only what browsers and cameras write: Huffman-coded, 8 bits, grey or three components.
 * Four components (CMYK) are refused, since decoders disagree on the colours that they mean.
 */
function readJpegFrame(marker: number, segment: Buffer): Size | FrameFault {
  if (marker > 0xc2 || segment.length < 6 || segment[0] !== 8) return 'not_an_image'
  if (segment[5] !== 1 && segment[5] !== 3) return 'not_an_image'
  const size = { widthPx: segment.readUInt16BE(3), heightPx: segment.readUInt16BE(1) }
  return checkSize(size) ?? size
}

/** Entropy-coded bytes run up to the next marker that is neither stuffing nor a restart. */
function endOfScan(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from)
  while (at >= 0 && at + 1 < bytes.length) {
    const next = bytes.readUInt8(at + 1)
    if (next !== 0x00 && next !== 0xff && !isStandalone(next)) return at
    at = bytes.indexOf(0xff, at + (next === 0xff ? 1 : 2))
  }
  return bytes.length
}

/** Walks the chunks of the PNG specification, section 5, checking each CRC, to IEND. */
function readPng(bytes: Buffer): ImageHeader | FrameFault {
  if (bytes.length < 33) return 'truncated'
  if (bytes.readUInt32BE(8) !== 13 || bytes.toString('latin1', 12, 16) !== 'IHDR') return 'not_an_image'
  const size = { widthPx: bytes.readUInt32BE(16), heightPx: bytes.readUInt32BE(20) }
  const fault = checkSize(size)
  if (fault !== undefined) return fault
  let orientation: Orientation = 1
  let hasPixels = false
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length) return 'truncated'
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return 'not_an_image'
    const kind = bytes.toString('latin1', at + 4, at + 8)
    if (kind === 'IEND') return hasPixels ? { format: 'png', ...size, orientation } : 'not_an_image'
    if (kind === 'IDAT') hasPixels = true
    if (kind === 'eXIf') orientation = readOrientation(bytes.subarray(at + 8, end - 4))
    at = end
  }
  return 'truncated'
}

/** Walks the chunks of RFC 9649; an animation is refused. */
function readWebp(bytes: Buffer): ImageHeader | FrameFault {
  const total = bytes.readUInt32LE(4) + 8
  if (total > bytes.length) return 'truncated'
  let size: Size | undefined
  let orientation: Orientation = 1
  for (let at = 12; at + 8 <= total;) {
    const kind = bytes.toString('latin1', at, at + 4)
    const end = at + 8 + bytes.readUInt32LE(at + 4)
    if (end > total) return 'truncated'
    const chunk = bytes.subarray(at + 8, end)
    if (kind === 'ANIM' || kind === 'ANMF') return 'not_an_image'
    if (kind === 'EXIF') {
      orientation = readOrientation(chunk.toString('latin1', 0, 6) === 'Exif\0\0' ? chunk.subarray(6) : chunk)
    }
    const found = readWebpSize(kind, chunk)
    if (found !== undefined) {
      const fault = checkSize(found)
      if (fault !== undefined) return fault
      // The canvas of VP8X and the picture on it must agree, or the bounds could be walked around.
      if (size !== undefined && (size.widthPx !== found.widthPx || size.heightPx !== found.heightPx)) {
        return 'not_an_image'
      }
      size = found
    }
    at = end + (end % 2)
  }
  return size === undefined ? 'not_an_image' : { format: 'webp', ...size, orientation }
}

function readWebpSize(kind: string, chunk: Buffer): Size | undefined {
  if (kind === 'VP8X' && chunk.length >= 10) {
    return { widthPx: chunk.readUIntLE(4, 3) + 1, heightPx: chunk.readUIntLE(7, 3) + 1 }
  }
  if (kind === 'VP8 ' && chunk.length >= 10 && chunk.readUIntBE(3, 3) === 0x9d012a) {
    return { widthPx: chunk.readUInt16LE(6) & 0x3fff, heightPx: chunk.readUInt16LE(8) & 0x3fff }
  }
  if (kind === 'VP8L' && chunk.length >= 5 && chunk[0] === 0x2f) {
    const bits = chunk.readUInt32LE(1)
    return { widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1 }
  }
  return undefined
}
