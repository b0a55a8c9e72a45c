/** A `jti` counts once, also when it comes twice at the same moment (RFC 9449 §11.1, RFC 7523 §3). */
import { createHash } from 'node:crypto'
import type Provider from 'oidc-provider'
import type { RecordsOf } from './adapter.ts'

/** The library looks first and writes then, which two requests at once both pass; here the record that is consumed decides. */
export function rememberOnce(provider: Provider, recordsOf: RecordsOf, clock: () => Date): void {
  const records = recordsOf('ReplayDetection')
  provider.ReplayDetection.unique = async (issuer, jti, expiresAt) => {
    const id = createHash('sha256')
      .update(JSON.stringify([issuer, jti]))
      .digest('base64url')
    const seconds = Math.max(1, Math.ceil(expiresAt - clock().getTime() / 1000))
    await records.upsert(id, {}, seconds)
    return records.consume(id)
  }
}
