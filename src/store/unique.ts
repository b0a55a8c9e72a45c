/** How databases say that a row with this key is there already. */

/** SQLite names the broken rule in words, PostgreSQL by a number. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Error) || !('driverError' in error)) return false
  const { driverError } = error
  if (!(driverError instanceof Error) || !('code' in driverError)) return false
  const codes: readonly unknown[] = ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', '23505']
  return codes.includes(driverError.code)
}
