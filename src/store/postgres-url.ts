/** How the address of a PostgreSQL database is read: strictly where it comes to TLS. */
import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { DatabaseFault } from './database-fault.ts'

type TlsFiles = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'checkServerIdentity'>

export interface PostgresAddress {
  /** A name, an address, or the folder of a socket. */
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
  readonly database: string
  readonly ssl: false | TlsFiles
}

/** The settings have checked the form of it. */
export function readPostgresUrl(text: string): PostgresAddress {
  const url = new URL(text)
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, '$1')
  return {
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    username: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ssl: tlsOf(url.searchParams, host),
  }
}

/** Whatever leaves this machine is encrypted and goes to whom it is meant for, unless the operator says otherwise. */
function tlsOf(parameters: URLSearchParams, host: string): PostgresAddress['ssl'] {
  const mode = parameters.get('sslmode') ?? (isHere(host) ? 'disable' : 'verify-full')
  if (mode === 'disable') return false
  const files = {
    ...fileOf(parameters, 'sslrootcert', 'ca'),
    ...fileOf(parameters, 'sslcert', 'cert'),
    ...fileOf(parameters, 'sslkey', 'key'),
  }
  if (mode === 'require') return { ...files, rejectUnauthorized: false }
  if (mode === 'verify-ca') return { ...files, checkServerIdentity: () => undefined }
  return files
}

function fileOf(parameters: URLSearchParams, name: string, option: 'ca' | 'cert' | 'key'): TlsFiles {
  const path = parameters.get(name)
  if (path === null) return {}
  try {
    return { [option]: readFileSync(path, 'utf8') }
  } catch (cause) {
    throw new DatabaseFault(`MIEN_DATABASE_URL: the file ${path} of ${name} cannot be read.`, cause)
  }
}

function isHere(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127\./.test(host)
}
