import { assert } from 'chai'
import * as client from 'openid-client'
import type { ClientParts } from '../../src/client-parts.ts'
import { createBrowser } from './browser.ts'
import { api, author, faultOf, openParts, robot, shop } from './client-parts.ts'
import { beginFlow, discover, errorOf, redeem, startProvider, type TestProvider } from './fixtures.ts'

const day = 86_400

describe('a client that an administrator made', () => {
  let test: TestProvider
  let parts: ClientParts
  beforeEach(async () => {
    test = await startProvider({ registrationToken: 'an-initial-access-token-of-the-operator' })
    parts = openParts(test)
  })
  afterEach(() => test.close())
  const signIn = async (id: string) => {
    const flow = await beginFlow(await discover(test, id))
    const { url } = await createBrowser(test.issuer).open(flow.url)
    return redeem(flow, url)
  }
  const ask = async (secret: string): Promise<string> =>
    errorOf(client.clientCredentialsGrant(await discover(test, 'robot', client.ClientSecretBasic(secret))))

  it('signs people in at once, on a server that was never told of it', async () => {
    assert.isUndefined(await test.provider.Client.find('shop'))
    const { secret } = await parts.clientOperations.create(shop, author)
    assert.isUndefined(secret)
    assert.equal((await signIn('shop')).claims()?.sub, test.login.subjectId)
  })

  it('is another from the next request on, when it is changed', async () => {
    const { client: made } = await parts.clientOperations.create(shop, author)
    assert.equal((await test.provider.Client.find('shop'))?.clientName, 'Shop')
    const entry = { ...shop, name: 'New name', cors_origins: ['https://spa.example'] }
    const changed = await openParts(test).clientOperations.change(
      'shop',
      { entry, version: made.version },
      author,
    )
    assert.equal(changed.version, 2)
    assert.equal((await test.provider.Client.find('shop'))?.clientName, 'New name')
    const answer = await fetch(`${test.issuer}/token`, {
      method: 'POST',
      headers: { origin: 'https://spa.example', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'grant_type=authorization_code&client_id=shop&code=x',
    })
    assert.equal(answer.headers.get('access-control-allow-origin'), 'https://spa.example')
  })

  it('is given a secret that is shown once and kept as a digest', async () => {
    await parts.resourceOperations.create({ identifier: api, scopes: { use: 'use it' } }, author)
    const { client: made, secret = '' } = await parts.clientOperations.create(robot, author)
    assert.lengthOf(secret, 43)
    assert.notInclude(JSON.stringify([made, await parts.clientOperations.show('robot')]), secret)
    assert.notInclude(test.dump().toString('latin1'), secret)
    assert.equal(await ask(secret), 'none')
    assert.equal(await ask(`${secret}x`), 'invalid_client')
  })

  it('keeps its old secret until the moment that was said, or until that is retired', async () => {
    await parts.resourceOperations.create({ identifier: api, scopes: { use: 'use it' } }, author)
    const { secret: first = '' } = await parts.clientOperations.create(robot, author)
    const until = new Date(test.clock().getTime() + day * 1000)
    const { client: turned, secret: second = '' } = await parts.clientOperations.rotateSecret(
      'robot',
      { until },
      author,
    )
    assert.deepEqual(
      turned.secrets.map((each) => each.until),
      [until.toISOString(), undefined],
    )
    for (const secret of [first, second]) assert.equal(await ask(secret), 'none')
    test.pass(day - 5)
    assert.equal(await ask(first), 'none')
    test.pass(10)
    assert.equal(await ask(first), 'invalid_client')
    assert.equal(await ask(second), 'none')
    const { secret: third = '' } = await parts.clientOperations.rotateSecret('robot', {}, author)
    assert.equal(await ask(second), 'none')
    await parts.clientOperations.retireSecret('robot', author)
    assert.equal(await ask(second), 'invalid_client')
    assert.equal(await ask(third), 'none')
    assert.equal(await faultOf(parts.clientOperations.retireSecret('robot', author)), 'entry_not_found')
  })

  it('is gone at once when it is deleted, with all that it was given', async () => {
    await parts.clientOperations.create(shop, author)
    const tokens = await signIn('shop')
    await parts.clientOperations.remove('shop', author)
    assert.isUndefined(await test.provider.Client.find('shop'))
    const userinfo = async (): Promise<number> => {
      const authorization = `Bearer ${tokens.access_token}`
      return (await fetch(`${test.issuer}/userinfo`, { headers: { authorization } })).status
    }
    assert.equal(await userinfo(), 401)
    // Another that takes its name takes nothing else of it.
    await parts.clientOperations.create(shop, author)
    assert.equal(await userinfo(), 401)
    assert.isEmpty(await test.store.oidc.listOf('Grant', test.login.subjectId))
  })

  it('stops nothing when somebody has written nonsense into the database', async () => {
    const broken = { kind: 'client', id: 'broken', entry: { client_id: 'broken', type: 'odd' } } as const
    await test.store.managedClients.write([{ ...broken, version: 0, event: 'x' }], author)
    assert.isUndefined(await test.provider.Client.find('broken'))
    assert.match(test.faults.join(), /^broken: type/)
    const view = await parts.clientOperations.show('broken')
    assert.isNotEmpty(view?.problems)
    const repaired = { entry: { ...shop, client_id: 'broken' }, version: view?.version ?? 0 }
    assert.isEmpty((await parts.clientOperations.change('broken', repaired, author)).problems)
    assert.isDefined(await test.provider.Client.find('broken'))
  })

  it('gives way to an entry of clients.yaml with its name, and may be removed then', async () => {
    const entry = { ...shop, client_id: 'demo', name: 'Another' }
    await test.store.managedClients.write(
      [{ kind: 'client', id: 'demo', entry, version: 0, event: 'client_created' }],
      author,
    )
    const tokens = await signIn('demo')
    assert.notEqual((await test.provider.Client.find('demo'))?.clientName, 'Another')
    const { clients } = await parts.clientOperations.list({ limit: 99, search: 'demo' })
    assert.deepEqual(
      clients.map(({ source, isShadowed }) => [source, isShadowed]),
      [
        ['file', false],
        ['managed', true],
      ],
    )
    await parts.clientOperations.remove('demo', author)
    const authorization = `Bearer ${tokens.access_token}`
    assert.equal((await fetch(`${test.issuer}/userinfo`, { headers: { authorization } })).status, 200)
  })
})
