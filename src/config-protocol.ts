/** Settings of the protocol; `config.ts` reads them with the rest. */
import { z } from 'zod'
import { proxies, readProxies } from './config-proxies.ts'

const flag = z.enum(['on', 'off']).transform((value) => value === 'on')
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

export const settings = {
  MIEN_TRUST_PROXY: proxies.describe(
    'The proxies whose `X-Forwarded-For`, `X-Forwarded-Proto` and certificate headers are believed; from anybody else they are ignored. Addresses and networks with commas between them, such as `10.0.0.7,10.1.0.0/16`; `loopback` and `private` (also container networks) name the usual ones; `off` believes nobody.',
  ),
  MIEN_KEYS_KEY: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'is not 32 bytes in base64url')
    .optional()
    .describe(
      'Seals the files in `keys/` of the data folder, 32 bytes in base64url; plain ones are sealed at the next start. Default: none, and mode 0600 guards them.',
    ),
  MIEN_KEY_ROTATION_DAYS: whole(0, 3650)
    .default(90)
    .describe(
      'After how many days new keys sign, shown two hours before and the old ones for half a day after; 0 leaves it to `mien keys rotate`.',
    ),
  MIEN_ALLOW_PRIVATE_CLIENTS: flag
    .default(false)
    .describe(
      'Whether addresses that clients name (keys, sector lists, back-channel logout) may lead into loopback and private networks. Always so where the issuer is at localhost.',
    ),
  MIEN_REGISTRATION_TOKEN: z
    .string()
    .min(32, 'is shorter than 32 characters')
    .optional()
    .describe(
      'The initial access token by which apps register themselves (RFC 7591). Without it there is no registration; people are warned of apps that came this way.',
    ),
  MIEN_CLIENT_CERT_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, 'is not the name of a header')
    .optional()
    .describe(
      'The header in which the proxy hands over the client’s certificate, as URL-encoded PEM or base64 DER; it must overwrite what the client sends. Turns certificates on (RFC 8705); believed of the proxies in `MIEN_TRUST_PROXY` alone.',
    ),
  MIEN_CLIENT_CERT_VERIFIED_HEADER: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/, 'is not the name of a header')
    .optional()
    .describe(
      'The header in which the proxy says `SUCCESS` where the certificate leads to an authority that it trusts. Without it certificates are compared with those that clients list, and `tls_client_auth` is off.',
    ),
}

export const secrets = ['MIEN_KEYS_KEY', 'MIEN_REGISTRATION_TOKEN'] as const

export interface ProtocolConfig {
  /** Networks as `address/bits`. */
  readonly trustProxy: readonly string[]
  readonly keysKey: string | undefined
  readonly keyRotationDays: number
  readonly allowPrivateClients: boolean
  readonly registrationToken: string | undefined
  readonly clientCertHeader: string | undefined
  readonly clientCertVerifiedHeader: string | undefined
}

type Settings = z.infer<z.ZodObject<typeof settings>>

/** What the settings say of each other. */
export function findProblems(given: Settings): string[] {
  if (given.MIEN_CLIENT_CERT_HEADER === undefined) {
    return given.MIEN_CLIENT_CERT_VERIFIED_HEADER === undefined
      ? []
      : ['MIEN_CLIENT_CERT_VERIFIED_HEADER goes with MIEN_CLIENT_CERT_HEADER']
  }
  if (given.MIEN_TRUST_PROXY !== 'off') return []
  return [
    'MIEN_CLIENT_CERT_HEADER needs the proxy in MIEN_TRUST_PROXY: from anybody else that header is ignored',
  ]
}

export function toConfig(given: Settings): ProtocolConfig {
  return {
    trustProxy: readProxies(given.MIEN_TRUST_PROXY),
    keysKey: given.MIEN_KEYS_KEY,
    keyRotationDays: given.MIEN_KEY_ROTATION_DAYS,
    allowPrivateClients: given.MIEN_ALLOW_PRIVATE_CLIENTS,
    registrationToken: given.MIEN_REGISTRATION_TOKEN,
    clientCertHeader: given.MIEN_CLIENT_CERT_HEADER,
    clientCertVerifiedHeader: given.MIEN_CLIENT_CERT_VERIFIED_HEADER,
  }
}
