import { assert } from 'chai'
import { facesDir, frames, modelsDir, people, type Person } from '../media.ts'
import { startHouse, type House } from './house.ts'
import { readRecords } from './records.ts'
import { createRelyingParty, goToCamera, type RelyingParty } from './relying-party.ts'
import { createAccountWithFace } from './stories.ts'
import { createVisitor, streamCapture } from './visitor.ts'

/** Seconds of the middle of each video. */
const middles: Readonly<Record<Person, number>> = {
  d0: 1.5,
  d6: 17,
  d10: 7.5,
  d11: 4.5,
  d12: 3.5,
  d14: 9,
  d18: 3.5,
  d19: 4,
}

const emailOf = (person: Person): string => `${person}@example.com`

describe('Eight people and all fifty-six pairings of them', function () {
  this.timeout(300_000)
  let house: House | undefined
  let party: RelyingParty
  const firsts = new Map<Person, readonly Buffer[]>()
  const seconds = new Map<Person, readonly Buffer[]>()

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    for (const person of people) {
      const middle = middles[person]
      firsts.set(
        person,
        await frames(person, { from: Math.max(0, middle - 4), to: middle, fps: person === 'd0' ? 12 : 5 }),
      )
      seconds.set(
        person,
        await frames(person, { from: middle, to: middle + 4, fps: person === 'd0' ? 10 : 4 }),
      )
    }
    house = await startHouse()
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    for (const person of people) await createAccountWithFace(house, emailOf(person), firsts.get(person) ?? [])
  })
  after(async () => {
    await house?.close()
  })

  async function attempt(at: House, claimed: Person, shown: Person): Promise<string> {
    const visitor = createVisitor(at.origin, [at.rpOrigin])
    const page = await goToCamera(visitor, (await party.begin()).url, emailOf(claimed))
    const { last } = await streamCapture(visitor, page, { frames: seconds.get(shown) ?? [] })
    return last.body.state
  }

  it('each signs in with the second half of the own video', async () => {
    for (const person of people) assert.equal(await attempt(house!, person, person), 'done', person)
  })

  it('nobody signs in as anybody else, and each is refused for the face and not for a lock', async () => {
    for (const claimed of people) {
      for (const shown of people.filter((each) => each !== claimed)) {
        house!.pass(31)
        assert.equal(await attempt(house!, claimed, shown), 'failed', `${shown} as ${claimed}`)
      }
    }
    const counted = await readRecords(
      house!,
      "SELECT outcome, count(*) AS times FROM attempts WHERE factor = 'face' GROUP BY outcome ORDER BY outcome",
    )
    assert.deepEqual(counted, [
      { outcome: 'accept', times: 8 },
      { outcome: 'no_match', times: 56 },
    ])
  })
})
