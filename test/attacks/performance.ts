/** What a person, or an attack, shows to the camera: pictures for each turn of the head, and which turn answers which step. */
import { frames, type Person } from '../media.ts'
import { encode, type FoundMesh, type MeshFinder } from './face-mesh.ts'
import { headRelief, renderTurned, type Relief, type Turn } from './relief.ts'
import type { Raster } from '../../src/face/raster.ts'

export type StepName = 'front' | 'left' | 'right' | 'up' | 'down'

/** What is seen at one turn: several moments of it, so that no two frames are alike. */
export interface Pose extends Turn {
  readonly jpegs: readonly Uint8Array[]
}

export interface Performance {
  readonly poses: readonly Pose[]
  /** Where the head goes at each step; the front where a step is not named. */
  readonly answers: Readonly<Partial<Record<StepName, Turn>>>
  readonly picturesPerSecond: number
  /** Share of the light on the face that comes from the screen; none where it is not told. */
  readonly lit?: number
  /** How far the whole picture wanders: a hand's tremor or a hand that pans, turns and comes near. */
  readonly sway: {
    readonly px: number
    readonly degrees: number
    readonly zoom: number
    readonly seconds: number
  }
}

const frameSide = 480
const turnDegrees = { yaw: 30, pitch: 26 } as const
const front: Turn = { yaw: 0, pitch: 0 }

/** What people do who do as told. */
export const obedient = {
  left: { yaw: turnDegrees.yaw, pitch: 0 },
  right: { yaw: -turnDegrees.yaw, pitch: 0 },
  up: { yaw: 0, pitch: turnDegrees.pitch },
  down: { yaw: 0, pitch: -turnDegrees.pitch },
} as const satisfies Performance['answers']

/** Whoever answers by a recording made before has the turns in another order. */
export const contrary: Performance['answers'] = {
  left: obedient.right,
  right: obedient.left,
  up: obedient.down,
  down: obedient.up,
}

export const tremor: Performance['sway'] = { px: 1.5, degrees: 0.4, zoom: 0.004, seconds: 1.7 }

/** From the front to each side and back: a head passes through what lies between. */
export function turnsUpTo({ yaw, pitch }: Turn): readonly Turn[] {
  const shares = [-1, -0.8, -0.6, -0.4, -0.2, 0.2, 0.4, 0.6, 0.8, 1]
  return [
    front,
    ...shares.map((share) => ({ yaw: share * yaw, pitch: 0 })),
    ...shares.map((share) => ({ yaw: 0, pitch: share * pitch })),
  ]
}

/** Seconds of the middle of each video: the first half enrols, the second signs in. */
const spans: Readonly<
  Record<Person, { readonly first: number; readonly second: number; readonly length: number }>
> = {
  d0: { first: 0, second: 1.6, length: 1.4 },
  d6: { first: 0, second: 17, length: 3 },
  d10: { first: 0, second: 7.5, length: 3 },
  d11: { first: 0, second: 4.5, length: 3 },
  d12: { first: 0, second: 3.5, length: 3 },
  d14: { first: 0, second: 9, length: 3 },
  d18: { first: 0, second: 3.5, length: 3 },
  d19: { first: 0, second: 4, length: 3 },
}

export function videoFrames(person: Person, half: 'first' | 'second'): Promise<readonly Buffer[]> {
  const { [half]: from, length } = spans[person]
  return frames(person, { from, to: from + length, fps: 6, size: [frameSide, frameSide] })
}

const momentsOfLife = 4

/** The moments, one after the other, at which the person looks ahead most nearly and most calmly. */
async function calmMoments(finder: MeshFinder, jpegs: readonly Buffer[]): Promise<readonly Relief[]> {
  const found: FoundMesh[] = []
  for (const jpeg of jpegs) {
    const seen = await finder.find(jpeg)
    if (seen !== undefined) found.push(seen)
  }
  const restlessness = (from: number): number => {
    const moments = found.slice(from, from + momentsOfLife)
    const pitches = moments.map(({ pitchDegrees }) => pitchDegrees)
    const nod = Math.max(...pitches) - Math.min(...pitches)
    // Ratios of yaw and degrees of pitch, brought to about one unit.
    return Math.max(...moments.map(({ face }) => Math.abs(face.pose.yaw))) + nod / 80
  }
  const starts = found.slice(momentsOfLife - 1).map((_, from) => from)
  const [calmest = 0] = starts.toSorted((one, other) => restlessness(one) - restlessness(other))
  return found.slice(calmest, calmest + momentsOfLife).map(({ raster, points }) => headRelief(raster, points))
}

/** A person who turns the head on demand, made from half of a video. */
export async function posePerson(
  finder: MeshFinder,
  person: Person,
  half: 'first' | 'second',
): Promise<readonly Pose[]> {
  const reliefs = await calmMoments(finder, await videoFrames(person, half))
  if (reliefs.length === 0) throw new Error(`no face in the ${half} half of ${person}`)
  return poseReliefs(reliefs, turnsUpTo(turnDegrees))
}

export async function poseReliefs(
  reliefs: readonly Relief[],
  turns: readonly Turn[],
  background?: Raster,
): Promise<readonly Pose[]> {
  const poses: Pose[] = []
  for (const turn of turns) {
    const jpegs = await Promise.all(reliefs.map((relief) => encode(renderTurned(relief, turn, background))))
    poses.push({ ...turn, jpegs })
  }
  return poses
}
