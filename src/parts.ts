/** What the composition root has built once, for those who join it. */
import { hkdfSync } from 'node:crypto'
import type { Logger } from 'pino'
import type { AddressLimitSettings } from './address-limits.ts'
import type { Config } from './config.ts'
import type { FaceParts } from './face-parts.ts'
import type { Render } from './http/render.ts'
import type { KnownBrowsers } from './interactions/known-browser.ts'
import type { MailJoins } from './mail-joins.ts'
import type { ProviderHouse } from './provider-parts.ts'
import type { Secrets } from './provider/secrets.ts'
import type { SessionControl } from './session-parts.ts'
import type { Store } from './store/open-store.ts'
import type { RequestContext } from './request-context.ts'
import type { TelemetryParts } from './telemetry-parts.ts'

export interface Parts extends ProviderHouse {
  readonly config: Config
  readonly log: Logger
  readonly context: RequestContext
  readonly telemetry: TelemetryParts
  readonly addressLimits?: AddressLimitSettings
  readonly tidyEveryMs?: number
  readonly clock: () => Date
  readonly secrets: Secrets
  readonly store: Store
  readonly face: FaceParts
  readonly render: Render
  readonly knownBrowsers: KnownBrowsers
  readonly letters: MailJoins
  readonly sessions: SessionControl
}

/** A key for one use alone. */
export function deriveKey(secret: string | Uint8Array, use: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', use, 32))
}
