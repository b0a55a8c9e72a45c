/** The signing keys of a running server: rotated on a schedule, and taken up where `mien keys rotate` changed them. */
import { isRotationDue, publishedKeys } from './key-schedule.ts'
import { plainVault, type Vault } from './sealed-file.ts'
import { openSigningKeys, rotateSigningKeys, type SigningKeys } from './signing-keys.ts'

type Key = SigningKeys['keys'][number]

/** As the library takes them: the first of an algorithm signs, all are published. */
export interface KeySet {
  readonly keys: Key[]
}

export interface KeyRingDependencies {
  readonly dataDir: string
  readonly clock: () => Date
  readonly sessionSeconds: number
  readonly vault?: Vault
  /** 0 is never. */
  readonly rotationDays: number
}

export interface KeyRing {
  current(): KeySet
  /** Looks at the clock and the file. @returns whether other keys are current since */
  refresh(): Promise<boolean>
}

/** @throws {PrivateFileError} where others may read the keys, or they are damaged. */
export async function openKeyRing(dependencies: KeyRingDependencies): Promise<KeyRing> {
  const { dataDir, clock, rotationDays, sessionSeconds, vault = plainVault } = dependencies
  const isWanted = (keys: readonly Key[]): boolean => isRotationDue(keys, clock(), rotationDays)
  const read = async (): Promise<Key[]> => {
    const found = await openSigningKeys(dataDir, { now: clock(), vault })
    const { keys } = isWanted(found.keys)
      ? await rotateSigningKeys(dataDir, { now: clock(), sessionSeconds, vault, isWanted })
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
  }
}

const namesOf = (keys: readonly Key[]): string => keys.map(({ kid }) => kid).join()
