import { assert } from 'chai'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import Koa from 'koa'
import { createProxyTrust } from '../../src/http/trusted-proxies.ts'

interface Seen {
  readonly ip: string
  readonly protocol: string
  readonly host: string
  readonly certificate: string
}

/** What koa believes of one request from 127.0.0.1, with the proxies that are named. */
async function seen(
  ranges: readonly string[],
  headers: Readonly<Record<string, string | string[]>>,
): Promise<Seen> {
  const believe = createProxyTrust({ ranges, headers: ['X-Client-Cert'] })
  const koa = new Koa({ proxy: ranges.length > 0 })
  koa.use((ctx) => {
    const { ip, protocol, host } = ctx
    ctx.body = { ip, protocol, host, certificate: ctx.get('X-Client-Cert') }
  })
  const answer = koa.callback()
  const server = createServer((incoming, response) => {
    believe(incoming)
    void answer(incoming, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const asked = request({ port, host: '127.0.0.1', headers: { host: 'id.example.com', ...headers } })
  asked.end()
  const [response] = (await once(asked, 'response')) as [AsyncIterable<Buffer>]
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  server.close()
  return JSON.parse(Buffer.concat(parts).toString()) as Seen
}

const loopback = ['127.0.0.0/8', '::1/128']
const strangers = ['10.0.0.0/8']

describe('What a proxy says', () => {
  const said = {
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.example',
    'x-client-cert': 'a-certificate',
  }

  it('is believed of the proxies that were named', async () => {
    const { ip, protocol, certificate } = await seen(loopback, said)
    assert.deepEqual(
      { ip, protocol, certificate },
      { ip: '203.0.113.7', protocol: 'https', certificate: 'a-certificate' },
    )
  })

  it('is ignored of everybody else, certificates too', async () => {
    for (const ranges of [[], strangers]) {
      const { ip, protocol, certificate, host } = await seen(ranges, said)
      assert.match(ip, /127\.0\.0\.1$/)
      assert.deepEqual(
        { protocol, certificate, host },
        { protocol: 'http', certificate: '', host: 'id.example.com' },
      )
    }
  })

  it('of the client is what the last of them has seen: what a client wrote itself stands further left', async () => {
    const chains: Readonly<Record<string, string>> = {
      '198.51.100.1, 203.0.113.7': '203.0.113.7',
      '127.0.0.1, 203.0.113.7': '203.0.113.7',
      '198.51.100.1, 203.0.113.7, 127.0.0.2': '203.0.113.7',
      '203.0.113.7:51234': '203.0.113.7',
      '2001:db8::1': '2001:db8::1',
      '[2001:db8::1]:443': '2001:db8::1',
      'unknown, 203.0.113.7': '203.0.113.7',
    }
    for (const [chain, client] of Object.entries(chains))
      assert.equal((await seen(loopback, { 'x-forwarded-for': chain })).ip, client, chain)
  })

  it('is nothing where it is no address: then the nearest that is known stands for the client', async () => {
    for (const chain of ['unknown', 'evil<script>', '203.0.113.7, unknown', '999.1.1.1'])
      assert.match((await seen(loopback, { 'x-forwarded-for': chain })).ip, /127\.0\.0\.1$/, chain)
  })

  it('counts a header that comes twice as one list', async () => {
    const twice = { 'x-forwarded-for': ['198.51.100.1', '203.0.113.7'] }
    assert.equal((await seen(loopback, twice)).ip, '203.0.113.7')
    assert.equal((await seen(loopback, { 'x-forwarded-proto': 'https, http' })).protocol, 'http')
  })
})
