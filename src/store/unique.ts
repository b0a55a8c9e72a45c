/** How databases say that a row with this key is there already, or that two stood in each other’s way. */

/** SQLite names the broken rule in words, PostgreSQL by a number. */
export function isUniqueViolation(error: unknown): boolean {
  return ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', '23505'].includes(codeOf(error))
}

/** PostgreSQL’s serialization_failure and deadlock_detected: nothing of the transaction was done, and it may be tried again. */
export function isConflict(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error))
}

/** The driver’s own, without a code: the server did not answer. */
export function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Query read timeout')
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('driverError' in error)) return ''
  const { driverError } = error
  if (!(driverError instanceof Error) || !('code' in driverError)) return ''
  return String(driverError.code)
}
