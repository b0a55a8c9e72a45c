/** What the protocol library would say of a client, asked without a server: for the command line. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import Provider from 'oidc-provider'
import type { CertificateSettings } from './certificates.ts'
import type { ClientRegistry } from './client-registry.ts'
import type { ClientCheck } from './client-operations.ts'
import type { ProviderPages } from './dependencies.ts'
import { createOutbound } from './outbound.ts'
import { createConfiguration } from './configuration.ts'
import { checkMetadata } from './provider.ts'

export interface ClientCheckSettings {
  readonly issuer: string
  readonly registry: ClientRegistry
  readonly certificates: CertificateSettings | undefined
}

/** The library is built when first asked, and answers no request: keys and secrets are made up, and nothing is kept. */
export function createClientCheck(settings: ClientCheckSettings): ClientCheck {
  let provider: Provider | undefined
  return (metadata) => {
    provider ??= createIdleProvider(settings)
    return Promise.resolve(checkMetadata(provider, metadata))
  }
}

function createIdleProvider({ issuer, registry, certificates }: ClientCheckSettings): Provider {
  const clock = (): Date => new Date(0)
  const configuration = createConfiguration({
    issuer,
    trustProxy: false,
    acrValues: [],
    clock,
    clients: registry,
    keys: { keys: [] },
    secrets: {
      cookieKeys: [randomBytes(32).toString('base64url')],
      pairwiseSalt: randomBytes(32),
      recordKey: randomBytes(32),
    },
    recordsOf: () => noRecords,
    accounts: { find: () => Promise.resolve(undefined) },
    certificates,
    logouts: { enqueue: () => Promise.resolve() },
    outbound: createOutbound({ isTrial: false, allowsPrivate: false }),
    pages: noPages,
    onServerError: () => undefined,
  })
  return new Provider(issuer, { ...configuration, jwks: { keys: makeIdleKeys() } })
}

/** Small ones: they sign nothing, and the library only looks which kinds there are. */
function makeIdleKeys() {
  const pairs = [
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ]
  return pairs.map(({ privateKey }) => ({ ...privateKey.export({ format: 'jwk' }), use: 'sig' }))
}

const nothing = (): Promise<undefined> => Promise.resolve(undefined)

const noRecords = {
  upsert: nothing,
  find: nothing,
  findByUserCode: nothing,
  findByUid: nothing,
  consume: () => Promise.resolve(false),
  destroy: nothing,
  revokeByGrantId: nothing,
}

const noPages: ProviderPages = {
  error: nothing,
  confirmSignOut: nothing,
  signedOut: nothing,
  enterUserCode: nothing,
  confirmUserCode: nothing,
  deviceConnected: nothing,
}
