import { assert } from 'chai'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { createDeviceCeremonies } from '../../src/interactions/device-ceremony.ts'
import {
  createFrameChain,
  decoyPublicKey,
  hasSigned,
  readPublicKey,
  signedText,
} from '../../src/interactions/device-key.ts'
import { newTake } from '../../src/interactions/take.ts'
import { faultOf, frameBytes, handClock } from './fakes.ts'

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
  const digestOf = (...frames: readonly string[]): string => {
    const chain = createFrameChain()
    for (const frame of frames) chain.add(Buffer.from(frame))
    return chain.digest()
  }

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

describe('What a device signs around a capture', () => {
  const setUp = () => {
    const hand = handClock()
    const secret = new Uint8Array(32).fill(7)
    const ceremonies = createDeviceCeremonies({ clock: hand.clock, ttlSeconds: 75, secret })
    const begin = (captureId: string, binding = 'interaction:1'): void => {
      const { challenge } = ceremonies.issueChallenge(binding)
      const claim = { keyId: 'k', challenge, signature: 's' }
      const expiresAt = new Date(hand.now.getTime() + 75_000)
      ceremonies.begin({ captureId, binding, expiresAt, claim })
    }
    return { hand, ceremonies, begin }
  }
  const evidence = { take: newTake() }

  it('is a challenge that serves once, for 75 seconds, in its own visit', async () => {
    const { hand, ceremonies } = setUp()
    const spend = (challenge: string, binding = 'interaction:1'): Promise<string> =>
      faultOf(() => {
        ceremonies.spendChallenge(binding, challenge)
      })
    const { challenge } = ceremonies.issueChallenge('interaction:1')
    assert.equal(await spend(challenge, 'interaction:2'), 'device_challenge_spent')
    assert.equal(await spend(challenge), 'none')
    assert.equal(await spend(challenge), 'device_challenge_spent')
    assert.equal(await spend(`${challenge}=`), 'device_challenge_spent', 'another spelling of the same')
    const late = ceremonies.issueChallenge('interaction:1').challenge
    const prolonged = late.replace(/^\d+/, (endsAt) => String(Number(endsAt) + 60_000))
    assert.equal(await spend(prolonged), 'device_challenge_spent')
    hand.pass(75)
    assert.equal(await spend(late), 'device_challenge_spent')
    for (const made of ['', '..', 'NaN.a.b']) assert.equal(await spend(made), 'device_challenge_spent')
  })

  it('is asked for at the end only where a device began', () => {
    const { ceremonies, begin } = setUp()
    begin('one')
    ceremonies.addFrame('one', frameBytes(0))
    ceremonies.addFrame('two', frameBytes(1))
    assert.isUndefined(ceremonies.awaitFinish('two', evidence))
    assert.equal(ceremonies.awaitFinish('one', evidence), 1)
  })

  it('is taken once, after the last step, in time and by its own visit', async () => {
    const { hand, ceremonies, begin } = setUp()
    const finish = (captureId: string, binding = 'interaction:1'): Promise<string> =>
      faultOf(() => ceremonies.finish(captureId, binding))
    begin('one')
    ceremonies.awaitFinish('one', evidence)
    assert.equal(await finish('one', 'interaction:2'), 'capture_not_found')
    assert.equal(await finish('one'), 'none')
    assert.equal(await finish('one'), 'capture_not_found')
    begin('early')
    assert.equal(await finish('early'), 'capture_out_of_order')
    begin('late')
    ceremonies.awaitFinish('late', evidence)
    hand.pass(75)
    assert.equal(await finish('late'), 'capture_expired')
  })
})
