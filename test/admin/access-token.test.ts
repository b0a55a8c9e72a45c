import { assert } from 'chai'
import { exportJWK, generateKeyPair, SignJWT, type JWK, type CryptoKey } from 'jose'
import type { Context } from 'koa'
import { authenticate, type ApiClient, type TokenDependencies } from '../../src/admin/api/access-token.ts'
import type { Role } from '../../src/admin/authority.ts'
import { Fault } from '../../src/errors.ts'

const issuer = 'https://id.example.com'
const audience = `${issuer}/admin/api`
const now = new Date('2026-01-01T12:00:00Z')
const seconds = now.getTime() / 1000

describe('Who calls the API of administration', () => {
  let privateKey: CryptoKey
  let jwk: JWK

  before(async () => {
    const pair = await generateKeyPair('ES256')
    privateKey = pair.privateKey
    jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' }
  })

  interface Wish {
    readonly claims?: Readonly<Record<string, unknown>>
    readonly typ?: string
    readonly role?: Role | undefined
    readonly client?: ApiClient | undefined
    readonly scheme?: string
  }

  const person = {
    sub: 'ada',
    acr: 'urn:mien:acr:password-otp',
    amr: ['pwd', 'otp', 'mfa'],
    auth_time: seconds,
  }
  const letIn: ApiClient = {
    scopes: ['admin:subjects:read', 'admin:keys:read'],
    mayActAlone: true,
    findSubject: (sub) => Promise.resolve(sub),
  }

  async function ask(wish: Wish): Promise<string> {
    const base = { iss: issuer, aud: audience, client_id: 'app', jti: 'j', scope: 'admin:subjects:read' }
    const times = { iat: seconds, exp: seconds + 300 }
    const token = await new SignJWT({ ...base, ...times, ...person, ...wish.claims })
      .setProtectedHeader({ alg: 'ES256', typ: wish.typ ?? 'at+jwt', kid: 'k' })
      .sign(privateKey)
    const dependencies: TokenDependencies = {
      issuer,
      audience,
      clock: () => now,
      keys: () => [jwk],
      findClient: () => Promise.resolve('client' in wish ? wish.client : letIn),
      roleOf: () => Promise.resolve('role' in wish ? wish.role : 'owner'),
      spendOnce: () => Promise.resolve(true),
    }
    const headers: Readonly<Record<string, string>> = { Authorization: `${wish.scheme ?? 'Bearer'} ${token}` }
    const ctx = { ip: '192.0.2.1', get: (name: string) => headers[name] ?? '' } as unknown as Context
    try {
      const actor = await authenticate(dependencies, ctx)
      const scopes = [...(actor.scopes ?? [])].join(' ')
      return actor.kind === 'machine'
        ? `machine ${scopes}`
        : `${actor.role} ${actor.isFresh ? 'fresh' : 'stale'} ${scopes}`
    } catch (error) {
      return error instanceof Fault ? error.code : String(error)
    }
  }

  it('is an administrator who signed in with two factors, as the token and the house say', async () => {
    assert.equal(await ask({}), 'owner fresh admin:subjects:read')
    assert.equal(await ask({ role: 'auditor' }), 'auditor fresh admin:subjects:read')
    assert.equal(await ask({ role: undefined }), 'admin_forbidden')
  })

  it('signed in again for what is dangerous after ten minutes, and for all after four hours', async () => {
    assert.equal(await ask({ claims: { auth_time: seconds - 600 } }), 'owner fresh admin:subjects:read')
    assert.equal(await ask({ claims: { auth_time: seconds - 601 } }), 'owner stale admin:subjects:read')
    assert.equal(await ask({ claims: { auth_time: seconds - 4 * 3600 - 1 } }), 'admin_token_too_weak')
    assert.equal(await ask({ claims: { auth_time: seconds + 60 } }), 'admin_token_too_weak')
  })

  it('is nobody with less than two factors, whatever the level is called', async () => {
    for (const [acr, amr] of [
      ['urn:mien:acr:password', ['pwd']],
      ['urn:mien:acr:face', ['face']],
      ['urn:mien:acr:email', ['otp']],
      ['urn:mien:acr:password-otp', []],
      ['urn:other', ['mfa']],
    ] as const) {
      assert.equal(await ask({ claims: { acr, amr } }), 'admin_token_too_weak', acr)
    }
    assert.equal(await ask({ claims: { acr: undefined, amr: undefined } }), 'admin_token_too_weak')
  })

  it('is a client by itself only where nobody signed in and the client may', async () => {
    const alone = { sub: 'app', acr: undefined, amr: undefined, auth_time: undefined }
    assert.equal(await ask({ claims: alone }), 'machine admin:subjects:read')
    assert.equal(
      await ask({ claims: alone, client: { ...letIn, mayActAlone: false } }),
      'admin_token_invalid',
    )
    assert.equal(await ask({ claims: { ...alone, sub: 'ada' } }), 'admin_token_invalid')
    assert.equal(await ask({ claims: { sub: 'app' } }), 'admin_forbidden', 'a subject named like its client')
  })

  it('has no scope that its client is let at no more, and is nobody once the client is gone', async () => {
    const scope = 'admin:subjects:read admin:keys:write'
    assert.equal(await ask({ claims: { scope } }), 'owner fresh admin:subjects:read')
    assert.equal(await ask({ client: { ...letIn, scopes: [] } }), 'owner fresh ')
    assert.equal(await ask({ client: undefined }), 'admin_token_invalid')
  })

  it('shows a token that is an access token of this API, of now, and not bound to a key', async () => {
    const wishes: readonly Wish[] = [
      { typ: 'JWT' },
      { claims: { aud: 'https://other.example' } },
      { claims: { iss: 'https://other.example' } },
      { claims: { exp: seconds - 1 } },
      { claims: { nbf: seconds + 60 } },
      { claims: { jti: undefined } },
      { claims: { cnf: { jkt: 'x' } } },
      { claims: { cnf: { 'x5t#S256': 'x' } } },
      { scheme: 'DPoP' },
    ]
    for (const wish of wishes) assert.equal(await ask(wish), 'admin_token_invalid', JSON.stringify(wish))
    assert.equal(await ask({ scheme: 'Basic' }), 'admin_token_missing')
    assert.equal(await ask({ scheme: 'Bearer x' }), 'admin_token_missing')
  })
})
