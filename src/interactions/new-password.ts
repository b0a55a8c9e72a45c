/** What a new password must be, wherever one is chosen: at registration, on the account page and in a recovery. */
import { dictionary } from '@zxcvbn-ts/language-common'
import { Fault } from '../errors.ts'
import { judgeNewPassword, passwordLength } from '../policy/new-password.ts'
import { hashPassword } from './password-sign-in.ts'

export type IsCommonPassword = (password: string) => boolean

/** Those of the list that are long enough to be chosen at all: some 18,000. */
export function createCommonPasswords(): IsCommonPassword {
  const common = new Set(
    dictionary['passwords-common'].filter(({ length }) => length >= passwordLength.least),
  )
  return (password) => common.has(password)
}

export interface NewPassword {
  readonly password: string
  readonly email: string
  readonly name?: string | undefined
}

/** @throws {Fault} password_too_short | password_too_common | form_invalid */
export async function hashNewPassword(
  isCommon: IsCommonPassword,
  { password, email, name }: NewPassword,
): Promise<string> {
  const verdict = judgeNewPassword(password, { email, name, isCommon })
  switch (verdict) {
    case 'fine':
      return hashPassword(password)
    case 'too_short':
      throw new Fault('password_too_short')
    case 'too_common':
      throw new Fault('password_too_common')
    case 'too_long':
      throw new Fault('form_invalid', { detail: 'password too long' })
  }
}
