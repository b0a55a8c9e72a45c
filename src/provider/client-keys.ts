/** The public keys of a client (RFC 7517). */
import { z } from 'zod'

const text = z.string().min(1).max(2048).optional()

/** The members that make a key private, or one that both sides hold. */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'] as const

const publicKey = z
  .looseObject({
    kty: z.enum(['RSA', 'EC', 'OKP']),
    kid: text,
    use: z.enum(['sig', 'enc']).optional(),
    alg: text,
    crv: text,
    n: text,
    e: text,
    x: text,
    y: text,
    x5c: z.array(z.string()).optional(),
  })
  .refine(
    (key) => !secretMembers.some((name) => name in key),
    'has a private part; list the public key and make a new one, for this one has been shown',
  )

export const clientKeys = z.strictObject({ keys: z.array(publicKey).min(1).max(10) })
export type ClientKeys = z.infer<typeof clientKeys>
