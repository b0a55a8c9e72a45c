/** Which samples may become templates: enough of them, of one person, and different from each other. Pure. */

export const enrolmentRules = {
  /** Below this many samples nothing is enrolled, however many poses were skipped. */
  leastSamples: 3,
  mostSamples: 5,
  /** Two samples more alike than this add nothing: they may be one frame twice. */
  mostAlike: 0.98,
} as const

export type SampleVerdict =
  | { readonly outcome: 'take' }
  | { readonly outcome: 'leave'; readonly hint: 'same_as_before' | 'someone_else' }

/**
 * @param scores comparison scores of the new sample with those already taken, the first one taken first.
 * @param minScore threshold of the operating point: a sample that would not match the first is not of that person.
 */
export function judgeSample(scores: readonly number[], minScore: number): SampleVerdict {
  // Held against the first, frontal sample alone: two opposite turns of one head may resemble each other too little.
  const [anchor = 1] = scores
  // Each comparison is written so that a NaN leaves the sample.
  if (!(anchor >= minScore)) return { outcome: 'leave', hint: 'someone_else' }
  if (!scores.every((score) => score <= enrolmentRules.mostAlike)) {
    return { outcome: 'leave', hint: 'same_as_before' }
  }
  return { outcome: 'take' }
}
