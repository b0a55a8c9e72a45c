import { assert } from 'chai'
import fc from 'fast-check'
import { URI } from 'otpauth'
import {
  appAddress,
  findStep,
  makeSeed,
  readCode,
  seedInGroups,
  stepAt,
} from '../../src/interactions/totp.ts'

/** RFC 6238, Appendix B: the seed of its SHA-1 rows, and its codes cut to six digits. */
const published = new TextEncoder().encode('12345678901234567890')
const vectors: readonly (readonly [seconds: number, code: string])[] = [
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
]

const at = (seconds: number): Date => new Date(seconds * 1000)
const seeds = fc.uint8Array({ minLength: 20, maxLength: 20 })
/** From 1970 on, to the second, for ten thousand years. */
const moments = fc.integer({ min: 3600, max: 315_360_000_000 })

/** Of an app that was given this seed, made by the library’s own reader of such addresses. */
function codeOfApp(seed: Uint8Array, seconds: number): string {
  const app = URI.parse(appAddress({ issuer: 'id.example', email: 'ada@example.com', seed }))
  if (!('period' in app)) throw new Error('the address is not one of time-based codes')
  return app.generate({ timestamp: seconds * 1000 })
}

describe('A time-based code', () => {
  it('is the one that RFC 6238 publishes for its seed and moment', () => {
    for (const [seconds, code] of vectors) {
      assert.equal(findStep(published, code, at(seconds)), Math.floor(seconds / 30), code)
    }
  })

  it('of an app counts in its own step and in one to either side, and at no other time', () => {
    fc.assert(
      fc.property(seeds, moments, fc.integer({ min: -10, max: 10 }), (seed, seconds, drift) => {
        const code = codeOfApp(seed, seconds + drift * 30)
        const found = findStep(seed, code, at(seconds))
        const expected = stepAt(at(seconds)) + drift
        if (Math.abs(drift) <= 1) {
          // A later step of the window has the same code once in a million.
          assert.isAtLeast(found ?? -1, expected)
        } else if (found !== undefined) {
          assert.equal(codeOfApp(seed, found * 30), code, 'only by the same chance')
        }
      }),
    )
  })

  it('of one person’s seed says nothing at another’s', () => {
    fc.assert(
      fc.property(seeds, seeds, moments, (one, other, seconds) => {
        const code = codeOfApp(one, seconds)
        const found = findStep(other, code, at(seconds))
        assert.isTrue(found === undefined || codeOfApp(other, found * 30) === code)
      }),
    )
  })

  it('may be typed as apps show it, in two groups', () => {
    for (const typed of ['287 082', ' 287082 ', '287-082', '2 8 7 0 8 2\n']) {
      assert.equal(findStep(published, typed, at(59)), 1, typed)
    }
  })

  it('is six digits and nothing else', () => {
    const wrong = [
      '',
      '28708',
      '2870822',
      '28708a',
      '------',
      '２８７０８２',
      '+287082',
      '0x1234',
      '2.8e10',
      '28708\0',
    ]
    for (const given of wrong) {
      assert.isUndefined(readCode(given), given)
      assert.isUndefined(findStep(published, given, at(59)), given)
    }
    fc.assert(
      fc.property(fc.string(), (given) => {
        assert.match(readCode(given) ?? '000000', /^[0-9]{6}$/)
      }),
    )
  })

  it('counts at no time where the clock is broken', () => {
    assert.isUndefined(findStep(published, '287082', new Date(NaN)))
  })
})

describe('The seed of an app', () => {
  it('has the 160 bits that RFC 4226 recommends, and is new each time', () => {
    const made = Array.from({ length: 50 }, () => Buffer.from(makeSeed()).toString('hex'))
    assert.equal(new Set(made).size, 50)
    for (const each of made) assert.lengthOf(each, 40)
  })

  it('stands in the address with the host, the mail address and nothing that an app must guess', () => {
    const url = new URL(appAddress({ issuer: 'id.example', email: 'ada+1@example.com', seed: published }))
    assert.equal(url.protocol, 'otpauth:')
    assert.equal(
      decodeURIComponent(url.pathname.replace(/^\/+/, '').replace('totp/', '')),
      'id.example:ada+1@example.com',
    )
    assert.deepEqual(Object.fromEntries(url.searchParams), {
      issuer: 'id.example',
      secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    })
  })

  it('can be typed by hand in groups of four', () => {
    assert.deepEqual(seedInGroups(published), [
      'GEZD',
      'GNBV',
      'GY3T',
      'QOJQ',
      'GEZD',
      'GNBV',
      'GY3T',
      'QOJQ',
    ])
  })
})
