/** What a run of the bench writes down: figures in sections, the machine, the command, the date and the commit. */
import { z } from 'zod'
import { spreadOf } from './statistics.ts'

const figure = z.object({
  label: z.string(),
  unit: z.string(),
  median: z.number(),
  least: z.number(),
  most: z.number(),
  /** How many values the median is of. */
  values: z.int().positive(),
  goal: z.object({ is: z.enum(['at most', 'at least']), value: z.number() }).exactOptional(),
})
export type Figure = z.infer<typeof figure>

const section = z.object({
  title: z.string(),
  /** What was done, before the figures. */
  about: z.string(),
  figures: z.array(figure),
  /** What the figures of this run say; written by the bench from them. */
  findings: z.array(z.string()),
  /** Why there are no figures, where there are none. */
  skipped: z.string().exactOptional(),
})
export type Section = z.infer<typeof section>

export const report = z.object({
  command: z.string(),
  date: z.iso.datetime(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** Whether the measured sources were those of the commit. */
  isCommitted: z.boolean(),
  machine: z.object({
    processor: z.string(),
    cores: z.int().positive(),
    memoryGb: z.number(),
    system: z.string(),
    node: z.string(),
    onnxruntime: z.string(),
    opencv: z.string(),
    /** Load average over one minute when the run began: what else was at work. */
    load: z.number(),
  }),
  sections: z.array(section).min(1),
  digest: z.string(),
})
export type Report = z.infer<typeof report>

export interface FigureWish {
  readonly label: string
  readonly unit: string
  readonly values: readonly number[]
  readonly goal?: Figure['goal']
}

export function toFigure({ label, unit, values, goal }: FigureWish): Figure {
  const { median, least, most } = spreadOf(values)
  const [rounded, low, high] = [round(median), round(least), round(most)]
  const measured = { label, unit, median: rounded, least: low, most: high, values: values.length }
  return goal === undefined ? measured : { ...measured, goal }
}

/** Three significant digits: more would be noise. */
export function round(value: number): number {
  return Number(value.toPrecision(3))
}

export function isMet({ median, goal }: Figure): boolean | undefined {
  if (goal === undefined) return undefined
  return goal.is === 'at most' ? median <= goal.value : median >= goal.value
}
