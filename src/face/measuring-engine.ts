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
import type { Lap, Stage } from './stages.ts'

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
  /** `lap` is told of each stage that is done. */
  measure(frame: Uint8Array, wish: Wish, lap?: Lap): Promise<Measurement>
}

interface Bench extends MeasuringDependencies {
  readonly lap: Lap
}

/** What one look at a frame gave. */
interface Look {
  readonly defects: readonly Defect[]
  readonly face?: MeasuredFace
  readonly crop?: Raster
}

export function createMeasuringEngine(dependencies: MeasuringDependencies): MeasuringEngine {
  return {
    measure: async (frame, wish, lap = () => undefined) => {
      const bench = { ...dependencies, lap }
      const decoding = await dependencies.adapter.decode(frame)
      lap('decode')
      if (decoding.outcome === 'unreadable') return decoding
      const { image } = decoding
      try {
        const seen = await (wish.face === 'central' ? lookAtCentre : lookTwice)(image, bench)
        const isSample = wish.face === 'central' || isUsable(seen)
        const measured = toMeasurement(image, seen)
        return isSample ? { ...measured, ...(await measureSample(image, { seen, wish }, bench)) } : measured
      } finally {
        image.release()
      }
    },
  }
}

/** A quick look first; a close one where that found a sample. */
async function lookTwice(image: DecodedImage, bench: Bench): Promise<Look> {
  const first = await lookBy(bench.coarse, image, bench)
  // The coarse landmarks of a turned head are off by half the turn: pose, too, is read from the fine ones.
  return isUsable(first) ? lookBy(bench.fine, image, bench) : first
}

async function lookBy(detector: Detector, image: DecodedImage, { lap }: Bench): Promise<Look> {
  const faces = await detector.detect(image)
  lap('detect')
  const seen = look(image, faces)
  lap('align')
  return seen
}

function lookAtCentre(image: DecodedImage, bench: Bench): Promise<Look> {
  const nearestFirst: Detector = {
    detect: async (of) =>
      (await bench.fine.detect(of)).toSorted((one, other) => offCentre(one, of) - offCentre(other, of)),
  }
  return lookBy(nearestFirst, image, bench)
}

interface Sample {
  readonly seen: Look
  readonly wish: Wish
}

async function measureSample(
  image: DecodedImage,
  { seen: { crop, face }, wish }: Sample,
  { embedder, liveness, mesh, lap }: Bench,
): Promise<Pick<Measured, 'embedding' | 'livenessScore' | 'mesh' | 'backdrop' | 'tones'>> {
  if (crop === undefined || face === undefined) return {}
  const isLivenessWanted = wish.presentationAttack === true && liveness !== undefined
  const done = <T>(stage: Stage, result: T): T => {
    lap(stage)
    return result
  }
  return {
    ...(wish.embedding ? { embedding: done('embed', await embedder.embed(crop)) } : {}),
    ...(isLivenessWanted ? { livenessScore: done('pad', await liveness.measure(image, face.box)) } : {}),
    ...(wish.challenge === true
      ? {
          mesh: done('pose', await mesh.look(image, face)),
          ...done('backdrop', surroundingsOf(image, crop)),
        }
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
