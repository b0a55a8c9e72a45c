/** Opens the house of a plan: its clients listed, and somebody who lives there. */
import { assert } from 'chai'
import { browserOf, signUp } from '../flows/control-stories.ts'
import { freePort, startHouse, type House } from '../flows/house.ts'
import { createAccountWithFace } from '../flows/stories.ts'
import { facesDir, frames } from '../media.ts'
import { discover, type Extra, type Suite } from './suite.ts'
import { walk, type Person } from './walk.ts'

export interface SuiteWish {
  /** Entries of the clients file, as the place of the app decides. */
  readonly clients?: (rpOrigin: string) => readonly object[]
  /** The APIs of the clients file. */
  readonly resources?: readonly object[]
  readonly settings?: Readonly<Record<string, string>>
  readonly always?: Extra
  readonly wantsFace?: boolean
}

/** JSON is YAML too. */
const listed = (entry: object): string => `- ${JSON.stringify(entry)}\n`

export async function openSuite(wish: SuiteWish): Promise<Suite> {
  const { clients, resources, settings, always = {}, wantsFace = false } = wish
  const rpPort = await freePort()
  const entries = clients?.(`http://localhost:${rpPort}`) ?? []
  const house = await startHouse({
    isInRealTime: true,
    rpPort,
    clients: entries.map(listed).join(''),
    ...(resources === undefined ? {} : { resources: resources.map(listed).join('') }),
    ...(settings === undefined ? {} : { settings }),
  })
  const person = { email: 'ada@example.com', name: 'Ada Lovelace' }
  const page = await signUp(house, person.email)
  assert.equal(page.status, 200)
  await nameThem(house, person)
  return {
    house,
    server: await discover(house.origin),
    person,
    ...(wantsFace && facesDir !== undefined ? { faced: await enrolSomebody(house) } : {}),
    callback: `${house.rpOrigin}/callback`,
    always,
    browser: () => browserOf(house),
    close: () => house.close(),
  }
}

async function enrolSomebody(house: House): Promise<Person> {
  const email = 'grace@example.com'
  await createAccountWithFace(house, email, await frames('d12', { from: 0, to: 3.5, fps: 8 }))
  return { email, name: '', frames: await frames('d12', { from: 3.5, to: 7, fps: 8 }) }
}

async function nameThem(house: House, { email, name }: Person): Promise<void> {
  const visitor = browserOf(house)
  await walk({ visitor, from: `${house.origin}/account`, person: { email, name } })
  const saved = await visitor.submit(await visitor.open('/account/profile'), '/profile/name', { name })
  assert.equal(saved.status, 200)
}
