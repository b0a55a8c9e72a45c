/** YuNet on OpenCV's DNN module, for the comparison with onnxruntime alone: the server runs every network on onnxruntime. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type opencv from '@u4/opencv4nodejs'
import type { Mat } from '@u4/opencv4nodejs'
import { bindingPath } from '../scripts/lib/opencv-cache.mjs'
import { findOpenCv } from '../src/face/image-opencv.ts'
import type { VerifiedModel } from '../src/face/model-files.ts'
import type { Outputs } from '../src/face/models.ts'
import type { Raster } from '../src/face/raster.ts'
import { root } from './machine.ts'

type Binding = typeof opencv

/** `undefined` where the binding is not built, or without its DNN module. */
export async function openOnDnn(model: VerifiedModel): Promise<((square: Raster) => Outputs) | undefined> {
  if (findOpenCv() === undefined) return undefined
  const loaded: unknown = createRequire(import.meta.url)(bindingPath(root))
  if (!hasDnn(loaded)) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'mien-bench-'))
  try {
    // OpenCV reads networks by path alone.
    const path = join(folder, model.entry.file)
    await writeFile(path, model.bytes, { mode: 0o600 })
    return runOf(loaded, path, model)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function hasDnn(loaded: unknown): loaded is Binding {
  return typeof loaded === 'object' && loaded !== null && 'readNetFromONNX' in loaded
}

function runOf(cv: Binding, path: string, { entry }: VerifiedModel): (square: Raster) => Outputs {
  const net = cv.readNetFromONNX(path)
  const names = entry.outputs.map((output) => output.name)
  const isBgr = entry.preprocessing.channels === 'bgr'
  return ({ widthPx, heightPx, rgb }) => {
    const pixels = new cv.Mat(
      Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength),
      heightPx,
      widthPx,
      cv.CV_8UC3,
    )
    const blob = cv.blobFromImage(pixels, 1, new cv.Size(widthPx, heightPx), new cv.Vec3(0, 0, 0), isBgr)
    net.setInput(blob)
    const outputs = net.forward(names)
    const read = new Map(names.map((name, at) => [name, toFloats(outputs[at])]))
    for (const mat of [pixels, blob, ...outputs]) mat.release()
    return read
  }
}

/** The binding reads flat matrices alone: `flattenFloat` is a view, so `mat` must outlive it. */
function toFloats(mat: Mat | undefined): Float32Array {
  const [, rows = 0, columns = 0] = mat?.sizes ?? []
  const flat = mat?.flattenFloat(rows, columns)
  if (flat === undefined) throw new Error('OpenCV gave too few outputs')
  const bytes = flat.getData()
  flat.release()
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
}
