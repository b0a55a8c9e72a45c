import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { measureStart, ownStart, type Footprint } from './start.ts'

describe('A house in which nobody signs in', function () {
  // A busy machine may be slow once.
  this.retries(1)
  this.timeout(90_000)
  let seen: Footprint

  before(function () {
    if (modelsDir === undefined || process.platform !== 'linux') this.skip()
  })
  beforeEach(async () => {
    seen = await measureStart({ imageAdapter: 'auto', idleSeconds: 5, start: ownStart })
  })

  it('answers soon after its start, and takes little memory and next to no processor time', () => {
    assert.isBelow(seen.firstAnswerMs, 3000)
    assert.isBelow(seen.serverMb, 150)
    assert.isNotEmpty(seen.workerMb)
    for (const each of seen.workerMb) assert.isBelow(each, 250)
    // The clock of the system counts hundredths of a second: of 5 s, one is 0.2 %.
    assert.isAtMost(seen.idlePercent, 0.5)
  })
})
