import { assert } from 'chai'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { adminOpenApi } from '../../src/admin/api/openapi.ts'
import { operations } from '../../src/admin/api/routes.ts'
import { acts } from '../../src/admin/authority.ts'
import { catalogue } from '../../src/errors.ts'
import { adminScopeNames } from '../../src/policy/administration.ts'

interface Media {
  readonly schema: object
  readonly example?: unknown
}
interface Answer {
  readonly $ref?: string
  readonly description: string
  readonly content?: Readonly<Record<string, Media>>
}
interface Described {
  readonly operationId: string
  readonly summary: string
  readonly security: readonly { readonly oauth: readonly string[] }[]
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly responses: Readonly<Record<string, Answer>>
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    readonly responses: Readonly<Record<string, Answer>>
  }
}

// As it is sent.
const document = JSON.parse(
  JSON.stringify(adminOpenApi('https://id.example.com', '0.1.0', operations)),
) as Document
const all = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, each]) => ({ path, method, each })),
)

describe('The description of the API of administration', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ ...document, $id: 'document' })
  const check = (name: string, { schema, example }: Media): void => {
    const isValid = ajv.validate(rebased(schema), example)
    assert.isTrue(isValid, `${name}: ${ajv.errorsText()}`)
  }

  it('names each operation once, with a scope that there is and every part of its address', () => {
    assert.lengthOf(new Set(all.map(({ each }) => each.operationId)), operations.length)
    for (const { path, each } of all) {
      const [{ oauth: scopes } = { oauth: [] }] = each.security
      assert.includeMembers([...adminScopeNames], [...scopes], each.operationId)
      assert.isNotEmpty(each.summary)
      const inPath = each.parameters.filter((one) => one.in === 'path')
      assert.sameMembers(
        inPath.map(({ name }) => `{${name}}`),
        path.match(/\{\w+\}/g) ?? [],
        path,
      )
      assert.isTrue(inPath.every(({ required }) => required))
    }
  })

  it('has an operation for every act that there is a button for', () => {
    const inApi = new Set(operations.map(({ act }) => act))
    // To touch another administrator’s account is asked beside the act itself.
    const without = Object.keys(acts).filter((act) => !inApi.has(act as keyof typeof acts))
    assert.deepEqual(without, ['administrators.touch'])
  })

  it('shows an example of everything that is sent and answered, and each is as it is described', () => {
    let count = 0
    for (const { each } of all) {
      const bodies = Object.values(each.requestBody?.content ?? {})
      const answers = Object.entries(each.responses)
        .filter(([status]) => status.startsWith('2'))
        .flatMap(([, { content }]) => Object.values(content ?? {}))
      for (const [at, media] of [...bodies, ...answers].entries()) {
        assert.property(media, 'example', each.operationId)
        check(`${each.operationId}-${at}`, media)
        count += 1
      }
    }
    assert.isAbove(count, 30)
  })

  it('tells of each operation how it is refused, by codes that there are', () => {
    for (const { path, method, each } of all) {
      const statuses = Object.keys(each.responses)
      const wanted = ['400', '401', '403', '429', 'default', ...(path.includes('{') ? ['404'] : [])]
      assert.includeMembers(statuses, [...wanted, ...(method === 'get' ? [] : ['409'])], each.operationId)
      for (const { $ref: place = '' } of Object.values(each.responses)) {
        if (place !== '') assert.property(document.components.responses, place.split('/').at(-1) ?? '', place)
      }
    }
    for (const [name, { description, content = {} }] of Object.entries(document.components.responses)) {
      for (const [, code = ''] of description.matchAll(/`([a-z]+(?:_[a-z]+)*)`/g)) {
        assert.property(catalogue, code, name)
      }
      for (const media of Object.values(content)) check(name, media)
    }
  })
})

/** A schema of the document, taken out of it. */
function rebased(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')) as object
}
