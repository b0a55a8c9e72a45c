import { createServer, type Server } from 'node:http'
import { assert } from 'chai'
import { closeServer } from '../flows/house.ts'
import { openTracing } from '../../src/telemetry/open-telemetry.ts'
import type { Spans } from '../../src/telemetry/spans.ts'
import { startCollector } from './collector.ts'

describe('Traces', () => {
  function open(url: string, ratio = 1): { spans: Spans; failures: Error[] } {
    const failures: Error[] = []
    const onFailure = (error: Error): number => failures.push(error)
    return {
      failures,
      spans: openTracing({
        url,
        token: undefined,
        ratio,
        version: '1',
        onFailure,
        everyMs: 20,
        timeoutMs: 300,
      }),
    }
  }

  describe('whose collector hangs', () => {
    let server: Server
    let url = ''
    before(async () => {
      server = createServer(() => undefined)
      await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
      const address = server.address()
      url = `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}/v1/traces`
    })
    after(() => closeServer(server))

    it('cost work nothing: ten thousand spans are made or dropped, and the end waits two seconds at most', async function () {
      this.timeout(10_000)
      const { spans } = open(url)
      const began = performance.now()
      for (let each = 0; each < 10_000; each += 1)
        assert.equal(await spans.within({ name: 'work' }, () => Promise.resolve(each)), each)
      assert.isBelow(performance.now() - began, 3000)
      const ending = performance.now()
      await spans.close()
      assert.isBelow(performance.now() - ending, 3000)
    })
  })

  it('whose collector is not there are lost, and who keeps the house is told', async () => {
    const { spans, failures } = open('http://localhost:9/v1/traces')
    await spans.within({ name: 'work' }, () => Promise.resolve())
    for (let tries = 0; tries < 100 && failures.length === 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20))
    await spans.close()
    assert.isAbove(failures.length, 0)
  })

  it('keep what was thrown as it was, and note its code alone', async () => {
    const collector = await startCollector()
    const { spans } = open(collector.url)
    const thrown = Object.assign(new Error('the address of ada@example.com'), { code: 'email_taken' })
    const caught = await spans
      .within({ name: 'work' }, () => Promise.reject(thrown))
      .catch((error: unknown) => error)
    assert.equal(caught, thrown)
    await spans.close()
    assert.include(collector.said(), 'email_taken')
    assert.notInclude(collector.said(), 'ada@')
    await collector.close()
  })

  it('are recorded by chance, all of a trace or nothing of it', async () => {
    const collector = await startCollector()
    const { spans } = open(collector.url, 0.5)
    const recorded: boolean[] = []
    for (let each = 0; each < 200; each += 1)
      await spans.within({ name: 'outer' }, () =>
        spans.within({ name: 'inner' }, () => {
          recorded.push(spans.traceId() !== undefined)
          return Promise.resolve()
        }),
      )
    await spans.close()
    const share = recorded.filter(Boolean).length / 200
    assert.isTrue(share > 0.25 && share < 0.75, String(share))
    const count = (wanted: string): number => collector.spans.filter(({ name }) => name === wanted).length
    assert.equal(count('outer'), count('inner'))
    assert.equal(count('outer'), recorded.filter(Boolean).length)
    await collector.close()
  })
})
