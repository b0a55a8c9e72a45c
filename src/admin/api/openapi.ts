/** The API as OpenAPI 3.1 describes it, made from the same table as its routes. */
import { z } from 'zod'
import { adminScopes } from '../../policy/administration.ts'
import { scopeOf } from '../authority.ts'
import type { Answer, Operation } from './operation.ts'
import { problem } from './shapes.ts'

export function adminOpenApi(issuer: string, version: string, operations: readonly Operation[]): object {
  const byPath = Map.groupBy(operations, ({ path }) => path)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Administration of Mien',
      version,
      description:
        'Access tokens of this audience alone, by client credentials or of an administrator who signed in with two factors. Errors are RFC 9457 problems.',
    },
    servers: [{ url: `${issuer}/admin/api/v1` }],
    security: [{ oauth: [] }],
    paths: Object.fromEntries(
      [...byPath].map(([path, all]) => [
        path,
        Object.fromEntries(all.map((each) => [each.method, describe(each)])),
      ]),
    ),
    components: {
      schemas: { Problem: schemaOf(problem, 'output') },
      securitySchemes: {
        oauth: {
          type: 'oauth2',
          description: `Ask for the resource ${issuer}/admin/api (RFC 8707).`,
          flows: {
            clientCredentials: { tokenUrl: `${issuer}/token`, scopes: { ...adminScopes } },
            authorizationCode: {
              authorizationUrl: `${issuer}/authorize`,
              tokenUrl: `${issuer}/token`,
              scopes: { ...adminScopes },
            },
          },
        },
      },
    },
  }
}

function describe(operation: Operation): object {
  const { id, summary, act, bodySchema, answers } = operation
  return {
    operationId: id,
    summary,
    security: [{ oauth: [scopeOf(act)] }],
    parameters: parametersOf(operation),
    ...(bodySchema === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: contentOf('application/json', schemaOf(bodySchema, 'input')),
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [status, describeAnswer(Number(status), answer)]),
      ),
      default: describeProblem('Refused, or not as it should be.'),
    },
  }
}

function parametersOf({ path, querySchema, takesVersion }: Operation): readonly object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const { properties = {}, required = [] } = querySchemaOf(querySchema)
  const inQuery = Object.entries(properties).map(([name, schema]) => {
    return { name, in: 'query', required: required.includes(name), schema }
  })
  const version = { name: 'If-Match', in: 'header', required: true, schema: { type: 'string' } }
  return [...inPath, ...inQuery, ...(takesVersion === true ? [version] : [])]
}

const object = z.object({
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
})

function querySchemaOf(schema: z.ZodType): z.infer<typeof object> {
  return object.parse(schemaOf(schema, 'input'))
}

function describeAnswer(status: number, { says, shape, type }: Answer): object {
  if (status >= 400) return describeProblem(says)
  if (type !== undefined) return { description: says, content: contentOf(type, { type: 'string' }) }
  return {
    description: says,
    ...(shape === undefined ? {} : { content: contentOf('application/json', schemaOf(shape, 'output')) }),
  }
}

function describeProblem(description: string): object {
  return {
    description,
    content: contentOf('application/problem+json', { $ref: '#/components/schemas/Problem' }),
  }
}

function contentOf(type: string, schema: object): object {
  return { [type]: { schema } }
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output'): object {
  return Object.fromEntries(
    Object.entries(z.toJSONSchema(shape, { io, unrepresentable: 'any' })).filter(
      ([name]) => name !== '$schema',
    ),
  )
}
