/** Every mail that the house sends, as one call each; links lead to the issuer, never to what a request calls its host. */
import * as letters from './letters.ts'
import type { Letter } from './letter.ts'

export interface PostOfficeDependencies {
  readonly issuer: string
  /** Returns at once. */
  readonly post: (letter: Letter) => void
}

interface Coded {
  readonly to: string
  readonly code: string
}
interface Tokened {
  readonly to: string
  readonly token: string
}

export interface PostOffice {
  verifyAddress(mail: Coded & Tokened): void
  registrationCode(mail: Coded): void
  accountExists(mail: { readonly to: string }): void
  signInCode(mail: Coded & { readonly app: string }): void
  recoverAccount(mail: Tokened): void
  confirmNewAddress(mail: Tokened): void
  addressInUse(mail: { readonly to: string }): void
  addressChanged(mail: { readonly to: string }): void
  confirmOldAddress(mail: {
    readonly to: string
    readonly newEmail: string
    readonly confirmToken: string
    readonly cancelToken: string
  }): void
}

/** Where the links of the mails lead; the pages are `account/links.ts` and `account/recovery.ts`. */
const linkPaths = {
  verify: '/account/confirm',
  changeNew: '/account/confirm-new',
  changeOld: '/account/confirm-old',
  changeStop: '/account/stop-change',
  recover: '/account/recover/new',
} as const

export function createPostOffice({ issuer, post }: PostOfficeDependencies): PostOffice {
  const link = (path: keyof typeof linkPaths, token: string): string =>
    `${issuer}${linkPaths[path]}?token=${encodeURIComponent(token)}`
  return {
    verifyAddress: ({ to, code, token }) =>
      post(letters.verifyAddress({ to, code, url: link('verify', token) })),
    registrationCode: (mail) => post(letters.registrationCode(mail)),
    accountExists: ({ to }) => post(letters.accountExists({ to, url: `${issuer}/account/recover` })),
    signInCode: (mail) => post(letters.signInCode(mail)),
    recoverAccount: ({ to, token }) => post(letters.recoverAccount({ to, url: link('recover', token) })),
    confirmNewAddress: ({ to, token }) =>
      post(letters.confirmNewAddress({ to, url: link('changeNew', token) })),
    addressInUse: ({ to }) => post(letters.addressInUse({ to, url: `${issuer}/account` })),
    addressChanged: (mail) => post(letters.addressChanged(mail)),
    confirmOldAddress: ({ to, newEmail, confirmToken, cancelToken }) =>
      post(
        letters.confirmOldAddress({
          to,
          newEmail,
          confirmUrl: link('changeOld', confirmToken),
          cancelUrl: link('changeStop', cancelToken),
        }),
      ),
  }
}
