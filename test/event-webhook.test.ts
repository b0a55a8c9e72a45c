import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { assert } from 'chai'
import { startEventWebhook, type EventWebhook } from '../src/event-webhook.ts'
import type { Store } from '../src/store/open-store.ts'
import { openTestStore, type TestStore } from './store/fixtures.ts'

interface Delivery {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly path: string
}

const secret = new Uint8Array(32).fill(7)

describe('Events on their way to a webhook', () => {
  let test: TestStore
  let store: Store
  let webhook: EventWebhook | undefined
  let deliveries: Delivery[]
  let answer: (response: ServerResponse) => void
  let url = ''
  const warnings: unknown[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      deliveries.push({ headers: request.headers, body, path: request.url ?? '' })
      answer(response)
    })
  })

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port was given')
    url = `http://localhost:${address.port}/events`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(async () => {
    test = await openTestStore()
    store = await openFilling()
    deliveries = []
    answer = (response) => response.writeHead(204).end()
  })
  afterEach(async () => {
    await webhook?.close()
    await store.close()
    await test.close()
  })

  const openFilling = () => test.reopen({ fillsOutbox: true })
  const start = (of = store): EventWebhook => {
    webhook = startEventWebhook({
      url,
      secret,
      outbox: of.outbox,
      alone: (work) => of.jobLocks.hold('webhook', 60, work),
      clock: test.clock,
      log: {
        warn: (...words: unknown[]) => warnings.push(words),
        error: (...words: unknown[]) => warnings.push(words),
      },
      timeoutMs: 200,
      everyMs: 3_600_000,
    })
    return webhook
  }
  const happen = (type: string) =>
    store.audit.append({ type, subjectId: 'ada', clientId: 'demo', address: '192.0.2.1', acr: 'face' })
  const types = () => deliveries.map(({ body }) => (JSON.parse(body) as { readonly type: string }).type)

  it('arrive in order, signed after Standard Webhooks', async () => {
    await happen('signed_in')
    await happen('signed_out')
    await start().flush()
    assert.deepEqual(types(), ['signed_in', 'signed_out'])
    const [first] = deliveries
    assert.isDefined(first)
    const { headers, body } = first
    const id = String(headers['webhook-id'])
    const timestamp = String(headers['webhook-timestamp'])
    const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
    assert.equal(headers['webhook-signature'], `v1,${mac}`)
    assert.equal(timestamp, String(test.clock().getTime() / 1000))
    const event = JSON.parse(body) as { readonly timestamp: string; readonly data: object }
    assert.equal(event.timestamp, '2026-01-01T12:00:00.000Z')
    assert.include(event.data, { id, seq: 1, subjectId: 'ada', clientId: 'demo', acr: 'face' })
    await start().flush()
    assert.lengthOf(deliveries, 2, 'each once')
  })

  it('are tried again, later and later, under the same id, until they are taken', async () => {
    answer = (response) => response.writeHead(503).end()
    await happen('signed_in')
    const sender = start()
    await sender.flush()
    await sender.flush()
    assert.lengthOf(deliveries, 1, 'not before its time')
    for (const seconds of [5, 10, 20]) {
      test.pass(seconds - 1)
      await sender.flush()
      test.pass(1)
      await sender.flush()
    }
    assert.lengthOf(deliveries, 4)
    answer = (response) => response.writeHead(200).end('thanks')
    test.pass(40)
    await sender.flush()
    assert.lengthOf(new Set(deliveries.map(({ headers }) => headers['webhook-id'])), 1)
    test.pass(3600)
    await sender.flush()
    assert.lengthOf(deliveries, 5)
  })

  it('are not carried to wherever a redirect points', async () => {
    answer = (response) => response.writeHead(307, { location: '/elsewhere' }).end()
    await happen('signed_in')
    await start().flush()
    assert.deepEqual(
      deliveries.map(({ path }) => path),
      ['/events'],
    )
    assert.lengthOf(await test.sql('SELECT id FROM event_outbox WHERE tries = 1'), 1)
    assert.deepInclude(await test.store.outbox.backlog(), { waiting: 1, failing: 1 })
  })

  it('wait for a receiver that hangs no longer than a moment, and hold nobody up', async () => {
    answer = () => undefined
    await happen('signed_in')
    const sending = start().flush()
    const began = performance.now()
    await happen('signed_out')
    assert.isBelow(performance.now() - began, 150)
    await sending
    assert.lengthOf(await test.sql('SELECT id FROM event_outbox'), 2)
  })

  it('survive a restart', async () => {
    answer = (response) => response.destroy()
    await happen('signed_in')
    await start().flush()
    await webhook?.close()
    await store.close()
    store = await openFilling()
    answer = (response) => response.writeHead(204).end()
    test.pass(5)
    await start(store).flush()
    assert.deepEqual(types(), ['signed_in', 'signed_in'])
  })

  it('are not gathered where there is no webhook', async () => {
    await test.store.audit.append({ type: 'signed_in' })
    assert.isEmpty(await test.sql('SELECT id FROM event_outbox'))
  })

  it('are bounded: where too many wait, the oldest go', async () => {
    for (const type of ['one', 'two', 'three']) {
      await happen(type)
      test.pass(1)
    }
    assert.equal(await store.outbox.bound(2), 1)
    await start().flush()
    assert.deepEqual(types(), ['two', 'three'])
  })
})
