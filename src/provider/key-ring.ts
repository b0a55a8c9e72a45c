/** The signing keys of a running server: rotated on a schedule, and taken up where another node or `mien keys rotate` changed them. */
import { isRotationDue, publishedKeys } from './key-schedule.ts'
import type { PrivateDocuments } from './private-documents.ts'
import { openSigningKeys, rotateSigningKeys, type SigningKeys } from './signing-keys.ts'

type Key = SigningKeys['keys'][number]

/** As the library takes them: the first of an algorithm signs, all are published. */
export interface KeySet {
  readonly keys: Key[]
}

export interface KeyRingDependencies {
  readonly documents: PrivateDocuments
  readonly clock: () => Date
  readonly sessionSeconds: number
  /** 0 is never. */
  readonly rotationDays: number
}

export interface KeyRing {
  current(): KeySet
  /** Looks at the clock and the documents. @returns whether other keys are current since */
  refresh(): Promise<boolean>
  /** Makes the next keys, which `refresh` takes up. @param isLeaked the old ones are worth nothing from now on */
  rotate(isLeaked: boolean): Promise<void>
}

/** @throws {PrivateFileError} where others may read the keys, or they are damaged. */
export async function openKeyRing(dependencies: KeyRingDependencies): Promise<KeyRing> {
  const { documents, clock, rotationDays, sessionSeconds } = dependencies
  const isWanted = (keys: readonly Key[]): boolean => isRotationDue(keys, clock(), rotationDays)
  const read = async (): Promise<Key[]> => {
    const found = await openSigningKeys(documents, { now: clock() })
    const { keys } = isWanted(found.keys)
      ? await rotateSigningKeys(documents, { now: clock(), sessionSeconds, isWanted })
      : found
    return publishedKeys(keys, clock())
  }
  let held = await read()
  return {
    current: () => ({ keys: held }),
    refresh: async () => {
      const now = await read()
      const isSame = namesOf(now) === namesOf(held)
      held = now
      return !isSame
    },
    rotate: async (isLeaked) => {
      await rotateSigningKeys(documents, { now: clock(), sessionSeconds, isLeaked })
    },
  }
}

const namesOf = (keys: readonly Key[]): string => keys.map(({ kid }) => kid).join()
