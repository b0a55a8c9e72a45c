import { assert } from 'chai'
import type { Context } from 'koa'
import { bodyLimits, readForm, readFrame, readJson, sameOriginGuard } from '../../src/http/request-guards.ts'
import { asForm, asJson, codeOf, openHouse, type House } from './requests.ts'

const issuer = 'https://id.example'

describe('A body', () => {
  let house: House
  const received: unknown[] = []
  const readers: Readonly<Record<string, (ctx: Context) => Promise<unknown>>> = {
    '/form': readForm,
    '/json': readJson,
    '/frame': readFrame,
  }
  before(async () => {
    house = await openHouse(() => async (ctx) => {
      received.push(await readers[ctx.path]?.(ctx))
      ctx.body = 'read'
    })
  })
  after(() => house.close())
  beforeEach(() => {
    received.length = 0
  })

  const post = (path: string, headers: Readonly<Record<string, string>>, body: string | Uint8Array) =>
    house.ask({ method: 'POST', path, headers, body })

  it('of a form becomes its fields', async () => {
    await post('/form', asForm, 'email=robin%40example.com&password=a+b%26c&agree=')
    assert.deepEqual(
      { ...(received[0] as object) },
      { email: 'robin@example.com', password: 'a b&c', agree: '' },
    )
  })

  it('of a form has no fields but those sent, whatever they are called', async () => {
    await post('/form', asForm, '__proto__=a&constructor=b')
    const form = received[0] as Record<string, unknown>
    assert.isNull(Object.getPrototypeOf(form))
    assert.deepEqual(Object.entries(form), [
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
    assert.isFalse('toString' in form)
  })

  const hostileForms: Readonly<Record<string, readonly [Record<string, string>, string | Uint8Array]>> = {
    'a field twice': [asForm, 'email=a&email=b'],
    'a field twice, once encoded': [asForm, 'csrf=a&%63srf=b'],
    'too long': [asForm, `a=${'x'.repeat(bodyLimits.formBytes)}`],
    'too many fields': [asForm, Array.from({ length: 41 }, (_, at) => `f${at}=`).join('&')],
    'no UTF-8': [asForm, Uint8Array.of(0x61, 0x3d, 0xff, 0xfe)],
    'of JSON': [asJson, '{"email":"a"}'],
    'of plain text': [{ 'content-type': 'text/plain' }, 'email=a'],
    'of many parts': [{ 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
    'of no type': [{}, 'email=a'],
    compressed: [{ ...asForm, 'content-encoding': 'gzip' }, 'email=a'],
    'longer than it said, by chunks': [
      { ...asForm, 'transfer-encoding': 'chunked' },
      `a=${'x'.repeat(bodyLimits.formBytes)}`,
    ],
  }
  for (const [name, [headers, body]] of Object.entries(hostileForms)) {
    it(`of a form is refused where it is ${name}`, async () => {
      const answer = await post('/form', headers, body)
      assert.equal(answer.status, 400)
      assert.equal(codeOf(answer), 'form_invalid')
      assert.isEmpty(received)
    })
  }

  it('of a form may be empty, and has no fields then', async () => {
    await post('/form', asForm, '')
    assert.isEmpty(Object.entries(received[0] as object))
  })

  it('of JSON becomes its value', async () => {
    await post('/json', { 'content-type': 'application/json; charset=utf-8' }, '{"index":2}')
    assert.deepEqual(received[0], { index: 2 })
  })

  it('of JSON is refused where it is none, too long, or of another type', async () => {
    const long = JSON.stringify('x'.repeat(bodyLimits.jsonBytes))
    for (const [headers, body] of [
      [asJson, '{'],
      [asJson, long],
      [{ 'content-type': 'text/plain' }, '{}'],
      [asForm, '{}'],
    ] as const) {
      assert.equal(codeOf(await post('/json', headers, body)), 'form_invalid', body.slice(0, 20))
    }
  })

  it('of a frame is its bytes, up to the last one allowed', async () => {
    const frame = new Uint8Array(bodyLimits.frameBytes).fill(7)
    assert.equal((await post('/frame', { 'content-type': 'image/jpeg' }, frame)).status, 200)
    assert.deepEqual(new Uint8Array(received[0] as Uint8Array), frame)
  })

  it('of a frame is refused where it is larger', async () => {
    const answer = await post(
      '/frame',
      { 'content-type': 'image/jpeg' },
      new Uint8Array(bodyLimits.frameBytes + 1),
    )
    assert.equal(answer.status, 413)
    assert.equal(codeOf(answer), 'frame_too_large')
  })

  it('of a frame is refused where it is of another type', async () => {
    for (const type of ['image/png', 'image/jpegx', 'application/octet-stream', 'text/html']) {
      const answer = await post('/frame', { 'content-type': type }, new Uint8Array(9))
      assert.equal(answer.status, 415, type)
      assert.equal(codeOf(answer), 'frame_type_unsupported')
    }
  })
})

describe('A request that changes something', () => {
  let house: House
  before(async () => {
    const guard = sameOriginGuard(issuer)
    house = await openHouse(
      () => async (ctx) => {
        await guard(ctx, () => {
          ctx.body = 'let in'
          return Promise.resolve()
        })
      },
      issuer,
    )
  })
  after(() => house.close())

  const own: readonly Record<string, string>[] = [
    { origin: issuer },
    { origin: issuer, 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'same-origin' },
    // A form of a page with the referrer policy no-referrer.
    { origin: 'null', 'sec-fetch-site': 'same-origin' },
  ]
  const foreign: readonly Record<string, string>[] = [
    {},
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: 'http://id.example' },
    { origin: 'https://id.example:8443' },
    { origin: 'https://id.example.evil.example' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    { origin: issuer, 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { referer: issuer },
  ]

  it('is let in from our own pages', async () => {
    for (const headers of own) {
      const answer = await house.ask({ method: 'POST', headers })
      assert.equal(answer.text, 'let in', JSON.stringify(headers))
    }
  })

  it('is refused from anywhere else', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      for (const headers of foreign) {
        const answer = await house.ask({ method, headers })
        assert.equal(answer.status, 403, `${method} ${JSON.stringify(headers)}`)
        assert.equal(codeOf(answer), 'forgery_suspected')
      }
    }
  })

  it('is not one that only reads', async () => {
    assert.equal((await house.ask({ headers: { 'sec-fetch-site': 'cross-site' } })).text, 'let in')
  })
})
