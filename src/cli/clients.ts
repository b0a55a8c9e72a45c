/** `mien clients`: secrets for the clients file. */
import { randomBytes } from 'node:crypto'
import { digestSecret } from '../provider/client-metadata.ts'
import { processTerminal, UsageError, type Terminal } from './terminal.ts'

/** Shows a new secret once; the file keeps its digest alone. */
export function clients([what, ...rest]: readonly string[], terminal: Terminal = processTerminal): void {
  if (what !== 'secret' || rest.length > 0) throw new UsageError('`mien clients` wants `secret`')
  const secret = randomBytes(32).toString('base64url')
  terminal.print(`For the app, shown this once:

  ${secret}

For the client in clients.yaml, in place of secret; the line of the old one stays beside it until the app has changed over:

  secret_digests:
    - sha256:${digestSecret(secret).toString('base64url')}`)
}
