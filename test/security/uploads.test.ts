import { assert } from 'chai'
import sharp from 'sharp'
import { goToCamera } from '../flows/relying-party.ts'
import { captureOf, sendFrame, type JsonAnswer } from '../flows/visitor.ts'
import { send } from './attacker.ts'
import { useHouse } from './visit.ts'

const json = { 'content-type': 'application/json' }

describe('Security: what is sent to the house', function () {
  this.timeout(90_000)
  const { at, stranger } = useHouse()

  const openCapture = async () => {
    const visitor = stranger()
    const page = await goToCamera(visitor, (await at().party.begin()).url, 'nobody@example.com')
    const { body } = await visitor.post(captureOf(page).captureUrl, page, { headers: json, body: '{}' })
    return { visitor, page, framesUrl: body.framesUrl ?? '' }
  }
  const sendOne = async (frame: Uint8Array): Promise<JsonAnswer> => {
    const { visitor, page, framesUrl } = await openCapture()
    return sendFrame(visitor, page, { framesUrl, sequence: 0, frame })
  }
  const timed = async (work: Promise<unknown>): Promise<number> => {
    const began = performance.now()
    await work
    return performance.now() - began
  }

  it('59 a hostile picture costs its sender a refusal, and nobody else anything', async () => {
    const plain = sharp({ create: { width: 640, height: 480, channels: 3, background: '#888' } })
    const good = await plain.clone().jpeg().toBuffer()
    const hostile: Readonly<Record<string, Uint8Array>> = {
      empty: new Uint8Array(0),
      'cut short': good.subarray(0, good.length / 2),
      'a start and nothing': good.subarray(0, 20),
      'no picture': new TextEncoder().encode('GET / HTTP/1.1'),
      'a drawing with a script': new TextEncoder().encode(
        '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
      ),
      'a bomb: 400 million pixels': jpegHeader(good, 20_000, 20_000),
      'a bomb: no pixels': jpegHeader(good, 0, 0),
      'too many bytes': Buffer.concat([good, Buffer.alloc(150 * 1024)]),
      'another kind': await plain.clone().gif().toBuffer(),
      'four inks': await plain.clone().toColourspace('cmyk').jpeg().toBuffer(),
      noise: Buffer.concat([
        good.subarray(0, 300),
        Buffer.from(Array.from({ length: 9000 }, (_, index) => (index * 7919) % 251)),
      ]),
    }
    for (const [name, frame] of Object.entries(hostile)) {
      const [answer, elsewhere] = await Promise.all([
        sendOne(frame),
        timed(send(`${at().house.origin}/.well-known/openid-configuration`)),
      ])
      const isHint = answer.status === 200 && answer.body.state === 'look'
      const isRefused = answer.status >= 400 && answer.status < 500
      assert.isTrue(isHint || isRefused, `${name}: ${answer.status} ${JSON.stringify(answer.body)}`)
      assert.isBelow(elsewhere, 2000, `${name}: others wait`)
    }
    assert.equal((await sendOne(good)).status, 200, 'and the workers live')
  })

  it('60 large bodies and crowds are turned away, and signing in goes on meanwhile', async () => {
    const { origin } = at().house
    const large = 'a='.padEnd(2 * 1024 * 1024, 'x')
    const form = { 'content-type': 'application/x-www-form-urlencoded', origin }
    for (const path of ['/token', '/par', '/introspect', '/revoke', '/authorize', '/account/recover']) {
      const status = await send(`${origin}${path}`, { method: 'POST', headers: form, body: large }).then(
        (answer) => answer.status,
        // Cut off in the middle of its sending.
        () => 413,
      )
      assert.isTrue(status >= 400 && status < 500, `${path}: ${status}`)
    }
    const picture = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#777' } })
      .jpeg()
      .toBuffer()
    const crowd = await Promise.all(Array.from({ length: 24 }, openCapture))
    const answers = Promise.all(
      crowd.map(({ visitor, page, framesUrl }) =>
        sendFrame(visitor, page, { framesUrl, sequence: 0, frame: picture }),
      ),
    )
    const meanwhile = await timed(send(`${origin}/.well-known/openid-configuration`))
    assert.isBelow(meanwhile, 2000)
    const statuses = await answers
    for (const { status, headers } of statuses) {
      assert.include([200, 503], status)
      if (status === 503) assert.match(headers.get('retry-after') ?? '', /^\d+$/)
    }
    assert.include(
      statuses.map(({ status }) => status),
      503,
      'one worker and its queue take fewer',
    )
  })
})

/** The picture, with another size in its frame header (ITU-T T.81 §B.2.2). */
function jpegHeader(picture: Buffer, widthPx: number, heightPx: number): Buffer {
  const changed = Buffer.from(picture)
  const marker = changed.indexOf(Buffer.from([0xff, 0xc0]))
  assert.isAbove(marker, 0)
  changed.writeUInt16BE(heightPx, marker + 5)
  changed.writeUInt16BE(widthPx, marker + 7)
  return changed
}
