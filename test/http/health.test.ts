import { assert } from 'chai'
import Koa from 'koa'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { healthPages, type HealthDependencies } from '../../src/http/health.ts'

describe('Health and readiness', () => {
  /** Asks a house of nothing else. */
  async function ask(dependencies: HealthDependencies, paths: readonly string[], init: RequestInit = {}) {
    const koa = new Koa()
    koa.use(healthPages(dependencies))
    const answer = koa.callback()
    const server = createServer((request, response) => void answer(request, response))
    server.listen(0, 'localhost')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    try {
      return await Promise.all(paths.map((path) => fetch(`http://localhost:${port}${path}`, init)))
    } finally {
      server.closeAllConnections()
      server.close()
    }
  }
  const statuses = async (
    isReady: HealthDependencies['isReady'],
    paths = ['/healthz', '/readyz'],
  ): Promise<number[]> => (await ask({ isReady, patienceMs: 50 }, paths)).map(({ status }) => status)

  it('a house that can serve is alive and ready', async () => {
    assert.deepEqual(await statuses(() => Promise.resolve(true)), [200, 200])
  })

  it('a house that cannot serve yet is alive and not ready', async () => {
    assert.deepEqual(await statuses(() => Promise.resolve(false)), [200, 503])
  })

  it('a database that fails is not ready, and nothing is said of why', async () => {
    const isReady = (): Promise<boolean> => Promise.reject(new Error('disk I/O error at /srv/data'))
    const [answer] = await ask({ isReady }, ['/readyz'])
    assert.equal(answer?.status, 503)
    assert.deepEqual(await answer?.json(), { status: 'unready' })
  })

  it('a database that does not answer is not ready', async () => {
    assert.deepEqual(await statuses(() => new Promise(() => undefined)), [200, 503])
  })

  it('however many ask at once, the house is asked once', async () => {
    let times = 0
    const isReady = async (): Promise<boolean> => {
      times += 1
      await new Promise((resolve) => setTimeout(resolve, 100))
      return true
    }
    const paths = Array.from({ length: 10 }, () => '/readyz')
    const answers = await ask({ isReady }, paths)
    assert.isTrue(answers.every(({ status }) => status === 200))
    assert.isBelow(times, 10)
  })

  it('the answer is not kept by anybody', async () => {
    const [answer] = await ask({ isReady: () => Promise.resolve(true) }, ['/readyz'])
    assert.equal(answer?.headers.get('cache-control'), 'no-store')
  })

  it('nothing can be posted there, and nothing else is answered', async () => {
    const isReady = (): Promise<boolean> => Promise.resolve(true)
    const [posted] = await ask({ isReady }, ['/readyz'], { method: 'POST' })
    assert.equal(posted?.status, 404)
    assert.deepEqual(await statuses(isReady, ['/readyz/x', '/healthzz']), [404, 404])
  })
})
