import { assert } from 'chai'
import { join } from 'node:path'
import type { Database } from '../../src/store/database.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { modelsDir } from '../media.ts'
import { startHouse, there, type House } from '../flows/house.ts'
import { gather, showFrames } from './crowd.ts'

const visitors = 200
/** Half a minute where people use it. */
const tidyEveryMs = 500

describe('Two hundred people who leave at the camera page', function () {
  this.timeout(120_000)
  let house: House | undefined
  let database: Database | undefined

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse({ settings: { MIEN_FACE_WORKERS: '1' }, tidyEveryMs })
    database = await openDatabase({ kind: 'sqlite', path: join(house.dataDir, 'mien.sqlite') })
  })
  after(async () => {
    await database?.close()
    await house?.close()
  })

  const countRecords = (): Promise<number> => there(database).run((manager) => manager.count('oidc_record'))

  it('leave nothing behind once their sign-ins have expired', async () => {
    const before = await countRecords()
    const guests = await gather(there(house), visitors)
    for (const guest of guests) await showFrames(guest, [])
    assert.isAtLeast((await countRecords()) - before, visitors)
    there(house).pass(24 * 3600)
    const patience = performance.now() + 60_000
    while ((await countRecords()) > before && performance.now() < patience) {
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    assert.isAtMost(await countRecords(), before)
  })
})
