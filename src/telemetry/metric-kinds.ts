/** How a metric is described: its help, and for each label the values that it may have, so that no stranger can make series. */

export interface Described {
  readonly help: string
  /** The values that each label may have; any other is counted as `other`. A number instead of a list: so many of our own words, whatever they are. */
  readonly labels?: Readonly<Record<string, readonly string[] | number>>
}

export interface TimedDescription extends Described {
  /** Upper bounds, in seconds. */
  readonly buckets: readonly number[]
}

/** From a millisecond to ten seconds. */
export const standardBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const

/** What a value that is not foreseen is counted as. */
const otherValue = 'other'

const ownWord = /^[A-Za-z0-9_.:/{}-]{1,80}$/

/** Remembers, for each label that has no list, the words that it has met. */
export type Bounds = (metric: string, label: string, value: string) => string

export function createBounds(described: Readonly<Record<string, Described>>): Bounds {
  const met = new Map<string, Set<string>>()
  return (metric, label, value) => {
    const allowed = described[metric]?.labels?.[label]
    if (allowed === undefined) return otherValue
    if (typeof allowed !== 'number') return allowed.includes(value) ? value : otherValue
    if (!ownWord.test(value)) return otherValue
    const key = `${metric} ${label}`
    const words = met.get(key) ?? new Set<string>()
    met.set(key, words)
    if (!words.has(value) && words.size >= allowed) return otherValue
    words.add(value)
    return value
  }
}
