/** The API of administration: every operation of the table behind a token of its own audience; no cookie is looked at. */
import { Readable } from 'node:stream'
import Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { Fault } from '../../errors.ts'
import { readJson } from '../../http/request-guards.ts'
import { twoFactorAcrs } from '../../policy/assurance.ts'
import type { Acting } from '../acting.ts'
import { judge, type Actor } from '../authority.ts'
import type { AdminServices } from '../services.ts'
import { freshSeconds, visitSeconds } from '../sign-in.ts'
import { authenticate, type TokenDependencies } from './access-token.ts'
import { clientOperations, invalidReply } from './client-operations.ts'
import { houseOperations } from './house-operations.ts'
import { adminOpenApi } from './openapi.ts'
import type { Operation, Reply } from './operation.ts'
import { resourceOperations } from './resource-operations.ts'
import { sessionOperations, subjectOperations } from './people-operations.ts'
import { proofAlgorithms } from './proof.ts'

export interface ApiDependencies extends TokenDependencies {
  readonly version: string
  readonly services: AdminServices
  readonly acting: Acting
  /** @throws {Fault} too_many_requests */
  readonly takeCall: (clientId: string) => Promise<void>
  /** Counts tokens that were no good. @throws {Fault} too_many_requests */
  readonly takeFailure: (address: string) => Promise<void>
}

const apiPath = '/admin/api'
export const operations: readonly Operation[] = [
  ...subjectOperations,
  ...sessionOperations,
  ...clientOperations,
  ...resourceOperations,
  ...houseOperations,
]

export function apiRoutes(dependencies: ApiDependencies): Router {
  const router = new Router({ prefix: apiPath })
  const document = adminOpenApi(dependencies.issuer, dependencies.version, operations)
  router.use(async (ctx, next) => {
    ctx.state['isApi'] = true
    ctx.set('Cache-Control', 'no-store')
    try {
      await next()
    } catch (error) {
      throw error instanceof Fault ? challenge(dependencies, ctx, error) : error
    }
  })
  router.get('/openapi.json', (ctx) => {
    ctx.body = document
  })
  for (const operation of operations) {
    const path = `/v1${operation.path.replaceAll(/\{(\w+)\}/g, ':$1')}`
    router[operation.method](path, (ctx) => answer(dependencies, ctx, operation))
  }
  router.all('/{*rest}', () => {
    throw new Fault('page_not_found')
  })
  return router
}

async function answer(dependencies: ApiDependencies, ctx: Context, operation: Operation): Promise<void> {
  const actor = await admit(dependencies, ctx)
  await requireAct(dependencies, actor, operation)
  write(ctx, await run(dependencies, ctx, { actor, operation }))
}

async function admit(dependencies: ApiDependencies, ctx: Context): Promise<Actor> {
  try {
    const actor = await authenticate(dependencies, ctx)
    await dependencies.takeCall(actor.clientId ?? '')
    return actor
  } catch (error) {
    if (error instanceof Fault && error.code === 'admin_token_invalid') await dependencies.takeFailure(ctx.ip)
    throw error
  }
}

/** Before anything of the request is looked at; what is refused is written down too. */
async function requireAct({ acting }: ApiDependencies, actor: Actor, { act }: Operation): Promise<void> {
  if (judge(actor, act).outcome !== 'allowed') await acting(actor, { act }, () => Promise.resolve())
}

interface Running {
  readonly actor: Actor
  readonly operation: Operation
}

async function run(
  { services }: ApiDependencies,
  ctx: Context,
  { actor, operation }: Running,
): Promise<Reply> {
  const path = z.record(z.string(), z.string()).parse(ctx['params'] ?? {})
  const body = operation.bodySchema === undefined ? undefined : await readBody(ctx)
  try {
    return await operation.run(services, {
      actor,
      path,
      query: { ...ctx.query },
      body,
      ifMatch: versionOf(ctx),
    })
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    return invalidReply(
      400,
      error.issues.map(({ path: at, message }) => ({ path: at.join('.'), message })),
    )
  }
}

/** @throws {Fault} admin_input_invalid */
async function readBody(ctx: Context): Promise<unknown> {
  try {
    return await readJson(ctx)
  } catch (cause) {
    throw cause instanceof Fault ? new Fault('admin_input_invalid', { detail: cause.message, cause }) : cause
  }
}

/** RFC 9110 §13.1.1: one strong tag; anything else names no version of ours. */
function versionOf(ctx: Context): string | undefined {
  const given = ctx.get('If-Match')
  return given === '' ? undefined : (/^"([^"]{0,100})"$/.exec(given)?.[1] ?? '')
}

function write(ctx: Context, { status, body, version, csv }: Reply): void {
  ctx.status = status
  if (version !== undefined && version !== '') ctx.set('ETag', `"${version}"`)
  if (csv !== undefined) {
    ctx.attachment('audit.csv')
    ctx.type = 'text/csv; charset=utf-8; header=present'
    ctx.body = Readable.from(csv)
    return
  }
  if (body === undefined) {
    ctx.body = null
    ctx.status = status
    return
  }
  ctx.body = body
  ctx.type = status >= 400 ? 'application/problem+json' : 'application/json'
}

/** What a program has to know to come back with a better token (RFC 6750 §3, RFC 9449 §7.1, RFC 9470 §3). */
function challenge({ audience }: ApiDependencies, ctx: Context, fault: Fault): Fault {
  const words: Readonly<Record<string, string>> = {
    admin_token_missing: '',
    admin_token_invalid: 'error="invalid_token"',
    admin_token_too_weak: insufficient(visitSeconds),
    fresh_authentication_required: insufficient(freshSeconds),
    admin_scope_missing: `error="insufficient_scope", scope="${fault.message}"`,
  }
  const said = words[fault.code]
  if (said === undefined) return fault
  const realm = [`realm="${audience}"`, ...(said === '' ? [] : [said])].join(', ')
  ctx.set('WWW-Authenticate', [`Bearer ${realm}`, `DPoP ${realm}, algs="${proofAlgorithms.join(' ')}"`])
  // RFC 9470 §3 has it as 401: another token of the same person would do.
  return fault.code === 'fresh_authentication_required'
    ? new Fault('admin_token_too_weak', { cause: fault })
    : fault
}

function insufficient(maxAge: number): string {
  return `error="insufficient_user_authentication", acr_values="${twoFactorAcrs.join(' ')}", max_age=${maxAge}`
}
