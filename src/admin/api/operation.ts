/** One operation of the API: its route, its act, its shapes and what it does; routes, checks and the document are made from these. */
import { z } from 'zod'
import type { Act, Actor } from '../authority.ts'
import type { AdminServices } from '../services.ts'

export type Method = 'get' | 'post' | 'put' | 'delete'

export interface Reply {
  readonly status: number
  readonly body?: unknown
  /** The version of what is answered. */
  readonly version?: string | undefined
  /** In the place of a body. */
  readonly csv?: AsyncIterable<string>
}

/** As it came, not yet looked at. */
export interface RawCall {
  readonly actor: Actor
  readonly path: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  /** The version that `If-Match` names. */
  readonly ifMatch: string | undefined
}

export interface Call<Query, Body> extends Omit<RawCall, 'query' | 'body'> {
  readonly query: Query
  readonly body: Body
}

export interface Answer {
  readonly says: string
  readonly shape?: z.ZodType
  readonly type?: 'text/csv'
}

interface Described {
  readonly id: string
  readonly method: Method
  /** From `/admin/api/v1`, with names in braces. */
  readonly path: string
  readonly act: Act
  readonly summary: string
  readonly takesVersion?: true
  readonly answers: Readonly<Record<number, Answer>>
}

export interface Operation extends Described {
  readonly querySchema: z.ZodType
  readonly bodySchema: z.ZodType | undefined
  /** @throws {z.ZodError} where the call is not of its shape */
  readonly run: (services: AdminServices, call: RawCall) => Promise<Reply>
}

/** Of an operation that takes neither. */
export const bare = { query: z.strictObject({}), body: z.undefined() } as const

interface Typed<Query extends z.ZodType, Body extends z.ZodType> extends Described {
  readonly query: Query
  readonly body: Body
  readonly run: (services: AdminServices, call: Call<z.output<Query>, z.output<Body>>) => Promise<Reply>
}

export function operation<Query extends z.ZodType, Body extends z.ZodType>({
  query,
  body,
  run,
  ...described
}: Typed<Query, Body>): Operation {
  return {
    ...described,
    querySchema: query,
    bodySchema: body instanceof z.ZodUndefined ? undefined : body,
    run: (services, call) =>
      run(services, { ...call, query: query.parse(call.query), body: body.parse(call.body) }),
  }
}
