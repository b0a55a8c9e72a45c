/** What came of each module, for whoever does not read tests: `test-output/conformance.json`. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { z } from 'zod'
import { plans, type PlanName } from './plans.ts'

const outcome = z.object({
  module: z.string(),
  outcome: z.enum(['passed', 'failed', 'skipped']),
  /** What the provider does, where it passed. */
  shows: z.string().optional(),
  reason: z.string().optional(),
})
export type Outcome = z.infer<typeof outcome>

const record = z.array(z.object({ plan: z.string(), ...outcome.shape }))

const folder = fileURLToPath(new URL('../../test-output', import.meta.url))
export const outcomesFile = join(folder, 'conformance.json')

/** In place of what an earlier run says of this plan; the other plans keep their lines. */
export function writeOutcomes(plan: PlanName, outcomes: readonly Outcome[]): void {
  mkdirSync(folder, { recursive: true })
  const others = readOutcomes().filter((each) => each.plan !== plan)
  const own = outcomes.map((each) => ({ plan, ...each }))
  const order: readonly string[] = Object.keys(plans)
  const all = [...others, ...own].sort((one, other) => order.indexOf(one.plan) - order.indexOf(other.plan))
  writeFileSync(outcomesFile, `${JSON.stringify(all, undefined, 2)}\n`)
}

/** Of a file that is not there, or that somebody else wrote, nothing. */
function readOutcomes(): z.infer<typeof record> {
  if (!existsSync(outcomesFile)) return []
  const parsed = record.safeParse(JSON.parse(readFileSync(outcomesFile, 'utf8')))
  return parsed.data ?? []
}
