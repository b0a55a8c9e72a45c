/** Which algorithms are taken, and for what (RFC 7518, RFC 8037, RFC 9864). There is no `none`, and nothing symmetric. */

/** Those of our own keys. */
export const signingAlgorithms = ['RS256', 'ES256'] as const

/** FAPI 2.0 Security Profile §5.4.1; EdDSA under its old name and its new one. */
export const fapiAlgorithms = ['ES256', 'PS256', 'EdDSA', 'Ed25519'] as const

/** What clients may sign with: assertions and request objects. RS256 is what many libraries know alone. */
export const clientAlgorithms = [...fapiAlgorithms, 'RS256'] as const

/** Key management and content encryption of what is sealed for a client with a public key of its own. */
export const keyEncryptionAlgorithms = [
  'RSA-OAEP-256',
  'RSA-OAEP',
  'ECDH-ES',
  'ECDH-ES+A128KW',
  'ECDH-ES+A256KW',
] as const
export const contentEncryptionAlgorithms = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'] as const
