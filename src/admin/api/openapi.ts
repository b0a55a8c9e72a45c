/** The API as OpenAPI 3.1 describes it, made from the same table as its routes. */
import { z } from 'zod'
import { adminScopes } from '../../policy/administration.ts'
import { Fault } from '../../errors.ts'
import { scopeOf } from '../authority.ts'
import { examples } from './examples.ts'
import { refusals, type Refusal } from './refusals.ts'
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
      responses: Object.fromEntries(refusals.map(({ name, ...each }) => [name, describeRefusal(each)])),
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
            content: contentOf('application/json', schemaOf(bodySchema, 'input'), examples[id]?.body),
          },
        }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, answer]) => [
          status,
          describeAnswer(Number(status), answer, examples[id]?.answer),
        ]),
      ),
      ...refusalsOf(operation),
      default: { $ref: '#/components/responses/Refused' },
    },
  }
}

function refusalsOf(operation: Operation): Readonly<Record<string, object>> {
  const fitting = refusals.filter(
    ({ status, isFor }) =>
      status !== undefined && !Object.hasOwn(operation.answers, status) && isFor(operation),
  )
  return Object.fromEntries(
    fitting.map(({ status, name }) => [String(status), { $ref: `#/components/responses/${name}` }]),
  )
}

function describeRefusal({ says, codes, hasChallenge }: Omit<Refusal, 'name'>): object {
  const [first] = codes
  const { status, publicMessage: title } = new Fault(first)
  const example = { type: `urn:mien:problem:${first}`, title, status, code: first }
  return {
    ...describeProblem(`${says} Codes: ${codes.map((each) => `\`${each}\``).join(', ')}.`, example),
    ...(hasChallenge === undefined
      ? {}
      : {
          headers: {
            'WWW-Authenticate': { description: 'What token would do.', schema: { type: 'string' } },
          },
        }),
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

function describeAnswer(status: number, { says, shape, type }: Answer, example: unknown): object {
  if (status >= 400) return describeProblem(says, undefined)
  if (type !== undefined) return { description: says, content: contentOf(type, { type: 'string' }, example) }
  return {
    description: says,
    ...(shape === undefined
      ? {}
      : { content: contentOf('application/json', schemaOf(shape, 'output'), example) }),
  }
}

function describeProblem(description: string, example: unknown): object {
  const schema = { $ref: '#/components/schemas/Problem' }
  return { description, content: contentOf('application/problem+json', schema, example) }
}

function contentOf(type: string, schema: object, example: unknown): object {
  return { [type]: { schema, ...(example === undefined ? {} : { example }) } }
}

function schemaOf(shape: z.ZodType, io: 'input' | 'output'): object {
  return Object.fromEntries(
    Object.entries(z.toJSONSchema(shape, { io, unrepresentable: 'any' })).filter(
      ([name]) => name !== '$schema',
    ),
  )
}
