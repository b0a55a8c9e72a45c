/** What the rest of the house sees of face/: one frame in, its measurement out. */
import type { Embedding } from './embedding.ts'

/** Why a sample is unusable, in the order in which a person is told (ISO/IEC 29794-5 speaks of quality components). */
export const defects = [
  'no_face',
  'two_faces',
  'too_small',
  'too_large',
  'off_centre',
  'dark',
  'bright',
  'blurred',
  'turned',
] as const
export type Defect = (typeof defects)[number]

export interface Point {
  readonly x: number
  readonly y: number
}

/** Pixels of the decoded frame; `x` and `y` are the left upper corner. */
export interface Box extends Point {
  readonly width: number
  readonly height: number
}

/** Right eye, left eye, nose tip, right and left mouth corner of the person, in pixels (right is on the left of an unmirrored picture). */
export type Landmarks = readonly [Point, Point, Point, Point, Point]

/**
 * Head pose as landmark ratios, not degrees: 0 is frontal, ±0.25 about 20°.
 * Yaw is positive where the person turns to their own left; pitch is positive where the person looks up.
 */
export interface Pose {
  readonly yaw: number
  readonly pitch: number
  /** Roll in degrees, positive clockwise in the picture. */
  readonly rollDegrees: number
}

/** What the mesh network says of one face. */
export interface MeshLook {
  /** Degrees; positive where the person turns to their own left. */
  readonly yawDegrees: number
  /** Degrees; positive where the person looks up. Its zero differs from person to person and camera to camera. */
  readonly pitchDegrees: number
  /** Points that neither talking nor blinking moves, in pixels of the frame: eye corners, nose, brow, temples, cheekbones. */
  readonly rigidPoints: readonly Point[]
}

/** A mean colour, by channel, 0…255. */
export interface Tone {
  readonly red: number
  readonly green: number
  readonly blue: number
}

export interface DetectedFace {
  readonly box: Box
  readonly landmarks: Landmarks
  /** Detection score, 0…1. */
  readonly score: number
}

export interface MeasuredFace extends DetectedFace {
  readonly pose: Pose
  /** Variance of the Laplacian over the aligned 112×112 crop. */
  readonly sharpness: number
  /** Mean luminance of the aligned crop, 0…255. */
  readonly brightness: number
}

/** Why bytes were no frame at all. */
export type FrameFault = 'empty' | 'too_many_bytes' | 'too_many_pixels' | 'not_an_image' | 'truncated'

export type Measurement =
  | {
      readonly outcome: 'measured'
      readonly widthPx: number
      readonly heightPx: number
      /** In the order of `defects`; empty where the frame is a good frontal sample. */
      readonly defects: readonly Defect[]
      /** The largest face, where there is one. */
      readonly face?: MeasuredFace
      /** Present where the caller asked for it and nothing but `turned` is wrong with the frame. */
      readonly embedding?: Embedding
      /**
       * 0…1, higher is more like a live face; evidence against, never proof for. Present where the caller asked for it,
       * the networks for it are here, and nothing but `turned` is wrong with the frame.
       */
      readonly livenessScore?: number
      /** Present where the caller asked for the evidence of a challenge, under the same conditions. */
      readonly mesh?: MeshLook
      /** Luminance of the frame’s rim, as `face/backdrop.ts` compares it; present together with `mesh`. */
      readonly backdrop?: Uint8Array
      /** Mean colours of the skin and of the frame’s rim; likewise. */
      readonly tones?: { readonly face: Tone; readonly backdrop: Tone }
    }
  | { readonly outcome: 'unreadable'; readonly fault: FrameFault }
  /** The queue is full; nothing was measured. */
  | { readonly outcome: 'overloaded'; readonly retryAfterSeconds: number }
  /** The worker died or timed out on this frame; the frame is lost, the server is not. */
  | { readonly outcome: 'failed' }

export interface Wanted {
  readonly embedding: boolean
  readonly presentationAttack?: boolean
  /** Evidence that a challenge weighs: the mesh, and what is behind the person. */
  readonly challenge?: boolean
}

export interface FaceEngine {
  /** Measures one JPEG, PNG or WebP frame. Never throws for what the bytes contain. */
  measure(frame: Uint8Array, wanted: Wanted): Promise<Measurement>
  /** Tag of the recogniser in use, as in `Embedding.model`. */
  readonly model: string
  readonly imageAdapter: 'opencv' | 'sharp'
  close(): Promise<void>
}

/** An engine that runs, here or elsewhere, as the server looks after it. */
/** How those who measure stand at this moment. */
export interface EngineState {
  /** Frames that wait for a worker here. */
  readonly waiting: number
  /** Workers as the settings want them; those there; those of them that can take frames; those at a frame of ours. */
  readonly wanted: number
  readonly alive: number
  readonly able: number
  readonly busy: number
}

export interface FaceService extends FaceEngine {
  /** Settles when a worker can take frames, which wait until then; fails where the workers cannot start, and then every frame fails. */
  readonly ready: Promise<void>
  /** Tags of the networks whose mean is the liveness score; none where they are not here, and then nothing is scored. */
  readonly padModels: readonly string[]
  /** How many frames can be looked at side by side. */
  readonly workers: number
  /** Whether a worker is there that has loaded its networks, busy or idle. */
  readonly hasWorker: () => boolean
  readonly state: () => EngineState
}
