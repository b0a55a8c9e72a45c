/** The image port on OpenCV, and YuNet on its DNN module; the only importer of the native binding. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type opencv from '@u4/opencv4nodejs'
import type { Mat } from '@u4/opencv4nodejs'
import type { Region } from './cut.ts'
import type { DetectorNetwork } from './detector.ts'
import type { Orientation } from './exif.ts'
import type { DecodedImage, Decoding, ImageAdapter } from './image.ts'
import { type ImageHeader, readImageHeader } from './image-header.ts'
import type { VerifiedModel } from './model-files.ts'
import { fitInto, type Letterboxed, type Raster, type Similarity } from './raster.ts'

type Binding = typeof opencv

export interface OpenCv {
  readonly adapter: ImageAdapter
  /** @throws {Error} where OpenCV cannot read the network. */
  openDetector(model: VerifiedModel): Promise<DetectorNetwork>
}

/**
 * `undefined` where the binding is not installed or not built. Its loader prints to stdout and reads
 * `opencvEnvironment`: call it in a process started with that alone.
 */
export async function findOpenCv(): Promise<OpenCv | undefined> {
  const cv = await findBinding()
  if (cv === undefined) return undefined
  // The pool has a process per core.
  cv.setNumThreads(1)
  return {
    adapter: { name: 'opencv', decode: (bytes) => Promise.resolve(decode(cv, bytes)) },
    openDetector: (model) => openDetector(cv, model),
  }
}

async function findBinding(): Promise<Binding | undefined> {
  try {
    const loaded = await import('@u4/opencv4nodejs')
    return loaded.default
  } catch {
    // Absent, not built for this machine, or without its shared libraries: all the same to the caller.
    return undefined
  }
}

/** Runs on native memory and gives it back; the binding throws strings, which become errors. */
function withMats<Result>(what: string, work: (keep: (mat: Mat) => Mat) => Result): Result {
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

function letterbox(cv: Binding, mat: Mat, sidePx: number): Letterboxed {
  return withMats('fit a frame', (keep) => {
    const [width, height] = fitInto(sidePx, mat.cols, mat.rows)
    const how = width < mat.cols ? cv.INTER_AREA : cv.INTER_LINEAR
    const fitted =
      width === mat.cols && height === mat.rows
        ? mat
        : keep(mat.resize(new cv.Size(width, height), 0, 0, how))
    const black = new cv.Vec3(0, 0, 0)
    const square = keep(
      fitted.copyMakeBorder(0, sidePx - height, 0, sidePx - width, cv.BORDER_CONSTANT, black),
    )
    return { raster: toRaster(cv, square), scaleX: mat.cols / width, scaleY: mat.rows / height }
  })
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

async function openDetector(cv: Binding, { entry, bytes }: VerifiedModel): Promise<DetectorNetwork> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-'))
  try {
    // OpenCV reads networks by path alone: a private copy of the verified bytes leaves no gap after the check.
    const path = join(folder, entry.file)
    await writeFile(path, bytes, { mode: 0o600 })
    const net = cv.readNetFromONNX(path)
    const names = entry.outputs.map((output) => output.name)
    const [, , sidePx] = entry.input.shape
    if (typeof sidePx !== 'number') throw new Error('OpenCV runs detectors of fixed size alone')
    return {
      sidePx,
      run: (square) =>
        Promise.resolve(
          withMats('detect faces', (keep) => {
            const data = Buffer.from(square.rgb.buffer, square.rgb.byteOffset, square.rgb.byteLength)
            const rgb = keep(new cv.Mat(data, square.heightPx, square.widthPx, cv.CV_8UC3))
            const size = new cv.Size(sidePx, sidePx)
            const isBgr = entry.preprocessing.channels === 'bgr'
            net.setInput(keep(cv.blobFromImage(rgb, 1, size, new cv.Vec3(0, 0, 0), isBgr)))
            const outputs = net.forward(names).map(keep)
            return new Map(names.map((name, at) => [name, toFloats(outputs[at], keep)]))
          }),
        ),
    }
  } catch (cause) {
    throw new Error(`OpenCV cannot open the network ${entry.file}`, { cause })
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The binding reads flat matrices alone: `flattenFloat` is a view, so `mat` must outlive it. */
function toFloats(mat: Mat | undefined, keep: (mat: Mat) => Mat): Float32Array {
  if (mat === undefined) throw new Error('the detector gave too few outputs')
  const [, rows = 0, columns = 0] = mat.sizes
  const bytes = keep(mat.flattenFloat(rows, columns)).getData()
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
}
