/** Finds the 468 points of a face, with depth, by the mesh network of the manifest. */
import sharp from 'sharp'
import { readManifest } from '../../src/face/manifest.ts'
import { readVerifiedModel, readVerifiedModels, selectModels } from '../../src/face/model-files.ts'
import { openModel } from '../../src/face/models.ts'
import { openEngine } from '../../src/face/open-engine.ts'
import type { MeasuredFace, Measurement } from '../../src/face/engine.ts'
import { toBlob } from '../../src/face/preprocessing.ts'
import type { Raster, Similarity } from '../../src/face/raster.ts'
import { warp } from '../../src/face/warp.ts'
import { modelsDir } from '../media.ts'

/** Pixels of the frame; `z` grows away from the camera and is 0 about the middle of the head. */
export interface MeshPoint {
  readonly x: number
  readonly y: number
  readonly z: number
}

export interface FoundMesh {
  readonly raster: Raster
  readonly points: readonly MeshPoint[]
  readonly face: MeasuredFace
  /** From forehead to chin; positive upwards. */
  readonly pitchDegrees: number
}

export interface MeshFinder {
  /** `undefined` where the frame shows no face. */
  find(jpeg: Uint8Array): Promise<FoundMesh | undefined>
  measure(jpeg: Uint8Array): Promise<Measurement>
}

/** The network sees the box of the face enlarged by this. */
const boxScale = 1.5

/** @throws {Error} where this machine has no networks. */
export async function openMeshFinder(): Promise<MeshFinder> {
  if (modelsDir === undefined) throw new Error('no networks on this machine')
  const manifest = readManifest()
  const entry = manifest.models.find(({ purpose }) => purpose === 'mesh')
  if (entry === undefined) throw new Error('the model manifest has no mesh')
  const mesh = await openModel(await readVerifiedModel(entry, [modelsDir]))
  const engine = await openEngine(await readVerifiedModels(selectModels(manifest), [modelsDir]), 'sharp')
  const [, , sidePx] = entry.input.shape
  if (typeof sidePx !== 'number') throw new Error('the mesh network has no fixed size')
  const measure = (jpeg: Uint8Array): Promise<Measurement> =>
    engine.measure(jpeg, { face: 'largest', embedding: true })
  return {
    measure,
    find: async (jpeg) => {
      const seen = await measure(jpeg)
      if (seen.outcome !== 'measured' || seen.face === undefined) return undefined
      const raster = await decode(jpeg)
      const similarity = frameFace(seen.face, sidePx)
      const outputs = await mesh.run(toBlob(warp(raster, similarity, sidePx), entry.preprocessing))
      const values = outputs.get('conv2d_21') ?? new Float32Array()
      const points = toPoints(values, similarity)
      return { raster, points, face: seen.face, pitchDegrees: pitchOf(points) }
    },
  }
}

/** The square around the face, its eyes level, as the map from the frame to the network's input. */
function frameFace({ box, pose }: MeasuredFace, sidePx: number): Similarity {
  const scale = sidePx / (Math.max(box.width, box.height) * boxScale)
  const roll = (pose.rollDegrees * Math.PI) / 180
  const [a, b] = [scale * Math.cos(roll), -scale * Math.sin(roll)]
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  return { a, b, tx: sidePx / 2 - (a * x - b * y), ty: sidePx / 2 - (b * x + a * y) }
}

/** Numbers of the canonical mesh: the top of the forehead and the chin. */
function pitchOf({ 10: top, 152: chin }: readonly MeshPoint[]): number {
  if (top === undefined || chin === undefined) return NaN
  return (Math.atan2(top.z - chin.z, chin.y - top.y) * 180) / Math.PI
}

function toPoints(values: Float32Array, { a, b, tx, ty }: Similarity): readonly MeshPoint[] {
  const squares = a * a + b * b
  return Array.from({ length: values.length / 3 }, (_, at) => {
    const [u, v] = [(values[at * 3] ?? NaN) - tx, (values[at * 3 + 1] ?? NaN) - ty]
    return {
      x: (a * u + b * v) / squares,
      y: (a * v - b * u) / squares,
      z: (values[at * 3 + 2] ?? NaN) / Math.sqrt(squares),
    }
  })
}

export async function decode(jpeg: Uint8Array): Promise<Raster> {
  const { data, info } = await sharp(jpeg).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  return { widthPx: info.width, heightPx: info.height, rgb: data }
}

export function encode({ rgb, widthPx, heightPx }: Raster, quality = 88): Promise<Buffer> {
  return sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .jpeg({ quality })
    .toBuffer()
}
