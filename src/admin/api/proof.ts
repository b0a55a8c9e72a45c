/** Proof that who shows a token holds its key (RFC 9449 §4.3, §7.1). */
import { createHash, timingSafeEqual } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify } from 'jose'
import type { Context } from 'koa'
import { z } from 'zod'
import { Fault } from '../../errors.ts'

export interface ProofDependencies {
  readonly issuer: string
  readonly clock: () => Date
  /** True to exactly one of many callers, on whichever node, until then. */
  readonly spendOnce: (id: string, until: Date) => Promise<boolean>
}

export const proofAlgorithms = ['ES256', 'PS256', 'EdDSA', 'Ed25519'] as const

/** Without nonces of ours, so the time in the proof counts: a minute either way, as clocks go. */
const windowSeconds = 60
const longest = 8000

const shape = z.object({
  jti: z.string().min(1).max(256),
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  ath: z.string(),
})

export interface Proving {
  readonly token: string
  /** RFC 7638, SHA-256: of the key that the token is bound to. */
  readonly thumbprint: string
}

/** @throws {Fault} admin_token_invalid */
export async function checkProof(
  dependencies: ProofDependencies,
  ctx: Context,
  { token, thumbprint }: Proving,
): Promise<void> {
  const { claims, found } = await readProof(dependencies, ctx.get('DPoP'))
  const { origin } = new URL(dependencies.issuer)
  const digest = createHash('sha256').update(token).digest('base64url')
  const isOfThisRequest =
    claims.htm === ctx.method &&
    addressOf(claims.htu) === `${origin}${ctx.path}` &&
    isSame(claims.ath, digest)
  if (!isOfThisRequest || !isSame(found, thumbprint)) throw refused('of another request, token or key')
  const now = dependencies.clock().getTime()
  if (!(Math.abs(now / 1000 - claims.iat) <= windowSeconds)) throw refused('not of now')
  const until = new Date(now + 2 * windowSeconds * 1000)
  if (!(await dependencies.spendOnce(`${thumbprint} ${claims.jti}`, until))) throw refused('shown before')
}

async function readProof(
  { clock }: ProofDependencies,
  proof: string,
): Promise<{ readonly claims: z.infer<typeof shape>; readonly found: string }> {
  if (proof === '' || proof.length > longest) throw refused('absent or too long')
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: [...proofAlgorithms],
      currentDate: clock(),
    })
    const parsed = shape.safeParse(payload)
    const { jwk } = protectedHeader
    if (!parsed.success || jwk === undefined) throw refused('not whole')
    return { claims: parsed.data, found: await calculateJwkThumbprint(jwk) }
  } catch (cause) {
    if (!(cause instanceof errors.JOSEError)) throw cause
    throw new Fault('admin_token_invalid', { detail: `proof: ${cause.code}`, cause })
  }
}

/** Without query and fragment (RFC 9449 §4.3, step 9). */
function addressOf(htu: string): string | undefined {
  if (!URL.canParse(htu)) return undefined
  const { origin, pathname } = new URL(htu)
  return `${origin}${pathname}`
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function refused(why: string): Fault {
  return new Fault('admin_token_invalid', { detail: `proof: ${why}` })
}
