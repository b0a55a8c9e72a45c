/** What a network answers to one fixed input: an inference server shows no file whose checksum could be compared, so it is known by this. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { ModelEntry } from '../manifest.ts'
import type { Outputs } from '../models.ts'

const samples = z.record(z.string(), z.array(z.number()).max(64))
const shape = z.record(z.string().regex(/^[0-9a-f]{64}$/), samples)
/** Of each output, by its name, at most 64 numbers of it. */
export type ReferenceAnswer = Readonly<Record<string, readonly number[]>>

export const referencePath = fileURLToPath(new URL('../../../models/reference-answers.json', import.meta.url))

/** By the SHA-256 of the network's file. @throws {Error} naming the file where it has another shape */
export function readReferenceAnswers(
  path: string = referencePath,
): Readonly<Record<string, ReferenceAnswer>> {
  const parsed = shape.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (!parsed.success) throw new Error(`${path} holds no reference answers: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** Noise, the same for ever, in the range that the network is fed with. */
export function referenceInput({ input, preprocessing }: ModelEntry): Float32Array {
  const sides = input.shape.map((side) => (typeof side === 'number' ? side : 1))
  const length = sides.reduce((product, side) => product * side, 1)
  const channels = sides[1] ?? 1
  const plane = length / channels
  const values = new Float32Array(length)
  let state = 1
  for (let at = 0; at < length; at++) {
    // Numerical Recipes' linear congruential generator: any machine gives the same bytes.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const channel = Math.floor(at / plane) % 3
    const mean = preprocessing.mean[channel] ?? NaN
    const std = preprocessing.std[channel] ?? NaN
    values[at] = ((state >>> 24) / preprocessing.scale - mean) / std
  }
  return values
}

const mostSamples = 64

/** Numbers spread evenly over each output. */
export function sampleOutputs(outputs: Outputs): ReferenceAnswer {
  return Object.fromEntries(
    [...outputs].map(([name, values]) => {
      const step = Math.max(1, Math.ceil(values.length / mostSamples))
      return [name, Array.from(values.filter((_, at) => at % step === 0))]
    }),
  )
}

/** Other processors round otherwise; another network is nowhere near. */
const leastCosine = 0.999
const mostNormChange = 0.02
const negligibleNorm = 1e-3

/** Fails closed on NaN, on an output too few and on a length that differs. */
export function isSameAnswer(wanted: ReferenceAnswer, found: ReferenceAnswer): boolean {
  const names = Object.keys(wanted)
  return names.length > 0 && names.every((name) => isAlike(wanted[name] ?? [], found[name] ?? []))
}

function isAlike(wanted: readonly number[], found: readonly number[]): boolean {
  if (wanted.length === 0 || wanted.length !== found.length) return false
  const [one, other] = [normOf(wanted), normOf(found)]
  if (one < negligibleNorm && other < negligibleNorm) return true
  const dot = wanted.reduce((sum, value, at) => sum + value * (found[at] ?? NaN), 0)
  return dot / (one * other) >= leastCosine && Math.abs(other / one - 1) <= mostNormChange
}

function normOf(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
}
