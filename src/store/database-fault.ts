/** Why the database cannot be used, in a sentence for whoever runs the house. */
export class DatabaseFault extends Error {
  readonly code = 'database_unusable'

  /** @param cause what the driver said */
  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'DatabaseFault'
  }
}
