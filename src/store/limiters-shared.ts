/** Limits that hold over all nodes of one database: a count in each window of time, changed by compare and swap. */
import { LimitReached, type OpenLimiter } from './limiters.ts'
import type { ShortLived, ShortLivedKey } from './short-lived.ts'

/** Others that were first, before a try counts as one too many: then far more are under way than any limit allows. */
const mostRaces = 60

export function createSharedLimiters(shortLived: ShortLived, clock: () => Date): OpenLimiter {
  return ({ name, points, seconds }) => ({
    consume: async (key) => {
      const now = clock().getTime()
      const window = Math.floor(now / (seconds * 1000))
      // Every node knows by its clock when a window ends, so that nobody has to be asked.
      const expiresAt = new Date((window + 1) * seconds * 1000)
      const counter = { kind: 'limit', id: JSON.stringify([name, key, window]) }
      if (await count(shortLived, counter, { points, expiresAt })) return
      throw new LimitReached(Math.max(1, expiresAt.getTime() - now))
    },
  })
}

interface Window {
  readonly points: number
  readonly expiresAt: Date
}

/** @returns whether one was left */
async function count(
  shortLived: ShortLived,
  counter: ShortLivedKey,
  { points, expiresAt }: Window,
): Promise<boolean> {
  if (!(points >= 1)) return false
  for (let race = 0; race < mostRaces; race += 1) {
    const found = await shortLived.get(counter)
    if (found === undefined) {
      // Written empty, it stands for the first.
      if (await shortLived.once(counter, expiresAt)) return true
      continue
    }
    const taken = found.value.length === 0 ? 1 : Number(Buffer.from(found.value).toString())
    if (!(taken < points)) return false
    const value = Buffer.from(String(taken + 1))
    if ((await shortLived.replace(counter, { value, version: found.version, expiresAt })) !== undefined)
      return true
  }
  return false
}
