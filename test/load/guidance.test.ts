import { assert } from 'chai'
import { there } from '../flows/house.ts'
import { facesDir, frames, modelsDir } from '../media.ts'
import { percentile } from './crowd.ts'
import { guidedFrames, timeGuidance } from './guided-visitor.ts'
import { startRemoteHouse, type RemoteHouse } from './remote-house.ts'
import { stretch } from './stretch.ts'

const wantedMs = 300
/** What else the machine does falls on a round now and then; what the server does falls on all of them. */
const rounds = 3

describe('One person who signs in', function () {
  this.timeout(120_000)
  let house: RemoteHouse | undefined
  let film: readonly Uint8Array[] = []

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    house = await startRemoteHouse({ MIEN_CHALLENGE: 'turns' })
    film = await frames('d12', { from: 0, to: 7, fps: 7 })
  })
  after(async () => {
    await house?.close()
  })

  it('is told of progress, or what to do, within 300 ms of a frame, 95 times of 100', async () => {
    const seen: number[] = []
    while (seen.length < rounds && !seen.some((each) => each <= wantedMs)) {
      const times = await timeGuidance(there(house), film)
      assert.lengthOf(times, guidedFrames)
      seen.push(percentile(times, 0.95) / stretch())
      console.log(
        `    ${guidedFrames} frames: p50 ${percentile(times, 0.5).toFixed(0)} ms, p95 ${percentile(times, 0.95).toFixed(0)} ms`,
      )
    }
    assert.isAtMost(Math.min(...seen), wantedMs)
  })
})
