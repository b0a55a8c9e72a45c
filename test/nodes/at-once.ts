/** The same thing many times at once, each by another node than the one before. */

export const many = 10

/** How many of what is done at once, on two nodes by turns, ends well. */
export async function countGood<T>(
  work: (index: number) => Promise<T>,
  isGood: (done: T) => boolean,
): Promise<number> {
  const all = await Promise.all(Array.from({ length: many }, (_, index) => work(index)))
  return all.filter(isGood).length
}
