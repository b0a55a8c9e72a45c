/** Why PostgreSQL cannot be used, in a sentence that says what to do and never the password. */
import { DatabaseFault } from './database-fault.ts'
import type { PostgresAddress } from './postgres-url.ts'

const unreachable: readonly string[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]
const certificates = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|ALTNAME/

/** @returns the error to be shown */
export function explainFault(error: unknown, address: PostgresAddress): DatabaseFault {
  const where = `${address.host}:${address.port}`
  return new DatabaseFault(sentenceOf(error, { ...address, where }), error)
}

function sentenceOf(
  error: unknown,
  { where, username, database }: PostgresAddress & { readonly where: string },
): string {
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  if (code === '28P01')
    return `PostgreSQL at ${where} refuses the password of “${username}” in MIEN_DATABASE_URL.`
  if (code.startsWith('28')) return `PostgreSQL at ${where} does not let “${username}” in: ${message}.`
  if (code === '3D000')
    return `PostgreSQL at ${where} has no database “${database}”. Create it: CREATE DATABASE "${database}" OWNER "${username}".`
  if (code === '42501')
    return `PostgreSQL at ${where} does not let “${username}” make tables in “${database}”. Make it the owner: ALTER DATABASE "${database}" OWNER TO "${username}".`
  if (code === '53300')
    return `PostgreSQL at ${where} has no connection left; MIEN_DATABASE_POOL times the nodes must fit its max_connections.`
  if (code.startsWith('57P')) return `PostgreSQL at ${where} is starting or stopping; try again in a moment.`
  if (/does not support SSL/.test(message))
    return `PostgreSQL at ${where} does not encrypt connections. Turn TLS on there, or end MIEN_DATABASE_URL in ?sslmode=disable where the network between is yours alone.`
  if (certificates.test(code))
    return `The certificate of PostgreSQL at ${where} is not trusted (${code}). Name its authority by sslrootcert in MIEN_DATABASE_URL.`
  if (unreachable.includes(code) || /timeout/i.test(message))
    return `PostgreSQL at ${where} cannot be reached${code === '' ? '' : ` (${code})`}. Is it running, and is the address in MIEN_DATABASE_URL right?`
  return `PostgreSQL at ${where} cannot be used: ${message}`
}

/** Whether it is not there to be asked, whatever was asked. */
export function isOutage(error: unknown): boolean {
  const code = codeOf(error)
  // Connections (class 08), and operators at work (57P01 to 57P03).
  if (unreachable.includes(code) || /^(08|57P0|53300)/.test(code)) return true
  return error instanceof Error && /connection terminated|timeout exceeded|read timeout/i.test(error.message)
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if ('driverError' in error) return codeOf(error.driverError)
  return 'code' in error && typeof error.code === 'string' ? error.code : ''
}
