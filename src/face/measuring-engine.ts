/** One frame to its measurement: decode, look for faces, judge, align, embed. Runs in a worker process. */
import { backdropSidePx, measureBackdrop } from './backdrop.ts'
import { alignFace, cropSidePx } from './alignment.ts'
import type { Detector } from './detector.ts'
import type { Embedder } from './embedder.ts'
import type { Defect, DetectedFace, MeasuredFace, Measurement } from './engine.ts'
import type { DecodedImage, ImageAdapter } from './image.ts'
import type { MeshFinder } from './face-mesh.ts'
import { measurePose } from './pose.ts'
import { checkQuality, measureCrop } from './quality.ts'
import { fitInto, type Raster } from './raster.ts'

/** `central_face` is for evaluations alone: the face nearest the centre is embedded, whatever its defects. */
export type Wish = 'measurement' | 'embedding' | 'central_face'

export interface MeasuringDependencies {
  readonly adapter: ImageAdapter
  /** A quick look, which turns unusable frames away. */
  readonly coarse: Detector
  /** A close look, whose landmarks are good enough for pose and alignment. */
  readonly fine: Detector
  readonly embedder: Embedder
  readonly mesh: MeshFinder
}

export interface MeasuringEngine {
  measure(frame: Uint8Array, wish: Wish): Promise<Measurement>
}

/** What one look at a frame gave. */
interface Look {
  readonly defects: readonly Defect[]
  readonly face?: MeasuredFace
  readonly crop?: Raster
}

export function createMeasuringEngine(dependencies: MeasuringDependencies): MeasuringEngine {
  return {
    measure: async (frame, wish) => {
      const decoding = await dependencies.adapter.decode(frame)
      if (decoding.outcome === 'unreadable') return decoding
      const { image } = decoding
      try {
        return wish === 'central_face'
          ? await embedCentralFace(image, dependencies)
          : await measureImage(image, wish, dependencies)
      } finally {
        image.release()
      }
    },
  }
}

async function measureImage(
  image: DecodedImage,
  wish: Wish,
  { coarse, fine, embedder, mesh }: MeasuringDependencies,
): Promise<Measurement> {
  const first = look(image, await coarse.detect(image))
  if (!isUsable(first)) return toMeasurement(image, first)
  // The coarse landmarks of a turned head are off by half the turn: pose, too, is read from the fine ones.
  const second = look(image, await fine.detect(image))
  if (wish === 'measurement' || !isUsable(second) || second.crop === undefined || second.face === undefined) {
    return toMeasurement(image, second)
  }
  return {
    ...toMeasurement(image, second),
    embedding: await embedder.embed(second.crop),
    mesh: await mesh.look(image, second.face),
    backdrop: backdropOf(image),
  }
}

function backdropOf(image: DecodedImage): Uint8Array {
  const [, heightPx] = fitInto(backdropSidePx, image.widthPx, image.heightPx)
  return measureBackdrop(image.letterbox(backdropSidePx).raster, heightPx)
}

/** A turned face is still a sample: a challenge asks for it. */
function isUsable({ defects }: Look): boolean {
  return defects.every((defect) => defect === 'turned')
}

function look(image: DecodedImage, faces: readonly DetectedFace[]): Look {
  const [largest, ...others] = faces
  const similarity = largest === undefined ? undefined : alignFace(largest.landmarks)
  if (largest === undefined || similarity === undefined) return { defects: ['no_face'] }
  const crop = image.warp(similarity, cropSidePx)
  const face = { ...largest, pose: measurePose(largest.landmarks), ...measureCrop(crop) }
  return { defects: checkQuality(face, others, image), face, crop }
}

type Measured = Extract<Measurement, { outcome: 'measured' }>

function toMeasurement({ widthPx, heightPx }: DecodedImage, { defects, face }: Look): Measured {
  return { outcome: 'measured', widthPx, heightPx, defects, ...(face === undefined ? {} : { face }) }
}

async function embedCentralFace(
  image: DecodedImage,
  { fine, embedder }: MeasuringDependencies,
): Promise<Measurement> {
  const faces = await fine.detect(image)
  const nearest = faces.toSorted((one, other) => offCentre(one, image) - offCentre(other, image))
  const seen = look(image, nearest)
  const measured = toMeasurement(image, seen)
  return seen.crop === undefined ? measured : { ...measured, embedding: await embedder.embed(seen.crop) }
}

function offCentre({ box }: DetectedFace, { widthPx, heightPx }: DecodedImage): number {
  return Math.hypot(box.x + (box.width - widthPx) / 2, box.y + (box.height - heightPx) / 2)
}
