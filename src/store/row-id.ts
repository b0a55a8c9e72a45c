/** Identifiers of rows that are only ever added: those of one time lie side by side in the index, so a large table is no slower to add to. */
import { randomBytes } from 'node:crypto'

const timeDigits = 12

/**
 * A UUID of version 7 (RFC 9562 §5.7): 48 bits of time before 74 random ones. Tells when it was made, so it is none for
 * subjects or for what must not be guessed.
 * @param at milliseconds since 1970
 */
export function timedRowId(at: number): string {
  const time = at.toString(16).padStart(timeDigits, '0')
  const random = randomBytes(10)
  random[0] = 0x70 | ((random[0] ?? 0) & 0x0f)
  random[2] = 0x80 | ((random[2] ?? 0) & 0x3f)
  const rest = random.toString('hex')
  return [time.slice(0, 8), time.slice(8), rest.slice(0, 4), rest.slice(4, 8), rest.slice(8)].join('-')
}
