/** What administration does with the keys that sign. */
import type { Acting } from './admin/acting.ts'
import type { KeyLine, KeyService } from './admin/house-services.ts'
import type { KeyRing, KeySet } from './provider/key-ring.ts'
import { signerOf } from './provider/key-schedule.ts'

export interface AdminKeyParts {
  readonly acting: Acting
  readonly clock: () => Date
  readonly keys: Pick<KeyRing, 'current' | 'rotate'>
  /** Takes up what was rotated. */
  readonly refreshKeys: () => Promise<void>
}

export function createKeyService({ acting, clock, keys, refreshKeys }: AdminKeyParts): KeyService {
  const list = (): readonly KeyLine[] => linesOf(keys.current(), clock())
  const rotate = async (isLeaked: boolean): Promise<readonly KeyLine[]> => {
    await keys.rotate(isLeaked)
    await refreshKeys()
    return list()
  }
  return {
    list: (actor) => acting(actor, { act: 'keys.list' }, () => Promise.resolve(list())),
    rotate: (actor) => acting(actor, { act: 'keys.rotate' }, () => rotate(false)),
    leaked: (actor) => acting(actor, { act: 'keys.leaked' }, () => rotate(true)),
  }
}

/** Field by field, so that nothing private is told. */
function linesOf({ keys }: KeySet, now: Date): readonly KeyLine[] {
  const momentOf = (text: string | undefined): Date | undefined =>
    text === undefined ? undefined : new Date(text)
  return keys.map((key) => {
    const { kid, alg, signs_from: from, published_until: until } = key
    const isComing = from !== undefined && Date.parse(from) > now.getTime()
    return {
      kid,
      algorithm: alg,
      state: signerOf(keys, alg, now)?.kid === kid ? 'signs' : isComing ? 'will_sign' : 'verifies',
      signsFrom: momentOf(from),
      publishedUntil: momentOf(until),
    }
  })
}
