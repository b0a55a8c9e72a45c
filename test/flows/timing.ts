/** Whether two answers can be told apart by how long they take. */
import { assert } from 'chai'

const fewestRounds = 12
/** What else the machine does falls on a round now and then; what the server does falls on all of them. */
const mostRounds = 90

/** Milliseconds of one round. */
type Timed = (round: number) => Promise<number>

/** Takes turns until the medians are less than the factor apart. @throws {AssertionError} where they are not after ninety rounds */
export async function assertSameTime(factor: number, one: Timed, other: Timed): Promise<void> {
  const [ones, others]: [number[], number[]] = [[], []]
  let ratio = NaN
  for (let round = 0; round < mostRounds; round += 1) {
    ones.push(await one(round))
    others.push(await other(round))
    ratio = median(ones) / median(others)
    if (round + 1 >= fewestRounds && ratio > 1 / factor && ratio < factor) return
  }
  assert.fail(`medians ${median(ones)} and ${median(others)} ms are ${ratio} to 1`)
}

function median(values: readonly number[]): number {
  return values.toSorted((one, another) => one - another)[Math.floor(values.length / 2)] ?? NaN
}
