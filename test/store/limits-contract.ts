/** What every limit that nodes share does, told as tests. */
import { assert } from 'chai'
import { createAddressLimit } from '../../src/http/address-limit.ts'
import type { OpenLimiter } from '../../src/store/limiters.ts'
import { codeOf } from './fixtures.ts'

export interface TwoCounters {
  readonly one: OpenLimiter
  readonly other: OpenLimiter
  dump(): Promise<Buffer>
  close(): Promise<void>
}

/** @param open once for each test; nothing of the test before is there */
export function itCountsForAll(open: () => Promise<TwoCounters>): void {
  it('holds over all nodes: of twenty at once on two, as many pass as may', async () => {
    const nodes = await open()
    try {
      const wish = { name: 'test', points: 7, seconds: 3600 }
      const limits = [nodes.one(wish), nodes.other(wish)].map(createAddressLimit)
      const tryAs = (at: number, address: string): Promise<string> =>
        codeOf(limits[at % 2]?.(address) ?? Promise.resolve())
      const all = await Promise.all(Array.from({ length: 20 }, (_, at) => tryAs(at, '192.0.2.1')))
      assert.lengthOf(
        all.filter((code) => code === 'none'),
        7,
      )
      assert.equal(await tryAs(1, '192.0.2.1'), 'too_many_requests')
      assert.equal(await tryAs(0, '192.0.2.2'), 'none', 'another address has tries of its own')
      const other = createAddressLimit(nodes.other({ ...wish, name: 'another' }))
      assert.equal(await codeOf(other('192.0.2.1')), 'none', 'as has another limit')
      assert.notInclude(
        (await nodes.dump()).toString('latin1'),
        '192.0.2.',
        'whose tries they are is not told',
      )
    } finally {
      await nodes.close()
    }
  })
}
