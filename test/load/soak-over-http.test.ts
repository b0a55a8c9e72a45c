import { assert } from 'chai'
import { join } from 'node:path'
import { refreshTokenGrant } from 'openid-client'
import { startHouse, there, type House } from '../flows/house.ts'
import { comeBack, createRelyingParty, type RelyingParty } from '../flows/relying-party.ts'
import { createAccount, password } from '../flows/stories.ts'
import { createVisitor, type Visitor } from '../flows/visitor.ts'
import { modelsDir } from '../media.ts'
import type { Database } from '../../src/store/database.ts'
import { entities } from '../../src/store/entities.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { createPurge } from '../../src/store/purge.ts'

/** Of one season, four of which are lived through. */
const season = { signIns: 8, refreshes: 3, abandoned: 25, registrations: 3, failures: 3 } as const
const people = 4
const day = 86_400

describe('Four seasons of sign-ins, refreshes, registrations and abandoned visits over HTTP', function () {
  this.timeout(120_000)
  let house: House | undefined
  let database: Database | undefined
  let party: RelyingParty
  const emails = Array.from({ length: people }, (_, each) => `person-${each}@example.com`)

  before(async function () {
    if (modelsDir === undefined) this.skip()
    // The shortest that the settings allow, so that what is kept for long has its end within the test.
    const settings = { MIEN_FACE_WORKERS: '1', MIEN_ATTEMPT_DAYS: '7', MIEN_AUDIT_DAYS: '30' }
    house = await startHouse({ settings, tidyEveryMs: 200 })
    database = await openDatabase({ kind: 'sqlite', path: join(house.dataDir, 'mien.sqlite') })
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    for (const email of emails) await createAccount(house, email)
  })
  after(async () => {
    await database?.close()
    await house?.close()
  })

  const newVisitor = (): Visitor => createVisitor(there(house).origin, [there(house).rpOrigin])

  async function tryPassword(email: string, word: string): Promise<() => Promise<string>> {
    const visitor = newVisitor()
    const request = await party.begin({ scope: 'openid email offline_access', prompt: 'consent' })
    const camera = await visitor.submit(await visitor.open(request.url), '/identify', { email })
    const form = await visitor.open(camera.url.pathname.replace(/\/face$/, '/password'))
    const next = await visitor.submit(form, '/password', { password: word })
    return async () => {
      const tokens = await party.finish(request, await comeBack(visitor, next.url.href))
      return tokens.refresh_token ?? ''
    }
  }

  async function signIn(email: string): Promise<void> {
    let token = await (await tryPassword(email, password))()
    for (let each = 0; each < season.refreshes; each++) {
      const tokens = await refreshTokenGrant(party.configuration, token)
      token = tokens.refresh_token ?? token
    }
  }

  async function register(): Promise<void> {
    const home = await newVisitor().open('/')
    const link = /href="([^"]*prompt=create[^"]*)"/.exec(home.text)?.[1]
    await newVisitor().open((link ?? '').replaceAll('&amp;', '&'))
  }

  const times = async (count: number, work: (each: number) => Promise<unknown>): Promise<void> => {
    for (let each = 0; each < count; each++) await work(each)
  }

  async function liveThroughOne(): Promise<void> {
    await times(season.signIns, (each) => signIn(emails[each % people] ?? ''))
    await times(season.failures, (each) => tryPassword(emails[each] ?? '', 'not the password'))
    await times(season.abandoned, async () => newVisitor().open((await party.begin()).url))
    await times(season.registrations, register)
    there(house).pass(500 * day)
  }

  async function rowsOf(): Promise<Readonly<Record<string, number>>> {
    const counts = entities.map(async ({ options: { name, tableName = '' } }) => {
      const count = await there(database).run((manager) => manager.count(name))
      return [tableName, count] as const
    })
    return Object.fromEntries(await Promise.all(counts))
  }

  /** What the house does by itself, until nothing is over any more. */
  async function whenTidy(): Promise<Readonly<Record<string, number>>> {
    const purge = createPurge(there(database), there(house).clock)
    for (;;) {
      const over = await purge.count({ attemptDays: 7, sessionDays: 2 })
      const rows = await rowsOf()
      const isTidy = over.every((each) => each.rows === 0) && rows['audit_events'] === 0
      if (isTidy) return rows
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  it('leave as many rows in every table as one season does', async () => {
    await liveThroughOne()
    const busy = await rowsOf()
    const once = await whenTidy()
    assert.isAbove(busy['oidc_records'] ?? 0, (once['oidc_records'] ?? 0) + season.abandoned)
    await times(3, liveThroughOne)
    assert.deepEqual(await whenTidy(), once)
  })
})
