/** Whether a password may be chosen (NIST SP 800-63B-4 §3.1.1.2): long enough, and not among the first that are tried. Pure. */

/** Longer input is refused before it is hashed: it would only cost time. */
export const passwordLength = { least: 8, most: 256 } as const

export type PasswordVerdict = 'fine' | 'too_short' | 'too_long' | 'too_common'

export interface PasswordSurroundings {
  readonly email: string
  readonly name?: string | undefined
  /** Asked for the password in lower case. */
  readonly isCommon: (password: string) => boolean
}

const productName = 'mien'

/** No rules of composition: they make passwords harder to remember, not to guess. */
export function judgeNewPassword(password: string, surroundings: PasswordSurroundings): PasswordVerdict {
  const { length } = Array.from(password)
  if (!(length >= passwordLength.least)) return 'too_short'
  if (!(length <= passwordLength.most)) return 'too_long'
  const plain = password.normalize('NFKC').toLowerCase()
  if (surroundings.isCommon(plain) || isMonotonous(plain)) return 'too_common'
  return isObvious(plain, surroundings) ? 'too_common' : 'fine'
}

/** One or two letters again and again. */
function isMonotonous(plain: string): boolean {
  return new Set(plain).size <= 2
}

/** The address, its first part, the person’s name or ours, with or without digits and signs around. */
function isObvious(plain: string, { email, name = '' }: PasswordSurroundings): boolean {
  const address = email.normalize('NFKC').toLowerCase()
  const [mailbox = '', host = ''] = address.split('@')
  const own = [
    address,
    mailbox,
    host,
    host.split('.')[0] ?? '',
    name.normalize('NFKC').toLowerCase(),
    productName,
  ]
  const core = coreOf(plain)
  const words = own.map(lettersOf).filter((word) => word.length >= 3)
  return plain === address || words.some((word) => core === word || core === word.repeat(2))
}

function coreOf(plain: string): string {
  return lettersOf(plain.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))
}

function lettersOf(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, '')
}
