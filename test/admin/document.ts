/** Holds each answer of the API against what its document says of it. */
import { assert } from 'chai'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { House } from '../flows/house.ts'
import type { ApiAnswer } from './house-with-clients.ts'

type Json = Readonly<Record<string, unknown>>

export type DocumentCheck = (operation: string, answer: ApiAnswer) => void

export async function openDocument({ origin }: Pick<House, 'origin'>): Promise<DocumentCheck> {
  const document = (await (await fetch(`${origin}/admin/api/openapi.json`)).json()) as Json
  assert.equal(document['openapi'], '3.1.0')
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ ...document, $id: 'document' })
  const all = Object.entries(document['paths'] as Record<string, Json>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => ({ path, method, each: each as Json })),
  )
  return (operation, { status, headers, body }) => {
    const found = all.find(({ each }) => each['operationId'] === operation)
    assert.isDefined(found, operation)
    assert.property(found.each['responses'], String(status), `${operation}: ${JSON.stringify(body)}`)
    const type = (headers.get('content-type') ?? '').split(';')[0] ?? ''
    if (type !== 'application/json') return
    const place = [found.path, found.method, 'responses', String(status), 'content', type]
    const pointer = ['paths', ...place, 'schema']
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/')
    const isValid = ajv.validate({ $ref: `document#/${pointer}` }, body)
    assert.isTrue(isValid, `${operation}: ${ajv.errorsText()} ${JSON.stringify(body).slice(0, 400)}`)
  }
}
