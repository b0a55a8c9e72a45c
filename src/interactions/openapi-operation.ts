/** One endpoint of `/openapi.json`: its parameters, its answer, and a problem for each fault it may end in. */
import { catalogue, type FaultCode } from '../errors.ts'

export const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` })
export const json = (schema: object): object => ({ 'application/json': { schema } })

export const parameters = {
  uid: {
    name: 'uid',
    in: 'path',
    required: true,
    schema: { type: 'string' },
    description: 'The interaction, as in the address of the page; bound to the browser by a signed cookie.',
  },
  captureId: {
    name: 'captureId',
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 32 },
    description: 'The one-time capture challenge.',
  },
  sequence: {
    name: 'sequence',
    in: 'path',
    required: true,
    schema: { type: 'integer', minimum: 0 },
    description: 'Number of the frame, from 0, without gaps.',
  },
  token: {
    name: 'x-csrf-token',
    in: 'header',
    required: true,
    schema: { type: 'string' },
    description: 'The forgery token that the page carries.',
  },
}

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly success: { readonly status: string; readonly schema: string; readonly description: string }
  readonly faults: readonly FaultCode[]
  readonly requestBody?: object
  readonly path: readonly object[]
}

export function operation({ operationId, summary, success, faults, requestBody, path }: Operation): object {
  const codes = ['forgery_suspected', ...faults] as const
  const byStatus = Map.groupBy(codes, (code) => String(catalogue[code][0]))
  const responses: Record<string, object> = {
    [success.status]: { description: success.description, content: json(ref(success.schema)) },
  }
  for (const [status, each] of byStatus) {
    const content = { 'application/problem+json': { schema: ref('Problem') } }
    responses[status] = { description: each.join(', '), content }
  }
  return {
    operationId,
    summary,
    parameters: [...path, parameters.token],
    ...(requestBody === undefined ? {} : { requestBody }),
    responses,
  }
}
