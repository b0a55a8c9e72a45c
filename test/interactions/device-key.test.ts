import { assert } from 'chai'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { createCaptureDesk } from '../../src/interactions/capture.ts'
import { createDeviceChallenges, createSpentChallenges } from '../../src/interactions/device-challenges.ts'
import {
  decoyPublicKey,
  digestOfFrames,
  hasSigned,
  readPublicKey,
  signedText,
} from '../../src/interactions/device-key.ts'
import { lookSteps } from '../../src/policy/challenge.ts'
import { there } from '../flows/house.ts'
import { embeddingAt, faultOf, frameBytes, goodFrame, handClock, scriptedEngine, shelves } from './fakes.ts'

function makeKey(namedCurve = 'P-256') {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve })
  const jwk = publicKey.export({ format: 'jwk' })
  const signText = (text: string): string =>
    sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  return { jwk, text: JSON.stringify(jwk), signText }
}

describe('A device’s public key', () => {
  it('is known by the thumbprint of RFC 7638, however it is spelt', () => {
    const { jwk, text } = makeKey()
    const plain = readPublicKey(text)
    const canonical = JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })
    assert.equal(plain?.thumbprint, createHash('sha256').update(canonical).digest('base64url'))
    const dressed = { use: 'sig', y: jwk.y, x: jwk.x, kty: 'EC', crv: 'P-256', kid: 'mine' }
    assert.deepEqual(readPublicKey(JSON.stringify(dressed)), plain)
  })

  it('is a point of P-256 and nothing else', () => {
    const { jwk } = makeKey()
    const zero = Buffer.alloc(32).toString('base64url')
    const wrong = [
      '',
      'null',
      '[]',
      JSON.stringify({ ...jwk, y: jwk.x }),
      JSON.stringify({ ...jwk, x: zero, y: zero }),
      JSON.stringify({ ...jwk, x: `${String(jwk.x)}AA` }),
      JSON.stringify({ ...jwk, crv: 'P-384' }),
      JSON.stringify({ kty: 'oct', k: 'AAAA' }),
      makeKey('P-384').text,
      makeKey('secp256k1').text,
    ]
    for (const each of wrong) assert.isUndefined(readPublicKey(each), each)
    assert.isDefined(readPublicKey(decoyPublicKey))
  })

  it('verifies what its own key signed, under the label it was signed for', () => {
    const { text, signText } = makeKey()
    const signature = signText(signedText.begin('one'))
    assert.isTrue(hasSigned(text, signedText.begin('one'), signature))
    assert.isFalse(hasSigned(text, signedText.begin('two'), signature))
    const end = signedText.end({ challenge: 'one', captureId: 'c', framesDigest: 'd' })
    assert.isFalse(hasSigned(text, end, signature))
    assert.isFalse(hasSigned(makeKey().text, signedText.begin('one'), signature))
    for (const broken of ['', 'AA', signature.slice(1), `${signature}AA`, 'A'.repeat(86)]) {
      assert.isFalse(hasSigned(text, signedText.begin('one'), broken), broken)
    }
    assert.isFalse(hasSigned('no key', signedText.begin('one'), signature))
  })
})

describe('The digest of a capture’s frames', () => {
  const digestOf = (...frames: readonly string[]): string =>
    digestOfFrames(frames.map((frame) => createHash('sha256').update(frame).digest('base64url')))

  it('is SHA-256 over the digests of the frames, one after the other', () => {
    const each = ['one', 'two'].map((frame) => createHash('sha256').update(frame).digest())
    const whole = createHash('sha256').update(Buffer.concat(each)).digest('base64url')
    assert.equal(digestOf('one', 'two'), whole)
  })

  it('changes with the order, the number and where a frame ends', () => {
    const all = [
      digestOf('one', 'two'),
      digestOf('two', 'one'),
      digestOf('one', 'two', 'two'),
      digestOf('onetwo'),
      digestOf('on', 'etwo'),
    ]
    assert.lengthOf(new Set(all), all.length)
  })
})

for (const { where, open } of shelves)
  describe(`What a device signs around a capture ${where}`, () => {
    const setUp = () => {
      const hand = handClock()
      const challenges = createDeviceChallenges({
        clock: hand.clock,
        ttlSeconds: 75,
        secret: new Uint8Array(32).fill(7),
        spendChallenge: createSpentChallenges(hand.clock),
      })
      const engine = scriptedEngine(goodFrame(embeddingAt(0)))
      const desks = open(hand.clock).map((shelf) => createCaptureDesk({ engine, clock: hand.clock, shelf }))
      const [desk, other] = [there(desks[0]), there(desks.at(-1))]
      const binding = 'interaction:1'
      const begin = async (frames: number, device = true): Promise<string> => {
        const claim = { keyId: 'k'.repeat(43), challenge: 'c', signature: 's'.repeat(86) }
        const wish = { binding, steps: lookSteps, ttlSeconds: 75, mostFrames: 60 }
        const { id: captureId } = await other.issue({ ...wish, device: device ? claim : undefined })
        for (let sequence = 0; sequence < frames; sequence += 1) {
          hand.pass(0.25)
          const bytes = frameBytes(sequence)
          await desk.receive({ captureId, binding, sequence, bytes }, () => undefined)
        }
        return captureId
      }
      const finish = (captureId: string, whose = binding): Promise<string> =>
        faultOf(() => desk.finish(captureId, whose))
      return { hand, challenges, desk, binding, begin, finish }
    }

    it('is a challenge that serves once, for 75 seconds, in its own visit', async () => {
      const { hand, challenges } = setUp()
      const spend = (challenge: string, binding = 'interaction:1'): Promise<string> =>
        faultOf(() => challenges.spend(binding, challenge))
      const { challenge } = challenges.issue('interaction:1')
      assert.equal(await spend(challenge, 'interaction:2'), 'device_challenge_spent')
      assert.equal(await spend(challenge), 'none')
      assert.equal(await spend(challenge), 'device_challenge_spent')
      assert.equal(await spend(`${challenge}=`), 'device_challenge_spent', 'another spelling of the same')
      const late = challenges.issue('interaction:1').challenge
      const prolonged = late.replace(/^\d+/, (endsAt) => String(Number(endsAt) + 60_000))
      assert.equal(await spend(prolonged), 'device_challenge_spent')
      hand.pass(75)
      assert.equal(await spend(late), 'device_challenge_spent')
      for (const made of ['', '..', 'NaN.a.b']) assert.equal(await spend(made), 'device_challenge_spent')
    })

    it('is every frame that the server took, in order', async () => {
      const { desk, begin, binding } = setUp()
      const captureId = await begin(3)
      const { framesDigest, claim, take } = await desk.finish(captureId, binding)
      const digests = [0, 1, 2].map((at) => createHash('sha256').update(frameBytes(at)).digest('base64url'))
      assert.equal(framesDigest, digestOfFrames(digests))
      assert.equal(claim.keyId, 'k'.repeat(43))
      assert.lengthOf(take.satisfied[0]?.frames ?? [], 3)
    })

    it('is taken only where a device began', async () => {
      const { begin, finish } = setUp()
      assert.equal(await finish(await begin(3, false)), 'capture_not_found')
    })

    it('is taken once, after the last step, in time and by its own visit', async () => {
      const { hand, begin, finish } = setUp()
      const one = await begin(3)
      assert.equal(await finish(one, 'interaction:2'), 'capture_not_found')
      assert.equal(await finish(one), 'none')
      assert.equal(await finish(one), 'capture_not_found')
      const early = await begin(2)
      assert.equal(await finish(early), 'capture_out_of_order')
      assert.equal(await finish(early), 'capture_not_found')
      const late = await begin(3)
      hand.pass(75)
      assert.equal(await finish(late), 'capture_expired')
    })
  })
