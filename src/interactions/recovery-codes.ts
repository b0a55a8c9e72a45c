/** Recovery codes as people meet them: how they are made, written and read. */
import { randomBytes } from 'node:crypto'

export const codesInSet = 10

/** Crockford’s base 32: no I, L, O or U, so that nothing is read as something else. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const characters = 16
const groupLength = 4

/**
 * Codes of 80 bits: short enough to copy from paper, and far beyond guessing through the sign-in page. Offline they would
 * be within reach of a fast hash (ASVS 5.0 §6.5.2 draws the line at 112 bits), so the store keeps them by argon2id.
 */
export function makeRecoveryCodes(): readonly string[] {
  return Array.from({ length: codesInSet }, makeCode)
}

function makeCode(): string {
  // 256 is a multiple of 32: the low five bits of a random byte favour no character.
  return Array.from(randomBytes(characters), (byte) => alphabet.charAt(byte & 31)).join('')
}

/** `XXXX-XXXX-XXXX-XXXX`. */
export function writeRecoveryCode(code: string): string {
  return (code.match(new RegExp(`.{1,${groupLength}}`, 'g')) ?? []).join('-')
}

/** The code as it was made, however it is spaced, and with the letters that Crockford’s base 32 reads as digits. */
export function readRecoveryCode(given: string): string | undefined {
  const code = given.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  const isOne = code.length === characters && Array.from(code).every((each) => alphabet.includes(each))
  return isOne ? code : undefined
}
