import { assert } from 'chai'
import { fieldsOf } from '../../src/admin/console-client-fields.ts'
import { resourceFieldsOf } from '../../src/admin/console-resource-fields.ts'

describe('The form of an app', () => {
  it('loses no address, however many there are', () => {
    const addresses = Array.from({ length: 150 }, (_, at) => `https://shop.example/${at}`)
    const form = { name: 'Shop', type: 'public', redirect_uris: addresses.join('\r\n') }
    assert.deepEqual(fieldsOf(form, { client_id: 'shop' })['redirect_uris'], addresses)
  })
})

describe('The form of an API', () => {
  it('loses no scope, however many there are', () => {
    const names = Array.from({ length: 150 }, (_, at) => `scope-${at}`)
    const form = { name: 'Orders', scopes: names.map((name) => `${name} read ${name}`).join('\n') }
    const { scopes } = resourceFieldsOf(form, 'https://api.example/')
    assert.deepEqual(Object.keys(Object(scopes) as object), names)
  })
})
