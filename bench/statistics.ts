/** What rounds of a measurement come to: medians with the least and the most, since machines are noisy. */

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** @throws {RangeError} where there is nothing to sum up */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other)
  const [least] = sorted
  const most = sorted.at(-1)
  if (least === undefined || most === undefined) throw new RangeError('the spread of no values is undefined')
  return { median: medianOf(sorted), least, most }
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2
}

/** Round by round, so that what the machine does meanwhile falls on both sides. */
export function ratios(over: readonly number[], under: readonly number[]): readonly number[] {
  return over.map((value, round) => value / (under[round] ?? NaN))
}

export interface Rounds {
  readonly rounds: number
  /** Runs of each contestant in one round, of which the median counts. */
  readonly runs: number
}

/** Milliseconds of each contestant, one number a round; contestants take turns within a round. */
export async function interleave<Name extends string>(
  contestants: Readonly<Record<Name, () => unknown>>,
  { rounds, runs }: Rounds,
): Promise<(name: Name) => readonly number[]> {
  const entries = Object.entries<() => unknown>(contestants)
  const medians = new Map<string, number[]>()
  for (const [, run] of entries) await run()
  for (let round = 0; round < rounds; round++) {
    const times = new Map<string, number[]>()
    for (let run = 0; run < runs; run++) {
      for (const [name, work] of entries) {
        const start = performance.now()
        await work()
        add(times, name, performance.now() - start)
      }
    }
    for (const [name, own] of times) add(medians, name, medianOf(own))
  }
  return (name) => medians.get(name) ?? []
}

function add(lists: Map<string, number[]>, name: string, value: number): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [value])
  else list.push(value)
}
