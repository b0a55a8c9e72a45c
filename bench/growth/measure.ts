/** Sign-ins on an empty and on a large database in turns, and what they leave behind. */
import { randomBytes } from 'node:crypto'
import { Embedding } from '../../src/face/embedding.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import type { DatabaseLocation } from '../../src/store/database.ts'
import { medianOf } from '../statistics.ts'
import type { Databases } from './databases.ts'
import { signIn, type Person } from './sign-in.ts'

const model = 'sface-2021dec'
const secrets = {
  templateKey: randomBytes(32),
  recordKey: randomBytes(32),
  identifierPepper: randomBytes(32),
}

export interface Measured {
  readonly subjects: number
  readonly fillSeconds: number
  readonly bytesPerSubject: number
  readonly bytesPerSignIn: number
  readonly rounds: number
  /** Milliseconds of all statements of a sign-in. */
  readonly empty: number
  readonly large: number
  /** Of each round’s pair, the median; with the quarters below and above. */
  readonly ratio: number
  readonly ratioLow: number
  readonly ratioHigh: number
  /** Sign-ins a second that the large one took, twenty side by side. */
  readonly perSecond: number
}

interface House {
  readonly store: Store
  readonly people: readonly Person[]
}

const peopleCount = 200
const sideBySide = 20

export async function measure(
  databases: Databases,
  { subjects, rounds, fillSeconds }: Pick<Measured, 'subjects' | 'rounds' | 'fillSeconds'>,
): Promise<Measured> {
  const before = await databases.sizeOf(databases.empty)
  const filled = await databases.sizeOf(databases.large)
  const empty = await openHouse(databases.empty)
  const large = await openHouse(databases.large)
  const times = await takeTurns({ empty, large }, rounds)
  const perSecond = await rush(large)
  const atFirst = await databases.sizeOf(databases.empty)
  const more = 500
  for (let each = 0; each < more; each += 1) await signIn(empty.store, personOf(empty, each), model)
  await empty.store.close()
  await large.store.close()
  const ratios = times.large
    .map((value, round) => value / (times.empty[round] ?? NaN))
    .sort((one, other) => one - other)
  const quantile = (share: number): number => ratios[Math.floor(share * (ratios.length - 1))] ?? NaN
  return {
    subjects,
    fillSeconds,
    rounds,
    bytesPerSubject: (filled - before) / subjects,
    bytesPerSignIn: ((await databases.sizeOf(databases.empty)) - atFirst) / more,
    empty: medianOf(times.empty),
    large: medianOf(times.large),
    ratio: quantile(0.5),
    ratioLow: quantile(0.25),
    ratioHigh: quantile(0.75),
    perSecond,
  }
}

async function openHouse(location: DatabaseLocation): Promise<House> {
  const store = await openStore({ location, secrets, clock: () => new Date() })
  const people: Person[] = []
  for (let each = 0; each < peopleCount; each += 1) {
    const email = `measured-${each}@example.com`
    const { id: subjectId } = await store.subjects.create({ email, passwordHash: 'none' })
    const samples = Array.from({ length: 5 }, () => ({ embedding: embedding(), pose: 'front' }))
    await store.templates.replaceAll(subjectId, samples)
    people.push({ subjectId, email })
    await signIn(store, { subjectId, email }, model)
  }
  return { store, people }
}

function embedding(): Embedding {
  return Embedding.from(
    Array.from(randomBytes(128), (byte) => byte - 127.5),
    model,
  )
}

function personOf({ people }: House, each: number): Person {
  const person = people[each % people.length]
  if (person === undefined) throw new RangeError('there is nobody')
  return person
}

interface Turns {
  readonly empty: readonly number[]
  readonly large: readonly number[]
}

/** In each round one of either, and who begins takes turns too. */
async function takeTurns(
  { empty, large }: { readonly empty: House; readonly large: House },
  rounds: number,
): Promise<Turns> {
  const times: { readonly empty: number[]; readonly large: number[] } = { empty: [], large: [] }
  for (let round = 0; round < rounds; round += 1) {
    const pair = [
      { house: empty, list: times.empty },
      { house: large, list: times.large },
    ]
    for (const { house, list } of round % 2 === 0 ? pair : pair.reverse()) {
      const start = performance.now()
      await signIn(house.store, personOf(house, round), model)
      list.push(performance.now() - start)
    }
  }
  return times
}

async function rush(house: House): Promise<number> {
  const each = 25
  const start = performance.now()
  await Promise.all(
    Array.from({ length: sideBySide }, async (_, at) => {
      for (let time = 0; time < each; time += 1)
        await signIn(house.store, personOf(house, at * each + time), model)
    }),
  )
  return (sideBySide * each) / ((performance.now() - start) / 1000)
}
