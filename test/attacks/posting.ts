/** A head without a browser: answers the steps of a challenge by frames posted to the endpoint. */
import { goBy } from '../flows/clocks.ts'
import type { Page, StateSeen, Visitor } from '../flows/visitor.ts'
import { captureOf, frameIntervalMs, sendFrame, type JsonAnswer } from '../flows/visitor.ts'
import type { Performance, Pose } from './performance.ts'
import type { Turn } from './relief.ts'

export const json = { 'content-type': 'application/json' }
const degreesPerFrame = { yaw: 11, pitch: 8 } as const
const front: Turn = { yaw: 0, pitch: 0 }

export interface Posting {
  readonly framesUrl: string
  readonly last: JsonAnswer
  /** Each step that was asked for, once. */
  readonly asked: readonly string[]
}

export async function openCapture(visitor: Visitor, page: Page): Promise<JsonAnswer> {
  return visitor.post(captureOf(page).captureUrl, page, { headers: json, body: '{}' })
}

/** A head that turns as fast as people do, and comes back to the front before it turns another way. */
export function createHead({ poses, answers }: Pick<Performance, 'poses' | 'answers'>) {
  let head = front
  let shown = 0
  const approach = (from: number, to: number, most: number): number =>
    from + Math.max(-most, Math.min(most, to - from))
  const distance = (pose: Pose): number => Math.hypot(pose.yaw - head.yaw, pose.pitch - head.pitch)
  return (step: string): Uint8Array => {
    const target = Object.entries(answers).find(([name]) => name === step)?.[1] ?? front
    const isOffAxis = (target.yaw !== 0 && head.pitch !== 0) || (target.pitch !== 0 && head.yaw !== 0)
    const next = isOffAxis ? front : target
    head = {
      yaw: approach(head.yaw, next.yaw, degreesPerFrame.yaw),
      pitch: approach(head.pitch, next.pitch, degreesPerFrame.pitch),
    }
    const nearest = poses.reduce((best, pose) => (distance(pose) < distance(best) ? pose : best))
    shown += 1
    return numbered(nearest.jpegs[shown % nearest.jpegs.length] ?? new Uint8Array(), shown)
  }
}

/** The same picture in other bytes: a JPEG comment (ITU-T T.81, B.2.4.5) with a number in it. */
export function numbered(jpeg: Uint8Array, number: number): Uint8Array {
  const comment = [0xff, 0xfe, 0x00, 0x04, number >> 8, number & 0xff]
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from(comment), jpeg.subarray(2)])
}

/** Posts what `show` gives for each step until the server wants no more, or there is no more. */
export async function postFrames(
  visitor: Visitor,
  page: Page,
  show: (step: string, sequence: number) => Uint8Array | undefined,
): Promise<Posting> {
  const issued = await openCapture(visitor, page)
  const framesUrl = issued.body.framesUrl ?? ''
  let last: JsonAnswer = issued
  // The state of a new capture comes inside its answer.
  let step = 'front'
  const asked: string[] = []
  for (let sequence = 0; sequence < 70; sequence += 1) {
    const frame = show(step, sequence)
    if (frame === undefined) break
    await goBy(visitor.origin, frameIntervalMs)
    last = await sendFrame(visitor, page, { framesUrl, sequence, frame })
    const state: StateSeen = last.body
    if (last.status !== 200 || state.state !== 'look') break
    step = state.step?.name ?? step
    if (step !== (asked.at(-1) ?? 'front')) asked.push(step)
  }
  return { framesUrl, last, asked: asked.filter((name) => name !== 'front') }
}
