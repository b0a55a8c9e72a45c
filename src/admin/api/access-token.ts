/** Who calls the API: read from the access token alone, and asked anew of the house at every call (RFC 9068 §4). */
import { createLocalJWKSet, errors, jwtVerify, type JWK, type JWTPayload } from 'jose'
import type { Context } from 'koa'
import { z } from 'zod'
import { Fault } from '../../errors.ts'
import { factorsOf, isTwoFactor } from '../../policy/assurance.ts'
import type { Actor, Role } from '../authority.ts'
import { freshSeconds, visitSeconds } from '../sign-in.ts'
import { checkProof, type ProofDependencies } from './proof.ts'

export interface ApiClient {
  /** The scopes that the operator lets it ask for here. */
  readonly scopes: readonly string[]
  /** Whether it may act without a person. */
  readonly mayActAlone: boolean
  /** Whom the client knows by that `sub`, among administrators; undefined where it is none of them. */
  readonly findSubject: (sub: string) => Promise<string | undefined>
}

export interface TokenDependencies extends ProofDependencies {
  readonly issuer: string
  readonly audience: string
  readonly clock: () => Date
  /** Public keys, those that go included. */
  readonly keys: () => readonly JWK[]
  /** Undefined where the client is gone, or is not let at this API. */
  readonly findClient: (clientId: string) => Promise<ApiClient | undefined>
  readonly roleOf: (subjectId: string) => Promise<Role | undefined>
}

/** @throws {Fault} admin_token_missing | admin_token_invalid | admin_token_too_weak | admin_forbidden */
export async function authenticate(dependencies: TokenDependencies, ctx: Context): Promise<Actor> {
  const [scheme = '', token = '', ...rest] = ctx.get('Authorization').split(' ')
  const name = scheme.toLowerCase()
  if (token === '' || rest.length > 0 || (name !== 'bearer' && name !== 'dpop')) {
    throw new Fault('admin_token_missing')
  }
  const claims = await readToken(dependencies, token)
  const { jkt } = claims.cnf ?? {}
  if (name === 'bearer' ? claims.cnf !== undefined : jkt === undefined) {
    throw new Fault('admin_token_invalid', { detail: 'bound to a key that was not shown, or to none' })
  }
  if (name === 'dpop') await checkProof(dependencies, ctx, { token, thumbprint: jkt ?? '' })
  return actorOf(dependencies, claims, ctx.ip)
}

const shape = z.object({
  sub: z.string().min(1),
  client_id: z.string().min(1),
  scope: z.string().default(''),
  acr: z.string().optional(),
  amr: z.array(z.string()).default([]),
  auth_time: z.number().optional(),
  /** Another kind of binding is one that nobody here can check. */
  cnf: z.strictObject({ jkt: z.string() }).optional(),
})
type Claims = z.infer<typeof shape>

const longestToken = 8000

async function readToken(dependencies: TokenDependencies, token: string): Promise<Claims> {
  if (token.length > longestToken) throw new Fault('admin_token_invalid', { detail: 'too long' })
  const parsed = shape.safeParse(await verify(dependencies, token))
  if (parsed.success) return parsed.data
  throw new Fault('admin_token_invalid', { detail: 'lacks what a token of this API has' })
}

async function verify(
  { keys, issuer, audience, clock }: TokenDependencies,
  token: string,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...keys()] }), {
      issuer,
      audience,
      // An ID token is none of these, whatever it says (RFC 9068 §4; security check 32).
      typ: 'at+jwt',
      algorithms: ['RS256', 'ES256'],
      requiredClaims: ['exp', 'iat', 'sub', 'client_id', 'jti'],
      currentDate: clock(),
    })
    return payload
  } catch (cause) {
    if (!(cause instanceof errors.JOSEError)) throw cause
    throw new Fault('admin_token_invalid', { detail: cause.code, cause })
  }
}

async function actorOf(
  dependencies: TokenDependencies,
  { sub, client_id: clientId, scope, acr, amr, auth_time: authTime }: Claims,
  address: string,
): Promise<Actor> {
  const client = await dependencies.findClient(clientId)
  if (client === undefined) throw new Fault('admin_token_invalid', { detail: 'the client is gone' })
  // What the client was let at since the token was made counts, and nothing that it is let at no more.
  const scopes = new Set(scope.split(' ').filter((each) => client.scopes.includes(each)))
  if (authTime === undefined && acr === undefined) {
    // A client's own token names it as its subject (RFC 9068 §2.2).
    if (sub === clientId && client.mayActAlone) return { kind: 'machine', clientId, scopes, address }
    throw new Fault('admin_token_invalid', { detail: 'of nobody who signed in, and not of a client' })
  }
  const subjectId = sub === clientId ? undefined : await client.findSubject(sub)
  const role = subjectId === undefined ? undefined : await dependencies.roleOf(subjectId)
  if (subjectId === undefined || role === undefined)
    throw new Fault('admin_forbidden', { detail: 'no administrator' })
  const ageSeconds = dependencies.clock().getTime() / 1000 - (authTime ?? NaN)
  const isWithin = (seconds: number): boolean => ageSeconds >= -1 && ageSeconds <= seconds
  if (!isTwoFactor(factorsOf({ acr, amr })) || !isWithin(visitSeconds))
    throw new Fault('admin_token_too_weak')
  return { kind: 'person', subjectId, role, isFresh: isWithin(freshSeconds), scopes, clientId, address }
}
