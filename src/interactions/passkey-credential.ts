/** A credential as it is known here, and the one that an answer is checked against where nobody has the one it names. */

/** What is known of a passkey that was added. */
export interface KnownCredential {
  readonly credentialId: string
  readonly publicKey: string
  readonly counter: number
  readonly transports: readonly string[]
  /** May be copied to other devices of its owner. */
  readonly backupEligible: boolean
}

/** The generator of P-256 as a COSE key (RFC 9053 §7.1.1): stands in where nobody has the credential. */
export const decoyCredential: KnownCredential = {
  credentialId: 'nobody',
  publicKey: Buffer.concat([
    Buffer.from('a5010203262001215820', 'hex'),
    Buffer.from('axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY', 'base64url'),
    Buffer.from('225820', 'hex'),
    Buffer.from('T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU', 'base64url'),
  ]).toString('base64url'),
  counter: 0,
  transports: [],
  backupEligible: false,
}
