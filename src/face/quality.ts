/** Whether a frame is a good sample: one face, large, centred, well lit, sharp and frontal. Returns named defects. */
import { type Defect, defects, type DetectedFace, type MeasuredFace, type Pose } from './engine.ts'
import type { Raster } from './raster.ts'

/**
 * Units are in the names. Drawn well outside what eight people talking to a camera gave at 640×480:
 * sharpness 84…873, brightness 85…142, inter-ocular 78…118 px, |yaw| up to 0.12 when looking ahead, pitch −0.14…0.05.
 */
const qualityLimits = {
  /** ArcFace's crop shows the eyes 35 px apart; below that it is an enlargement. */
  minInterOcularPx: 40,
  /** Of the frame's shorter side. */
  minFaceWidthShare: 0.18,
  /** Of the frame's height. */
  maxFaceHeightShare: 0.95,
  /** Distance of the face's centre from the frame's, over the frame's side, across and down. */
  maxOffCentreX: 0.22,
  maxOffCentreY: 0.25,
  /** Mean luminance of the aligned crop, 0…255. */
  minBrightness: 50,
  maxBrightness: 215,
  /** Variance of the Laplacian over the aligned crop. */
  minSharpness: 45,
  /** Landmark ratios as in `Pose`. Pitch is looser: its zero differs from person to person. */
  maxYaw: 0.14,
  maxPitch: 0.2,
  maxRollDegrees: 20,
  /** Width of a second face over the largest one's, from which it counts as a second person at the camera. */
  secondFaceWidthShare: 1 / 3,
} as const

interface FrameSize {
  readonly widthPx: number
  readonly heightPx: number
}

/** Defects of a frame whose largest face is `face`; `no_face` is for the caller to tell. */
export function checkQuality(
  face: MeasuredFace,
  others: readonly DetectedFace[],
  frame: FrameSize,
): readonly Defect[] {
  const [rightEye, leftEye] = face.landmarks
  const interOcularPx = Math.hypot(leftEye.x - rightEye.x, leftEye.y - rightEye.y)
  const shorterPx = Math.min(frame.widthPx, frame.heightPx)
  const offCentreX = Math.abs(face.box.x + face.box.width / 2 - frame.widthPx / 2) / frame.widthPx
  const offCentreY = Math.abs(face.box.y + face.box.height / 2 - frame.heightPx / 2) / frame.heightPx
  const at = qualityLimits
  // Each line says what a good frame has, so that NaN is a defect.
  const good: Readonly<Record<Defect, boolean>> = {
    no_face: true,
    two_faces: others.every((other) => other.box.width < face.box.width * at.secondFaceWidthShare),
    too_small: interOcularPx >= at.minInterOcularPx && face.box.width >= shorterPx * at.minFaceWidthShare,
    too_large: face.box.height <= frame.heightPx * at.maxFaceHeightShare,
    off_centre: offCentreX <= at.maxOffCentreX && offCentreY <= at.maxOffCentreY,
    dark: face.brightness >= at.minBrightness,
    bright: face.brightness <= at.maxBrightness,
    blurred: face.sharpness >= at.minSharpness,
    turned: isFrontal(face.pose),
  }
  return defects.filter((defect) => !good[defect])
}

function isFrontal({ yaw, pitch, rollDegrees }: Pose): boolean {
  const at = qualityLimits
  return (
    Math.abs(yaw) <= at.maxYaw && Math.abs(pitch) <= at.maxPitch && Math.abs(rollDegrees) <= at.maxRollDegrees
  )
}

export interface CropQuality {
  readonly sharpness: number
  readonly brightness: number
}

/** Luminance as in Rec. ITU-R BT.601. */
function toLuminance({ rgb }: Raster): Float32Array {
  const luminance = new Float32Array(rgb.length / 3)
  for (let at = 0, from = 0; at < luminance.length; at++, from += 3) {
    luminance[at] = 0.299 * (rgb[from] ?? 0) + 0.587 * (rgb[from + 1] ?? 0) + 0.114 * (rgb[from + 2] ?? 0)
  }
  return luminance
}

/** Plain sums over the pixels: a callback for each took 0.1 ms of a crop's 0.14. */
export function measureCrop(crop: Raster): CropQuality {
  const luminance = toLuminance(crop)
  const { widthPx, heightPx } = crop
  let sum = 0
  let squares = 0
  for (let y = 1; y < heightPx - 1; y++) {
    for (let at = y * widthPx + 1; at < (y + 1) * widthPx - 1; at++) {
      const across = (luminance[at - 1] ?? NaN) + (luminance[at + 1] ?? NaN)
      const down = (luminance[at - widthPx] ?? NaN) + (luminance[at + widthPx] ?? NaN)
      const curvature = across + down - 4 * (luminance[at] ?? NaN)
      sum += curvature
      squares += curvature * curvature
    }
  }
  let total = 0
  for (let at = 0; at < luminance.length; at++) total += luminance[at] ?? NaN
  const count = (widthPx - 2) * (heightPx - 2)
  return { sharpness: squares / count - (sum / count) ** 2, brightness: total / luminance.length }
}
