import { assert } from 'chai'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { modelsDir } from '../media.ts'
import { startHouse, there, type House } from '../flows/house.ts'
import { gather, showFrames } from './crowd.ts'

const visitors = 200
/** Half a minute where people use it. */
const tidyEveryMs = 500

describe('Two hundred people who leave at the camera page', function () {
  this.timeout(120_000)
  let house: House | undefined

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse({ settings: { MIEN_FACE_WORKERS: '1' }, tidyEveryMs })
  })
  after(async () => {
    await house?.close()
  })

  function countRecords(): number {
    const database = new DatabaseSync(join(there(house).dataDir, 'mien.sqlite'), { readOnly: true })
    try {
      const row = database.prepare('SELECT count(*) AS records FROM oidc_records').get()
      return z.object({ records: z.number() }).parse(row).records
    } finally {
      database.close()
    }
  }

  it('leave nothing behind once their sign-ins have expired', async () => {
    const before = countRecords()
    const guests = await gather(there(house), visitors)
    for (const guest of guests) await showFrames(guest, [])
    assert.isAtLeast(countRecords() - before, visitors)
    there(house).pass(24 * 3600)
    const patience = performance.now() + 60_000
    while (countRecords() > before && performance.now() < patience) {
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    assert.isAtMost(countRecords(), before)
  })
})
