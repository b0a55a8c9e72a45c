import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { stretch } from './stretch.ts'
import { firstStart, measureStart, ownStart, type Footprint } from './start.ts'

describe('A house in which nobody signs in', function () {
  // What else the machine does may spoil a round: one that meets the figures is enough.
  this.retries(3)
  this.timeout(90_000)

  before(function () {
    if (modelsDir === undefined || process.platform !== 'linux') this.skip()
  })

  function start(kind: typeof ownStart, idleSeconds: number): Promise<Footprint> {
    return measureStart({ imageAdapter: 'auto', idleSeconds, start: kind })
  }

  it('answers within three seconds of its first start, of which nothing is compiled yet', async () => {
    const { firstAnswerMs } = await start(firstStart, 0)
    assert.isBelow(firstAnswerMs / stretch(), 3000)
  })

  it('takes little memory and next to no processor time', async () => {
    const { serverMb, workerMb, idlePercent } = await start(ownStart, 5)
    assert.isBelow(serverMb, 150)
    assert.isNotEmpty(workerMb)
    for (const each of workerMb) assert.isBelow(each, 250)
    // The clock of the system counts hundredths of a second: of 5 s, one is 0.2 %.
    assert.isAtMost(idlePercent, 0.5)
  })
})
