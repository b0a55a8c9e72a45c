/** Waits for what comes about by itself: until it is so, and not for a time. */

/** More than a busy machine needs; who waits this long waits for nothing. */
const patienceMs = 30_000
const lookEveryMs = 25

/** @throws {Error} where it is not so within half a minute */
export async function until(isSo: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  const end = performance.now() + patienceMs
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`${what} did not come about within half a minute`)
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}
