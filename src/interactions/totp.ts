/** Time-based one-time codes (RFC 6238): the seed, the codes that are right now, and what an authenticator app is given. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { HOTP, Secret, TOTP } from 'otpauth'

/** What every authenticator app can do; several know no other values and take these whatever the address says. */
const shape = { algorithm: 'SHA1', digits: 6, period: 30 } as const

/** RFC 4226 §4, R6: 160 bits are recommended. */
const seedBytes = 20

/** Phones run ahead and people type slowly: one step either side, the most that RFC 6238 §5.2 advises. */
const driftSteps = 1

export function makeSeed(): Uint8Array {
  return new Uint8Array(randomBytes(seedBytes))
}

/** The number of the 30 seconds in which `at` lies (RFC 6238 §4.2). */
export function stepAt(at: Date): number {
  return Math.floor(at.getTime() / (shape.period * 1000))
}

/**
 * The step whose code this is, of those that count at `at`. Always as many are computed and compared, whatever matches.
 * Where one code is that of two steps, the later counts, so that spending it spends both.
 */
export function findStep(seed: Uint8Array, code: string, at: Date): number | undefined {
  // No code is dashes, so that what is not a code costs what a wrong one does.
  const given = Buffer.from(readCode(code) ?? '------')
  const now = stepAt(at)
  let found: number | undefined
  for (let step = now - driftSteps; step <= now + driftSteps; step += 1) {
    if (timingSafeEqual(Buffer.from(codeAt(seed, step)), given)) found = step
  }
  return found
}

function codeAt(seed: Uint8Array, step: number): string {
  return HOTP.generate({ ...shape, secret: secretOf(seed), counter: step })
}

/** Six digits, with the spaces that apps show them with and keyboards leave behind. */
export function readCode(given: string): string | undefined {
  const digits = given.replaceAll(/[\s-]/g, '')
  return /^[0-9]{6}$/.test(digits) ? digits : undefined
}

export interface AppEntry {
  /** Host of this provider; names the entry in the app. */
  readonly issuer: string
  readonly email: string
  readonly seed: Uint8Array
}

/** What the QR code says: the address that authenticator apps read (Key Uri Format). */
export function appAddress({ issuer, email, seed }: AppEntry): string {
  return new TOTP({ ...shape, issuer, label: email, secret: secretOf(seed) }).toString()
}

/** For typing in by hand, in groups of four. */
export function seedInGroups(seed: Uint8Array): readonly string[] {
  return secretOf(seed).base32.match(/.{1,4}/g) ?? []
}

function secretOf(seed: Uint8Array): Secret {
  // A copy of its own buffer: a view into a pool would make the whole pool the secret.
  return new Secret({ buffer: new Uint8Array(seed).buffer })
}
