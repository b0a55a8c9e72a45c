/** One frame to its measurement: decode, look for faces, judge, align, embed. Runs in a worker process. */
import { backdropSidePx, measureBackdrop } from './backdrop.ts'
import { alignFace, cropSidePx } from './alignment.ts'
import type { Detector } from './detector.ts'
import type { Embedder } from './embedder.ts'
import type { Defect, DetectedFace, MeasuredFace, Measurement, Wanted } from './engine.ts'
import type { DecodedImage, ImageAdapter } from './image.ts'
import type { MeshFinder } from './face-mesh.ts'
import { measurePose } from './pose.ts'
import { measureRim, measureSkin } from './tone.ts'
import type { LivenessMeter } from './presentation-attack.ts'
import { checkQuality, measureCrop } from './quality.ts'
import { fitInto, type Raster } from './raster.ts'

/** `central` is for evaluations alone: the face nearest the centre is measured, whatever its defects. */
export interface Wish extends Wanted {
  readonly face: 'largest' | 'central'
}

export interface MeasuringDependencies {
  readonly adapter: ImageAdapter
  /** A quick look, which turns unusable frames away. */
  readonly coarse: Detector
  /** A close look, whose landmarks are good enough for pose and alignment. */
  readonly fine: Detector
  readonly embedder: Embedder
  readonly mesh: MeshFinder
  /** Absent where its networks are. */
  readonly liveness?: LivenessMeter
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
        const seen = await (wish.face === 'central' ? lookAtCentre : lookTwice)(image, dependencies)
        const isSample = wish.face === 'central' || isUsable(seen)
        const measured = toMeasurement(image, seen)
        return isSample
          ? { ...measured, ...(await measureSample(image, { seen, wish }, dependencies)) }
          : measured
      } finally {
        image.release()
      }
    },
  }
}

/** A quick look first; a close one where that found a sample. */
async function lookTwice(image: DecodedImage, { coarse, fine }: MeasuringDependencies): Promise<Look> {
  const first = look(image, await coarse.detect(image))
  // The coarse landmarks of a turned head are off by half the turn: pose, too, is read from the fine ones.
  return isUsable(first) ? look(image, await fine.detect(image)) : first
}

async function lookAtCentre(image: DecodedImage, { fine }: MeasuringDependencies): Promise<Look> {
  const faces = await fine.detect(image)
  return look(
    image,
    faces.toSorted((one, other) => offCentre(one, image) - offCentre(other, image)),
  )
}

interface Sample {
  readonly seen: Look
  readonly wish: Wish
}

async function measureSample(
  image: DecodedImage,
  { seen: { crop, face }, wish }: Sample,
  { embedder, liveness, mesh }: MeasuringDependencies,
): Promise<Pick<Measured, 'embedding' | 'livenessScore' | 'mesh' | 'backdrop' | 'tones'>> {
  if (crop === undefined || face === undefined) return {}
  const isLivenessWanted = wish.presentationAttack === true && liveness !== undefined
  return {
    ...(wish.embedding ? { embedding: await embedder.embed(crop) } : {}),
    ...(isLivenessWanted ? { livenessScore: await liveness.measure(image, face.box) } : {}),
    ...(wish.challenge === true
      ? { mesh: await mesh.look(image, face), ...surroundingsOf(image, crop) }
      : {}),
  }
}

function surroundingsOf(image: DecodedImage, crop: Raster): Required<Pick<Measured, 'backdrop' | 'tones'>> {
  const [, heightPx] = fitInto(backdropSidePx, image.widthPx, image.heightPx)
  const { raster } = image.letterbox(backdropSidePx)
  const tones = { face: measureSkin(crop), backdrop: measureRim(raster, heightPx) }
  return { backdrop: measureBackdrop(raster, heightPx), tones }
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

function offCentre({ box }: DetectedFace, { widthPx, heightPx }: DecodedImage): number {
  return Math.hypot(box.x + (box.width - widthPx) / 2, box.y + (box.height - heightPx) / 2)
}
