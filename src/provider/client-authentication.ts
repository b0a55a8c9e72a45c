/** How a client proves who it is, beyond what the library checks. */
import { timingSafeEqual } from 'node:crypto'
import { errors, type Configuration } from 'oidc-provider'
import type Provider from 'oidc-provider'
import { digestSecret, leastPolicy, type ClientPolicy } from './client-metadata.ts'
import type { ClientRegistry } from './client-registry.ts'
import { assertFapiAssertion } from './fapi.ts'

/** An assertion is remembered until it expires, so it has to do so soon. */
const longestAssertionSeconds = 3600

type AssertionCheck = NonNullable<Configuration['assertJwtClientAuthClaimsAndHeader']>

/** For `private_key_jwt` (RFC 7523), after the signature, issuer, audience and expiry were found good. */
export function createAssertionCheck(clients: ClientRegistry, clock: () => Date): AssertionCheck {
  return (ctx, claims, ...[header, client]) => {
    const latest = clock().getTime() / 1000 + longestAssertionSeconds
    const exp = claims['exp']
    if (!(typeof exp === 'number' && exp <= latest)) {
      throw new errors.InvalidClientAuth('exp is more than an hour away')
    }
    if (clients.policyFor(client.clientId).isFapi) assertFapiAssertion(ctx, claims, header)
  }
}

/** Compares with every digest of the client, in the same time whichever fits. */
export function compareSecretsByDigest(provider: Provider, clients: ClientRegistry, clock: () => Date): void {
  provider.Client.prototype.compareClientSecret = function (actual) {
    const given = digestSecret(actual)
    const policy = clients.policyFor(this.clientId)
    const taken = policy === leastPolicy ? ownDigest(this.clientSecret) : takenNow(policy, clock())
    return taken.filter((each) => timingSafeEqual(each, given)).length > 0
  }
}

function takenNow({ secretDigests }: ClientPolicy, now: Date): Uint8Array[] {
  const taken = secretDigests.filter(({ until }) => until === undefined || now.getTime() < until.getTime())
  return taken.map(({ digest }) => digest)
}

/** An app that registered itself is told its secret again, so the store has it whole, and sealed. */
function ownDigest(secret: string | undefined): Uint8Array[] {
  return secret === undefined ? [] : [digestSecret(secret)]
}
