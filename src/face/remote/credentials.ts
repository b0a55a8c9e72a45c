/** The certificate, key and authority of one end of a connection between server and face worker, read anew where the files change. */
import { readFileSync, statSync } from 'node:fs'

export interface CredentialFiles {
  readonly certFile: string
  readonly keyFile: string
  /** The authority that both ends trust, and nobody else's. */
  readonly caFile: string
}

export interface Credentials {
  readonly cert: Buffer
  readonly key: Buffer
  readonly ca: Buffer
}

/** @throws {Error} naming the file that cannot be read */
export function readCredentials({ certFile, keyFile, caFile }: CredentialFiles): Credentials {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile), ca: readFileSync(caFile) }
}

/** Of TLS itself, on both ends: nothing older than TLS 1.3, and nobody without a certificate of our authority. */
export const tlsRules = { minVersion: 'TLSv1.3', rejectUnauthorized: true } as const

/** Changes whenever one of the files does. */
export function ageOf({ certFile, keyFile, caFile }: CredentialFiles): string {
  return [certFile, keyFile, caFile].map((each) => statSync(each).mtimeMs).join()
}
