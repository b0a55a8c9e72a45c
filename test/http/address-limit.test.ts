import { assert } from 'chai'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { Fault } from '../../src/errors.ts'
import { createAddressLimit } from '../../src/http/address-limit.ts'

async function faultOf(action: Promise<void>): Promise<Fault | undefined> {
  try {
    await action
    return undefined
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

describe('An address', () => {
  it('is told to wait, and how long, when its tries are used up', async () => {
    const take = createAddressLimit(new RateLimiterMemory({ points: 2, duration: 60 }))
    assert.isUndefined(await faultOf(take('192.0.2.1')))
    assert.isUndefined(await faultOf(take('192.0.2.1')))
    const fault = await faultOf(take('192.0.2.1'))
    assert.equal(fault?.code, 'too_many_requests')
    assert.isAtLeast(fault?.retryAfterSeconds ?? 0, 50)
    assert.isUndefined(await faultOf(take('192.0.2.2')), 'others may go on')
  })

  it('of IPv6 counts with its whole /64, and a mapped IPv4 one as itself', async () => {
    const seen: string[] = []
    const take = createAddressLimit({
      consume: (key) => {
        seen.push(key)
        return Promise.resolve()
      },
    })
    for (const address of [
      '2001:db8:0:1::1',
      '2001:0db8:0000:0001:ffff::2',
      '2001:db8:0:1:a:b:c:d',
      '2001:DB8:0:1::',
      '::ffff:192.0.2.1',
      '::1',
      'fe80::1%eth0',
    ]) {
      await take(address)
    }
    assert.deepEqual(seen, [
      ...Array<string>(4).fill('2001:db8:0:1::/64'),
      '192.0.2.1',
      '0:0:0:0::/64',
      'fe80:0:0:0::/64',
    ])
  })

  it('is not blamed where the limiter itself fails', async () => {
    const broken = new Error('the store is away')
    const take = createAddressLimit({ consume: () => Promise.reject(broken) })
    let thrown: unknown
    try {
      await take('192.0.2.1')
    } catch (error) {
      thrown = error
    }
    assert.equal(thrown, broken)
  })
})
