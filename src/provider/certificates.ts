/** Certificates of clients, as the proxy in front hands them over (RFC 8705). */
import { X509Certificate } from 'node:crypto'
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'

export interface CertificateSettings {
  /** The header with the certificate, which the proxy overwrites. */
  readonly header: string
  /** The header that says `SUCCESS` where its issuer is trusted. */
  readonly verifiedHeader: string | undefined
}

type Features = NonNullable<Configuration['features']>

export function createCertificates(settings: CertificateSettings | undefined) {
  if (settings === undefined) return { mTLS: { enabled: false } } satisfies Features
  const { header, verifiedHeader } = settings
  return {
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      tlsClientAuth: verifiedHeader !== undefined,
      getCertificate: (ctx) => readCertificate(ctx.get(header)),
      certificateAuthorized: (ctx) => verifiedHeader !== undefined && ctx.get(verifiedHeader) === 'SUCCESS',
      certificateSubjectMatches: (ctx: KoaContextWithOIDC, property, expected) => {
        const certificate = readCertificate(ctx.get(header))
        return certificate !== undefined && isNamed(certificate, property, expected)
      },
    },
  } satisfies Features
}

/** URL-encoded PEM (nginx), base64 of the DER (HAProxy), or the same between colons (RFC 9440). */
function readCertificate(given: string): X509Certificate | undefined {
  if (given === '') return undefined
  try {
    const isPem = given.startsWith('-----BEGIN')
    return new X509Certificate(
      isPem ? decodeURIComponent(given) : Buffer.from(given.replaceAll(':', ''), 'base64'),
    )
  } catch {
    return undefined
  }
}

const kinds: Readonly<Record<string, string>> = {
  tls_client_auth_san_dns: 'DNS',
  tls_client_auth_san_uri: 'URI',
  tls_client_auth_san_ip: 'IP Address',
  tls_client_auth_san_email: 'email',
}

/** Node puts a name that could be taken for several in quotes, so that it equals no name here (CVE-2021-44532). */
function isNamed(certificate: X509Certificate, property: string, expected: string): boolean {
  if (property === 'tls_client_auth_subject_dn') return nameOf(certificate.subject) === normal(expected)
  const kind = kinds[property]
  const names = certificate.subjectAltName?.split(', ') ?? []
  return kind !== undefined && names.includes(`${kind}:${expected}`)
}

/** RFC 4514 writes the parts from the last to the first. */
function nameOf(subject: string): string {
  return subject.split('\n').reverse().join(',')
}

function normal(name: string): string {
  return name
    .split(/(?<!\\),/)
    .map((part) => part.trim())
    .join(',')
}
