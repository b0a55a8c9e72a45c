/** Where captures and their challenges are kept: in memory for one process, in what nodes share for more. */
import type { Config } from './config.ts'
import type { FaceParts } from './face-parts.ts'
import { createMemoryShelf } from './interactions/capture-shelf.ts'
import { createCaptureDesk, type CaptureDesk } from './interactions/capture.ts'
import { createSpentChallenges, type DeviceChallengeDependencies } from './interactions/device-challenges.ts'
import { createSharedShelf } from './interactions/shared-shelf.ts'
import type { Store } from './store/open-store.ts'

export interface CaptureParts {
  readonly config: Pick<Config, 'databaseUrl' | 'redisUrl'>
  readonly store: Pick<Store, 'shortLived'>
  readonly clock: () => Date
}

export function openCaptureDesk(
  parts: CaptureParts & { readonly face: Pick<FaceParts, 'engine'> },
): CaptureDesk {
  const { config, store, clock, face } = parts
  const shelf = hasOtherNodes(config) ? createSharedShelf(store.shortLived, clock) : createMemoryShelf(clock)
  return createCaptureDesk({ engine: face.engine, clock, shelf })
}

/** Of the challenges that devices sign. */
export function openSpentChallenges({
  config,
  store,
  clock,
}: CaptureParts): DeviceChallengeDependencies['spendChallenge'] {
  if (!hasOtherNodes(config)) return createSpentChallenges(clock)
  return (digest, endsAt) => store.shortLived.once({ kind: 'spent device challenge', id: digest }, endsAt)
}

/** Whether more than this process may serve: a SQLite file alone has one server. */
function hasOtherNodes({ databaseUrl, redisUrl }: Pick<Config, 'databaseUrl' | 'redisUrl'>): boolean {
  return databaseUrl !== undefined || redisUrl !== undefined
}
