import { assert } from 'chai'
import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { Store } from '../../src/store/open-store.ts'
import { entities } from '../../src/store/entities.ts'
import { openTestStore, type TestStore } from '../store/fixtures.ts'

/** Of one month, twenty of which are lived through. */
const month = { signIns: 150, abandoned: 100, failures: 100, mails: 50 } as const
const months = 20
const day = 86_400
const people = 25
/** The shortest that the settings allow, so that what is kept for long has its end within the test. */
const kept = { attemptDays: 7, sessionDays: 2 }
const auditDays = 30

const name = (): string => randomBytes(12).toString('base64url')

describe('Twenty months of sign-ins, abandoned visits, failures and mails', function () {
  this.timeout(180_000)
  let test: TestStore
  let subjects: readonly string[] = []

  before(async () => {
    test = await openTestStore()
    const made = Array.from({ length: people }, (_, each) =>
      test.store.subjects.create({ email: `person-${each}@example.com`, passwordHash: 'h' }),
    )
    subjects = (await Promise.all(made)).map(({ id }) => id)
  })
  after(() => test.close())

  const soon = (seconds: number): Date => new Date(test.clock().getTime() + seconds * 1000)
  const origin = (identifierDigest: string) => ({
    identifierDigest,
    factor: 'password' as const,
    clientId: 'demo',
    address: '192.0.2.1',
    network: name(),
  })

  async function beginVisit(store: Store): Promise<string> {
    const uid = name()
    await store.oidc.recordsOf('Interaction').upsert(uid, { uid }, 3600)
    await store.shortLived.put({ kind: 'capture', id: uid }, randomBytes(200), soon(75))
    await store.shortLived.append({ kind: 'capture', id: uid }, randomBytes(600), soon(75))
    return uid
  }

  async function signIn(store: Store, accountId: string): Promise<void> {
    const uid = await beginVisit(store)
    const { attemptId } = await store.attempts.begin(origin(accountId), () => ({ outcome: 'proceed' }))
    await store.attempts.settle(attemptId, { outcome: 'accept', subjectId: accountId })
    await store.passkeys.spendChallenge(name(), soon(300))
    const browser = { subjectId: accountId, browserDigest: name(), family: 'Firefox on Linux' }
    const { id: knownBrowserId } = await store.knownBrowsers.remember(browser)
    const session = {
      uid,
      subjectId: accountId,
      family: browser.family,
      acr: undefined,
      loginAt: test.clock(),
    }
    await store.browserSessions.see(session)
    await store.browserNotices.ask({
      subjectId: accountId,
      knownBrowserId,
      family: browser.family,
      signedInAt: test.clock(),
    })
    for (const [model, seconds] of [
      ['Session', 43_200],
      ['AuthorizationCode', 60],
      ['AccessToken', 3600],
      ['Grant', 14 * day],
      ['RefreshToken', 14 * day],
    ] as const) {
      await store.oidc.recordsOf(model).upsert(name(), { accountId, grantId: uid }, seconds)
    }
    await store.audit.append({ type: 'signed_in', subjectId: accountId, address: '192.0.2.1' })
    await store.logoutDeliveries.enqueue({ clientId: 'demo', subjectId: accountId, sid: uid })
  }

  async function liveThroughAMonth(store: Store): Promise<void> {
    for (let each = 0; each < month.signIns; each++) await signIn(store, subjects[each % people] ?? '')
    for (let each = 0; each < month.abandoned; each++) await beginVisit(store)
    for (let each = 0; each < month.failures; each++) {
      const { attemptId } = await store.attempts.begin(origin(name()), () => ({ outcome: 'proceed' }))
      await store.attempts.settle(attemptId, { outcome: 'no_match' })
    }
    for (let each = 0; each < month.mails; each++) {
      await store.mailQueue.add({ kind: 'code', letter: { to: 'a@example.com', text: name() } }, 1000)
      await store.mailProofs.issue({
        purpose: 'sign_in',
        binding: name(),
        emailDigest: name(),
        codeSeconds: 600,
        tokenSeconds: 600,
      })
    }
    await store.administrators.invite('auditor')
    const outcomes = ['sent', 'refused', 'given_up'] as const
    const letters = await store.mailQueue.takeDue(1000, 60)
    for (const [at, { id }] of letters.entries()) await store.mailQueue.finish(id, outcomes[at % 3] ?? 'sent')
    for (const { id } of await store.logoutDeliveries.takeDue(1000, 60))
      await store.logoutDeliveries.finish(id, 'delivered')
    await store.totpSeeds.offer(subjects[0] ?? '', randomBytes(20))
  }

  /** As often as a running provider would in that time, and more. */
  async function purgeAll(store: Store): Promise<void> {
    for (let rows = 1; rows > 0;) {
      const purged = await store.purge.run(kept, 500)
      rows = purged.reduce((sum, each) => sum + each.rows, 0)
    }
    while ((await store.audit.trim(soon(-auditDays * day), 500)) > 0);
  }

  async function size(): Promise<Readonly<Record<string, number>>> {
    const counts: Record<string, number> = {}
    for (const { options } of entities) {
      const table = options.tableName ?? ''
      const [row] = await test.sql(`SELECT COUNT(*) AS "rows" FROM "${table}"`)
      counts[table] = Number(row?.['rows'])
    }
    return counts
  }

  it('leave every table, and the file, as large as they were', async () => {
    const sizes: Readonly<Record<string, number>>[] = []
    const bytes: number[] = []
    for (let each = 0; each < months; each++) {
      await liveThroughAMonth(test.store)
      test.pass(31 * day)
      await purgeAll(test.store)
      sizes.push(await size())
      bytes.push((await stat(test.path)).size)
    }
    // After fourteen months the oldest browsers are forgotten; from then on each month is like the one before.
    const steady = sizes.slice(-5)
    for (const counts of steady) assert.deepEqual(counts, steady[0])
    assert.isAtMost(Math.max(...bytes.slice(-5)), (bytes.at(-6) ?? 0) * 1.02, 'bytes of the file')
    assert.isTrue((await test.store.audit.verify()).isWhole)
  })
})
