/** What the provider needs from the rest of the house. */
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import type { AccountData } from './account.ts'
import type { RecordsOf } from './adapter.ts'
import type { LogoutQueue } from './backchannel-logout.ts'
import type { CertificateSettings } from './certificates.ts'
import type { ClientRegistry } from './client-registry.ts'
import type { SessionLimits } from './lifetimes.ts'
import type { KeySet } from './key-ring.ts'
import type { Outbound } from './outbound.ts'
import type { Secrets } from './secrets.ts'

interface PostedForm {
  readonly action: string
  readonly xsrf: string
}

/** What is wrong with the code that was typed; one word for codes that never were, are over, or are spent. */
export type UserCodeProblem = 'not_taken' | 'stopped' | 'failed'

/** The pages that the library asks for; each writes the answer. */
export interface ProviderPages {
  error(ctx: KoaContextWithOIDC, out: ErrorOut): Promise<void>
  /** Posts `xsrf` to `action`, with `logout=yes` to sign out. */
  confirmSignOut(
    ctx: KoaContextWithOIDC,
    form: PostedForm & { readonly clientName: string | undefined },
  ): Promise<void>
  signedOut(ctx: KoaContextWithOIDC): Promise<void>
  /** Posts `xsrf` and `user_code` to `action`. */
  enterUserCode(
    ctx: KoaContextWithOIDC,
    form: PostedForm & { readonly problem: UserCodeProblem | undefined },
  ): Promise<void>
  /** Posts `xsrf`, `user_code` and either `confirm=yes` or `abort=yes` to `action`. */
  confirmUserCode(
    ctx: KoaContextWithOIDC,
    form: PostedForm & { readonly userCode: string; readonly clientName: string },
  ): Promise<void>
  deviceConnected(ctx: KoaContextWithOIDC): Promise<void>
}

export interface ProviderDependencies {
  readonly issuer: string
  readonly trustProxy: boolean
  /** Every `acr` that a sign-in here can reach. */
  readonly acrValues: readonly string[]
  readonly clock: () => Date
  readonly sessionLimits?: SessionLimits | undefined
  readonly clients: ClientRegistry
  readonly keys: KeySet
  readonly secrets: Pick<Secrets, 'cookieKeys' | 'pairwiseSalt' | 'recordKey'>
  readonly recordsOf: RecordsOf
  readonly accounts: { find(sub: string): Promise<AccountData | undefined> }
  /** By which apps register themselves; without it they do not. */
  readonly registrationToken?: string | undefined
  /** How the proxy hands over certificates; without it there are none. */
  readonly certificates?: CertificateSettings | undefined
  /** Sign-outs that apps are to be told of. */
  readonly logouts: Pick<LogoutQueue, 'enqueue'>
  readonly outbound: Outbound
  readonly pages: ProviderPages
  /** A bug, not a refusal: for the log. */
  readonly onServerError: (error: Error) => void
}
