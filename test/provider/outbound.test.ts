import { createServer, type RequestListener, type Server } from 'node:http'
import { assert } from 'chai'
import { createOutbound, OutboundRefused, type OutboundSettings } from '../../src/provider/outbound.ts'
import { createAddressFilter } from '../../src/provider/special-addresses.ts'

const trial: OutboundSettings = { isTrial: true, allowsPrivate: false }
const strict: OutboundSettings = { isTrial: false, allowsPrivate: false }

describe('A call to an address that a client named', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  const serve = async (listener: RequestListener): Promise<number> => {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }
  const isRefused = async (call: Promise<unknown>): Promise<boolean> => {
    try {
      await call
      return false
    } catch (error) {
      if (error instanceof OutboundRefused) return true
      throw error
    }
  }

  it('never goes to loopback, private, link-local, mapped, translated or reserved addresses', () => {
    const isAllowed = createAddressFilter(false)
    const forbidden = [
      '127.0.0.1',
      '127.255.255.254',
      '10.1.2.3',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '224.0.0.1',
      '255.255.255.255',
      '198.18.0.1',
      '::',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:8.8.8.8',
      '::7f00:1',
      '64:ff9b::7f00:1',
      '64:ff9b:1::a00:1',
      'fe80::1',
      'fe80::1%eth0',
      'fec0::1',
      'fc00::1',
      'fd12:3456::1',
      'ff02::1',
      '2002:7f00:1::',
      '2001:0:7f00:1::',
      '2001:db8::1',
      'not an address',
      '',
    ]
    for (const address of forbidden) assert.isFalse(isAllowed(address), address)
    for (const address of ['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450::1'])
      assert.isTrue(isAllowed(address), address)
  })

  it('goes to private addresses where the operator says so, and to those of a cloud’s metadata not even then', () => {
    const isAllowed = createAddressFilter(true)
    for (const address of ['127.0.0.1', '10.1.2.3', '192.168.1.1', '::1', 'fd12::1'])
      assert.isTrue(isAllowed(address), address)
    for (const address of ['169.254.169.254', '0.0.0.0', 'fe80::1', '::ffff:169.254.169.254'])
      assert.isFalse(isAllowed(address), address)
  })

  it('goes by https, but at a provider that is tried out at localhost', async () => {
    const port = await serve((_request, response) => response.end('hello'))
    const address = `http://localhost:${port}/`
    assert.equal(await (await createOutbound(trial)(address)).text(), 'hello')
    assert.isTrue(await isRefused(createOutbound(strict)(address)))
    assert.isTrue(await isRefused(createOutbound({ ...strict, allowsPrivate: true })(address)))
    for (const other of [
      'ftp://localhost/',
      'file:///etc/passwd',
      'data:,x',
      `http://u:p@localhost:${port}/`,
    ])
      assert.isTrue(await isRefused(createOutbound(trial)(other)), other)
  })

  it('is refused where any address of the name is forbidden, however it is written', async () => {
    let asked = 0
    const port = await serve((_request, response) => {
      asked += 1
      response.end()
    })
    const both = [
      { address: '8.8.8.8', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]
    const outbound = createOutbound({ ...strict, resolve: () => Promise.resolve(both) })
    assert.isTrue(await isRefused(outbound('https://app.example/')))
    for (const host of [
      '127.0.0.1',
      '[::1]',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      'localhost',
      'localhost.',
    ])
      assert.isTrue(await isRefused(createOutbound(strict)(`https://${host}:${port}/`)), host)
    assert.equal(asked, 0)
  })

  it('connects to the very address that was checked, whatever the name leads to a moment later', async () => {
    const port = await serve((request, response) => response.end(request.headers.host))
    const answers = [[{ address: '127.0.0.1', family: 4 }], [{ address: '169.254.169.254', family: 4 }]]
    let looked = 0
    const outbound = createOutbound({
      ...trial,
      resolve: () => Promise.resolve(answers[looked++] ?? []),
    })
    const response = await outbound(`http://rebound.example:${port}/`)
    assert.equal(await response.text(), `rebound.example:${port}`)
    assert.equal(looked, 1)
    assert.isTrue(await isRefused(outbound(`http://rebound.example:${port}/`)))
  })

  it('follows no redirect', async () => {
    let reached = false
    const inner = await serve((_request, response) => {
      reached = true
      response.end()
    })
    for (const status of [301, 302, 303, 307, 308]) {
      const port = await serve((_request, response) => {
        response.writeHead(status, { location: `http://localhost:${inner}/` }).end()
      })
      assert.isTrue(await isRefused(createOutbound(trial)(`http://localhost:${port}/`)), String(status))
    }
    assert.isFalse(reached)
  })

  it('reads 64 KB and no more', async () => {
    const bodies = [64 * 1024, 64 * 1024 + 1]
    const port = await serve((request, response) =>
      response.end(Buffer.alloc(bodies[Number(request.url?.slice(1))] ?? 0)),
    )
    const outbound = createOutbound(trial)
    assert.equal((await (await outbound(`http://localhost:${port}/0`)).arrayBuffer()).byteLength, bodies[0])
    assert.isTrue(await isRefused(outbound(`http://localhost:${port}/1`)))
  })

  it('waits for some seconds and no more, for the name, the answer, and each part of it', async () => {
    const silent = await serve(() => undefined)
    const slow = await serve((_request, response) => {
      response.write('x')
    })
    const quick: OutboundSettings = { ...trial, timeoutMs: 100 }
    const nameless = createOutbound({ ...quick, resolve: () => new Promise(() => undefined) })
    const began = performance.now()
    assert.isTrue(await isRefused(createOutbound(quick)(`http://localhost:${silent}/`)))
    assert.isTrue(await isRefused(createOutbound(quick)(`http://localhost:${slow}/`)))
    assert.isTrue(await isRefused(nameless('http://app.example/')))
    assert.isBelow(performance.now() - began, 3000)
  })
})
