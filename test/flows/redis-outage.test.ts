import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { hasRedis, startRedis, type RedisServer } from '../servers/redis.ts'
import { until } from '../until.ts'
import { browserOf, openParty, signIn, signUp } from './control-stories.ts'
import { startHouse, there, type House } from './house.ts'
import { comeBack, type RelyingParty } from './relying-party.ts'

describe('A house whose Redis goes and comes', function () {
  this.timeout(60_000)
  let redis: RedisServer | undefined
  let house: House | undefined
  let party: RelyingParty

  before(async function () {
    if (!hasRedis || modelsDir === undefined) this.skip()
    redis = await startRedis()
    house = await startHouse({ redisUrl: redis.url })
    party = await openParty(house)
  })
  after(async () => {
    await house?.close()
    await redis?.stop()
  })

  it('says while Redis is down that it is, lets nobody in, and goes on by itself when it is back', async () => {
    const { origin } = there(house)
    const visitor = browserOf(there(house))
    await signUp(there(house), 'outage@example.com', visitor)
    const request = await party.begin()
    const callback = await comeBack(visitor, request.url.href)
    await redis?.halt()
    await until(() => there(house).logged().includes('Redis does not answer'))
    for (const address of ['/account', (await party.begin()).url.href]) {
      const page = await visitor.open(address)
      assert.equal(page.status, 503, address)
      assert.include(page.text, 'Wait a minute and try again', address)
    }
    const token = await fetch(`${origin}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'demo',
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: `${there(house).rpOrigin}/callback`,
        code_verifier: request.verifier,
      }),
    })
    assert.equal(token.status, 503)
    assert.equal(token.headers.get('retry-after'), '5')
    assert.propertyVal(await token.json(), 'error', 'temporarily_unavailable')
    assert.equal((await fetch(`${origin}/readyz`)).status, 503)
    assert.equal((await fetch(`${origin}/healthz`)).status, 200)
    await redis?.restart()
    await until(async () => (await fetch(`${origin}/readyz`)).status === 200)
    assert.include(there(house).logged(), 'Redis answers again')
    // It was in memory alone: whoever was signed in signs in once more.
    assert.equal((await signIn(visitor, 'outage@example.com')).url.pathname, '/account')
    assert.equal((await visitor.open('/account')).url.pathname, '/account')
  })
})
