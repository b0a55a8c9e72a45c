/** When a signing key is shown, signs, and goes: decided over plain times. */
import { signingAlgorithms } from './algorithms.ts'

/** What apps may keep our public keys for without asking again: the `max-age` of their address. */
export const keysMaxAgeSeconds = 3600

/** Shown this long before it signs: twice what anybody keeps the list for (security check 40). */
const leadSeconds = 2 * keysMaxAgeSeconds

/** No signed token lives longer. */
export const longestTokenSeconds = 900

export interface Scheduled {
  readonly kid: string
  readonly alg: (typeof signingAlgorithms)[number]
  /** ISO 8601; from the beginning where it is left out. */
  readonly signs_from?: string | undefined
  /** ISO 8601; until a successor is made where it is left out. */
  readonly published_until?: string | undefined
}

const startOf = ({ signs_from: from }: Scheduled): number => (from === undefined ? 0 : Date.parse(from))
const endOf = ({ published_until: until }: Scheduled): number =>
  until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until)

/** The latest to have begun. */
export function signerOf<Key extends Scheduled>(
  keys: readonly Key[],
  alg: Key['alg'],
  now: Date,
): Key | undefined {
  return keys
    .filter((key) => key.alg === alg && startOf(key) <= now.getTime())
    .reduce<Key | undefined>((best, key) => (best && startOf(best) >= startOf(key) ? best : key), undefined)
}

/** The signer of each algorithm first, which is the one that the library takes; then those that come and those that go. */
export function publishedKeys<Key extends Scheduled>(keys: readonly Key[], now: Date): Key[] {
  const signers = signingAlgorithms.flatMap((alg) => signerOf(keys, alg, now) ?? [])
  const others = keys.filter((key) => !signers.includes(key) && now.getTime() < endOf(key))
  return [...signers, ...others]
}

/** @param days between rotations; 0 is never */
export function isRotationDue(keys: readonly Scheduled[], now: Date, days: number): boolean {
  const latest = Math.max(...keys.map(startOf))
  return days > 0 && now.getTime() - latest >= days * 86_400_000
}

/** Since when the newest of the keys in use has signed; undefined where that is not known. */
export function signingSince(keys: readonly Scheduled[], now: Date): Date | undefined {
  const begun = keys.map(startOf).filter((start) => start > 0 && start <= now.getTime())
  return begun.length === 0 ? undefined : new Date(Math.max(...begun))
}

/** When the next keys are made; undefined where that is left to the operator, or the keys' beginning is not known. */
export function nextRotation(keys: readonly Scheduled[], days: number): Date | undefined {
  const latest = Math.max(0, ...keys.map(startOf))
  return days > 0 && latest > 0 ? new Date(latest + days * 86_400_000) : undefined
}

export interface Rotation<Key> {
  readonly fresh: readonly Key[]
  readonly now: Date
  /** The old keys are worth nothing any more: they go at once, and the fresh ones sign at once. */
  readonly isLeaked: boolean
  /** How long a session lasts: its ID token is the hint of its sign-out, and is to verify until then. */
  readonly sessionSeconds: number
}

export function rotateKeys<Key extends Scheduled>(
  keys: readonly Key[],
  { fresh, now, isLeaked, sessionSeconds }: Rotation<Key>,
): Key[] {
  const start = new Date(now.getTime() + (isLeaked ? 0 : leadSeconds * 1000))
  const end = new Date(start.getTime() + (sessionSeconds + longestTokenSeconds) * 1000)
  const begun = fresh.map((key) => ({ ...key, signs_from: start.toISOString() }))
  if (isLeaked) return begun
  const old = keys
    .filter((key) => now.getTime() < endOf(key))
    .map((key) => ({ ...key, published_until: key.published_until ?? end.toISOString() }))
  return [...old, ...begun]
}
