/** The times of a frame on another machine, as the header of its answer has them (Server Timing, W3C): what is told is checked. */
import { type FrameTimes, type Stage, type StageTime, stages } from '../stages.ts'

type TimesThere = Pick<FrameTimes, 'waitMs' | 'stages'>

const limits = { mostCharacters: 2048, mostStages: 32 } as const

/** In the order in which they were done, such as `wait;dur=0.120, decode;dur=4.310`. */
export function encodeTimes({ waitMs, stages: done }: TimesThere): string {
  const lines = [{ stage: 'wait', ms: waitMs }, ...done]
  return lines.map(({ stage, ms }) => `${stage};dur=${ms.toFixed(3)}`).join(', ')
}

const entry = /^([a-z]{1,20});dur=(\d{1,7}(?:\.\d{1,6})?)$/

/**
 * Undefined where nothing is told, as by a machine that runs an older version, or where it cannot be true:
 * unknown stages, or more time than the frame was away.
 * @param tookMs from its being sent to its answer, by the clock here
 */
export function decodeTimes(header: unknown, tookMs: number): TimesThere | undefined {
  if (typeof header !== 'string' || header.length > limits.mostCharacters) return undefined
  const [first, ...others] = header.split(', ').map((each) => readEntry(each))
  if (first?.name !== 'wait' || others.length > limits.mostStages) return undefined
  const done = others.flatMap((each) => stageOf(each) ?? [])
  if (done.length !== others.length) return undefined
  const sumMs = done.reduce((sum, { ms }) => sum + ms, first.ms)
  return sumMs <= tookMs ? { waitMs: first.ms, stages: done } : undefined
}

interface Entry {
  readonly name: string
  readonly ms: number
}

function readEntry(text: string): Entry | undefined {
  const [, name, digits] = entry.exec(text) ?? []
  return name === undefined ? undefined : { name, ms: Number(digits) }
}

function stageOf(read: Entry | undefined): StageTime | undefined {
  const stage: Stage | undefined = stages.find((each) => each === read?.name)
  return stage === undefined || read === undefined ? undefined : { stage, ms: read.ms }
}
