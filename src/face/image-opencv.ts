/** The image port on OpenCV; the only importer of the native binding. */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type opencv from '@u4/opencv4nodejs'
import type { Mat } from '@u4/opencv4nodejs'
import type { Region } from './cut.ts'
import type { Orientation } from './exif.ts'
import type { DecodedImage, Decoding, ImageAdapter } from './image.ts'
import { type ImageHeader, readImageHeader } from './image-header.ts'
import {
  type Fit,
  fitInto,
  type Letterboxed,
  type PlanarSquare,
  type Raster,
  type Similarity,
} from './raster.ts'

type Binding = typeof opencv

/**
 * `undefined` where the binding is not installed or not built. It reads `opencvEnvironment`: call it in a process
 * started with that alone.
 */
export function findOpenCv(): ImageAdapter | undefined {
  const cv = findBinding()
  if (cv === undefined) return undefined
  // The pool has a process per core.
  cv.setNumThreads(1)
  return { name: 'opencv', decode: (bytes) => Promise.resolve(decode(cv, bytes)) }
}

/** Beside the package's own loader, which would cost each worker 20 MB and half a second, and adds nothing that we use. */
const bindingFile = '../../build/Release/opencv4nodejs.node'

function findBinding(): Binding | undefined {
  try {
    const require = createRequire(import.meta.url)
    const loaded: unknown = require(join(dirname(require.resolve('@u4/opencv4nodejs')), bindingFile))
    return isBinding(loaded) ? loaded : undefined
  } catch {
    // Absent, not built for this machine, or without its shared libraries: all the same to the caller.
    return undefined
  }
}

function isBinding(loaded: unknown): loaded is Binding {
  return typeof loaded === 'object' && loaded !== null && 'imdecode' in loaded
}

/** Runs on native memory and gives it back; the binding throws strings, which become errors. */
function withMats<Result>(what: string, work: (keep: Keep) => Result): Result {
  const kept: Mat[] = []
  try {
    return work((mat) => {
      kept.push(mat)
      return mat
    })
  } catch (cause) {
    throw new Error(`OpenCV could not ${what}`, { cause })
  } finally {
    for (const mat of kept) mat.release()
  }
}

function decode(cv: Binding, bytes: Uint8Array): Decoding {
  // An empty buffer would abort the process here, and a truncated JPEG pass for a whole one: hence the check.
  const reading = readImageHeader(bytes)
  if (reading.outcome === 'unreadable') return reading
  const mat = findPixels(cv, bytes, reading.header)
  if (mat === undefined) return { outcome: 'unreadable', fault: 'not_an_image' }
  return { outcome: 'decoded', image: toImage(cv, mat) }
}

function findPixels(cv: Binding, bytes: Uint8Array, header: ImageHeader): Mat | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let mat: Mat | undefined
  try {
    mat = cv.imdecode(buffer, cv.IMREAD_COLOR | cv.IMREAD_IGNORE_ORIENTATION)
    if (
      !mat.empty &&
      mat.cols === header.widthPx &&
      mat.rows === header.heightPx &&
      mat.type === cv.CV_8UC3
    ) {
      return turnUpright(cv, mat, header.orientation)
    }
  } catch {
    // OpenCV throws for some of what it cannot decode, and returns nothing for the rest.
  }
  mat?.release()
  return undefined
}

/** Consumes the picture that it is given. */
function turnUpright(cv: Binding, mat: Mat, orientation: Orientation): Mat {
  const [acrossY, acrossX, across] = [1, 0, -1]
  const turns: Readonly<Record<Orientation, readonly ((from: Mat) => Mat)[]>> = {
    1: [],
    2: [(from) => from.flip(acrossY)],
    3: [(from) => from.flip(across)],
    4: [(from) => from.flip(acrossX)],
    5: [(from) => from.rotate(cv.ROTATE_90_CLOCKWISE), (from) => from.flip(acrossY)],
    6: [(from) => from.rotate(cv.ROTATE_90_CLOCKWISE)],
    7: [(from) => from.rotate(cv.ROTATE_90_COUNTERCLOCKWISE), (from) => from.flip(acrossY)],
    8: [(from) => from.rotate(cv.ROTATE_90_COUNTERCLOCKWISE)],
  }
  return turns[orientation].reduce((from, turn) => {
    const turned = turn(from)
    from.release()
    return turned
  }, mat)
}

function toImage(cv: Binding, mat: Mat): DecodedImage {
  return {
    widthPx: mat.cols,
    heightPx: mat.rows,
    letterbox: (sidePx) => letterbox(cv, mat, sidePx),
    fit: (square) => fit(cv, mat, square),
    warp: (similarity, sidePx) => warp(cv, mat, { similarity, sidePx }),
    cut: (region, sidePx) => cut(cv, mat, { region, sidePx }),
    release: () => {
      mat.release()
    },
  }
}

/** OpenCV's BGR to our RGB, out of native memory. */
function toRaster(cv: Binding, bgr: Mat): Raster {
  return withMats('read pixels', (keep) => {
    const rgb = keep(bgr.cvtColor(cv.COLOR_BGR2RGB))
    return { widthPx: rgb.cols, heightPx: rgb.rows, rgb: rgb.getData() }
  })
}

type Keep = (mat: Mat) => Mat

/** The frame in the size that it has in a square. */
function shrink(
  cv: Binding,
  mat: Mat,
  { sidePx, keep }: { readonly sidePx: number; readonly keep: Keep },
): Mat {
  const [width, height] = fitInto(sidePx, mat.cols, mat.rows)
  if (width === mat.cols && height === mat.rows) return mat
  const how = width < mat.cols ? cv.INTER_AREA : cv.INTER_LINEAR
  return keep(mat.resize(new cv.Size(width, height), 0, 0, how))
}

function letterbox(cv: Binding, mat: Mat, sidePx: number): Letterboxed {
  return withMats('fit a frame', (keep) => {
    const small = shrink(cv, mat, { sidePx, keep })
    const black = new cv.Vec3(0, 0, 0)
    const [right, below] = [sidePx - small.cols, sidePx - small.rows]
    const square = keep(small.copyMakeBorder(0, below, 0, right, cv.BORDER_CONSTANT, black))
    return { raster: toRaster(cv, square), ...scalesOf(mat, small) }
  })
}

/** Without fresh memory for JavaScript: through a raster the same took 2 ms of a frame, and takes 0.2. */
function fit(cv: Binding, mat: Mat, { sidePx, channels, planes, bytes }: PlanarSquare): Fit {
  return withMats('fit a frame', (keep) => {
    const small = shrink(cv, mat, { sidePx, keep })
    const { rows, cols } = small
    const bgr = small.splitChannels().map(keep)
    bytes.fill(0)
    for (const [at, plane] of (channels === 'bgr' ? bgr : bgr.toReversed()).entries()) {
      // A header over the square's own memory, row by row of its width: copyTo writes through it.
      const room = Buffer.from(bytes.buffer, bytes.byteOffset + at * sidePx * sidePx, sidePx * sidePx)
      keep(plane.copyTo(keep(new cv.Mat(rows, cols, cv.CV_8UC1, room, sidePx))))
    }
    // To floats all at once, which Node does many numbers at a time.
    planes.set(bytes)
    return scalesOf(mat, small)
  })
}

function scalesOf(mat: Mat, small: Mat): Fit {
  return { scaleX: mat.cols / small.cols, scaleY: mat.rows / small.rows }
}

interface Warp {
  readonly similarity: Similarity
  readonly sidePx: number
}

function warp(cv: Binding, mat: Mat, { similarity, sidePx }: Warp): Raster {
  const { a, b, tx, ty } = similarity
  return withMats('warp a face', (keep) => {
    const rows = [
      [a, -b, tx],
      [b, a, ty],
    ]
    const matrix = keep(new cv.Mat(rows, cv.CV_64F))
    const size = new cv.Size(sidePx, sidePx)
    return toRaster(cv, keep(mat.warpAffine(matrix, size, cv.INTER_LINEAR, cv.BORDER_CONSTANT)))
  })
}

interface Cut {
  readonly region: Region
  readonly sidePx: number
}

function cut(cv: Binding, mat: Mat, { region, sidePx }: Cut): Raster {
  const { x, y, widthPx, heightPx } = region
  return withMats('cut a frame', (keep) => {
    const part = keep(mat.getRegion(new cv.Rect(x, y, widthPx, heightPx)))
    return toRaster(cv, keep(part.resize(new cv.Size(sidePx, sidePx), 0, 0, cv.INTER_LINEAR)))
  })
}
