import { assert } from 'chai'
import { operations } from '../../src/admin/api/routes.ts'
import { scopeOf } from '../../src/admin/authority.ts'
import { adminScopeNames } from '../../src/policy/administration.ts'
import { modelsDir } from '../media.ts'
import { there, type House } from '../flows/house.ts'
import { call, startHouseWithClients, tokenFor } from './house-with-clients.ts'

const pathOf = (path: string): string => path.replaceAll(/\{\w+\}/g, 'nothing')

describe('Every route of the API of administration', function () {
  this.timeout(60_000)
  let house: House | undefined
  const withoutScope = new Map<string, string>()

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouseWithClients()
    for (const scope of adminScopeNames) {
      const scopes = adminScopeNames.filter((each) => each !== scope)
      withoutScope.set(scope, await tokenFor(house, { scopes }))
    }
  })
  after(async () => {
    await house?.close()
  })

  for (const { id, method, path, act } of operations) {
    it(`${id} is refused without a token, and to a token that has every scope but ${scopeOf(act)}`, async () => {
      const bare = await call(there(house), undefined, { method, path: pathOf(path) })
      assert.equal(bare.status, 401)
      assert.match(bare.headers.get('www-authenticate') ?? '', /^Bearer realm="http[^"]*\/admin\/api", DPoP/)
      assert.equal(bare.body['code'], 'admin_token_missing')
      const lacking = await call(there(house), withoutScope.get(scopeOf(act)), { method, path: pathOf(path) })
      assert.equal(lacking.status, 403)
      assert.equal(lacking.body['code'], 'admin_scope_missing')
      const challenge = lacking.headers.get('www-authenticate') ?? ''
      assert.include(challenge, `error="insufficient_scope", scope="${scopeOf(act)}"`)
    })
  }
})
