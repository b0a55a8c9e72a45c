import { assert } from 'chai'
import { call, startHouseWithClients, tokenFor } from '../admin/house-with-clients.ts'
import { becomeAdministrator, linkOf } from '../flows/administrators.ts'
import { browserOf, signUp } from '../flows/control-stories.ts'
import { there, type House } from '../flows/house.ts'
import { readRecords } from '../flows/records.ts'
import { modelsDir } from '../media.ts'

describe('Security: administration', function () {
  this.timeout(90_000)
  let house: House | undefined

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouseWithClients()
  })
  after(async () => {
    await house?.close()
  })

  it('73 administration begins with a link that works once, asks for two factors and a token of its own, takes no cookie for one, and is written down', async () => {
    const where = there(house)
    const { origin } = where
    const link = (await where.app.beginAdministration()) ?? ''
    assert.isUndefined(await where.app.beginAdministration(), 'told once')
    const thief = browserOf(where)
    await signUp(where, 'mallory@example.com', thief)
    const weak = await thief.open(link)
    assert.notInclude(weak.text, 'name="token"', 'a password alone gets no button')
    assert.equal((await thief.open('/admin')).url.pathname === '/admin', false)
    const owner = await becomeAdministrator(where, { link, email: 'olga@example.com' })
    assert.equal((await thief.open(link)).status, 410, 'spent')
    assert.equal((await owner.visitor.open(link)).status, 410)
    assert.isString(linkOf(await owner.visitor.open('/admin'), 'People'))

    const cookies = [...owner.visitor.jar].map(([key, { value }]) => `${key.split('\n')[0] ?? ''}=${value}`)
    const bare = await call(where, undefined, { path: '/subjects', headers: { cookie: cookies.join('; ') } })
    assert.equal(bare.status, 401, 'the console’s cookie is no token')
    const forged = await fetch(`${origin}/admin/administrators/invite`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: cookies.join('; '), origin: 'https://evil.example' },
      body: new URLSearchParams({ role: 'owner' }),
    })
    assert.equal(forged.status, 403, 'a form of another site')

    const token = await tokenFor(where, { scopes: ['admin:subjects:read'] })
    const [found] = (await call(where, token, { path: '/subjects?query=mallory' })).body[
      'items'
    ] as readonly {
      readonly id: string
    }[]
    const refused = await call(where, token, { method: 'post', path: `/subjects/${found?.id ?? ''}/disable` })
    assert.equal(refused.status, 403)
    const trail = await readRecords(where, `SELECT "type", "outcome", "clientId" FROM "audit_events"`)
    const written = trail.map(({ type, outcome, clientId }) => [type, outcome, clientId].join(' '))
    assert.include(written, 'admin_subjects_search accepted robot')
    assert.include(written, 'admin_subjects_disable refused robot')
    assert.isTrue(trail.some(({ type }) => type === 'administrator_joined'))
    assert.notInclude(where.logged(), link.split('token=')[1] ?? 'no token', 'the link is in no log')
  })
})
