import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { startHouse, there, type House } from './house.ts'

describe('A whole house tells how it is', function () {
  this.timeout(60_000)
  let house: House | undefined
  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse()
    await house.app.ready
  })
  after(() => house?.close())

  const ask = (path: string) => fetch(`${there(house).origin}${path}`)

  it('is ready once its face workers are, with the security headers of every answer', async () => {
    const answer = await ask('/readyz')
    assert.equal(answer.status, 200)
    assert.deepEqual(await answer.json(), { status: 'ok' })
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  })

  it('about to stop, it is not ready, is alive, and still answers', async () => {
    there(house).app.drain()
    assert.equal((await ask('/readyz')).status, 503)
    assert.equal((await ask('/healthz')).status, 200)
    assert.equal((await ask('/')).status, 200)
  })
})
