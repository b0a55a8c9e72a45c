import { assert } from 'chai'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { counters, described, gauges, timers } from '../../src/telemetry/metric-table.ts'
import { listenForScrapes, type MetricsListener } from '../../src/telemetry/metrics-listener.ts'
import { freePort } from '../flows/house.ts'

describe('The metrics', () => {
  const seriesIn = (text: string): string[] => text.split('\n').filter((line) => /^mien_/.test(line))

  it('are named as Prometheus asks: a prefix, a base unit, `_total` for what only grows, and help for all', () => {
    for (const name of Object.keys(described)) assert.match(name, /^mien_[a-z]+(_[a-z]+)*$/, name)
    for (const name of Object.keys(counters)) assert.match(name, /_total$/, name)
    for (const name of Object.keys(timers)) assert.match(name, /_seconds$/, name)
    for (const name of Object.keys(gauges)) assert.notMatch(name, /_total$|_count$|_sum$|_bucket$/, name)
    for (const [name, { help }] of Object.entries(described)) assert.match(help, /^[A-Z“].*\.$/, name)
  })

  it('make no series of what a stranger sends: a flood of values is one series, `other`', async () => {
    const metrics = createMetrics()
    const flood = () => {
      for (let each = 0; each < 2000; each += 1) {
        const value = `evil-${each}"\n{}`
        for (const name of [
          'mien_factor_attempts_total',
          'mien_provider_errors_total',
          'mien_refusals_total',
        ] as const)
          metrics.count(
            name,
            Object.fromEntries(Object.keys(described[name]?.labels ?? {}).map((label) => [label, value])),
          )
        metrics.observe('mien_http_request_duration_seconds', 0.1, {
          route: value,
          method: value,
          status: value,
        })
        metrics.observe('mien_frame_stage_duration_seconds', 0.1, { stage: value })
      }
    }
    flood()
    const first = seriesIn((await metrics.scrape()).text).length
    flood()
    const { text } = await metrics.scrape()
    assert.equal(seriesIn(text).length, first)
    assert.notInclude(text, 'evil')
    assert.include(text, 'mien_refusals_total{code="other"} 4000')
  })

  it('make no more series than the table allows even of words that look like ours', async () => {
    const metrics = createMetrics()
    for (let each = 0; each < 5000; each += 1)
      metrics.observe('mien_http_request_duration_seconds', 0.1, {
        route: `/word/${each}`,
        method: 'GET',
        status: '2xx',
      })
    const { text } = await metrics.scrape()
    const routes = new Set([...text.matchAll(/route="([^"]*)"/g)].map(([, route]) => route))
    assert.isAtMost(routes.size, 301)
    assert.include([...routes], 'other')
  })

  it('leave out a gauge that cannot be read, and tell the rest', async () => {
    const metrics = createMetrics()
    metrics.read('mien_subjects', () => Promise.reject(new Error('no database')))
    metrics.read('mien_templates', () => [{ value: 7 }])
    const { text } = await metrics.scrape()
    assert.notMatch(text, /^mien_subjects /m)
    assert.match(text, /^mien_templates 7$/m)
  })

  describe('on their listener', () => {
    let listener: MetricsListener | undefined
    let port = 0
    const token = 'a-token-of-the-monitoring'
    const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
      fetch(`http://localhost:${port}${path}`, init)

    async function open(wanted: string | undefined): Promise<void> {
      port = await freePort()
      listener = await listenForScrapes(createMetrics(), { host: 'localhost', port, token: wanted })
    }
    afterEach(() => listener?.close())

    it('are at /metrics alone, to be read alone', async () => {
      await open(undefined)
      const answer = await ask('/metrics')
      assert.equal(answer.status, 200)
      assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
      assert.include(await answer.text(), 'process_resident_memory_bytes')
      for (const path of ['/', '/metrics/', '/healthz', '/metrics/..'])
        assert.equal((await ask(path)).status, 404, path)
      for (const method of ['POST', 'DELETE']) assert.equal((await ask('/metrics', { method })).status, 405)
    })

    it('want the token where there is one, whatever is asked for', async () => {
      await open(token)
      for (const authorization of [
        '',
        `Bearer ${token}x`,
        `Basic ${token}`,
        `Bearer `,
        token,
        `Bearer ${'x'.repeat(4000)}`,
      ]) {
        const answer = await ask('/metrics', { headers: { authorization } })
        assert.equal(answer.status, 401, authorization.slice(0, 40))
        assert.equal(await answer.text(), '')
      }
      assert.equal((await ask('/elsewhere')).status, 401)
      assert.equal((await ask('/metrics', { headers: { authorization: `Bearer ${token}` } })).status, 200)
    })

    it('say which setting is wrong where the port is taken', async () => {
      await open(undefined)
      try {
        await listenForScrapes(createMetrics(), { host: 'localhost', port, token: undefined })
        assert.fail('two listeners at one port')
      } catch (error) {
        assert.include(String(error), 'MIEN_METRICS_PORT')
      }
    })
  })
})
