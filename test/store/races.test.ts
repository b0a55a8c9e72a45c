import { assert } from 'chai'
import { describeOnPostgres, openPostgresTestStore } from './engines.ts'
import { codeOf, embeddingOf, type AnyTestStore } from './fixtures.ts'
import type { Store } from '../../src/store/open-store.ts'

/** What SQLite’s one queue lines up by itself, several connections of several nodes must not undo. */
describeOnPostgres('Two nodes at the same moment', () => {
  let test: AnyTestStore
  let nodes: readonly Store[]
  let ada = ''
  beforeEach(async () => {
    test = await openPostgresTestStore()
    nodes = [test.store, await test.reopen({ checkpointFile: undefined })]
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })).id
    // Connections are there before the race begins.
    await Promise.all(nodes.flatMap((node) => Array.from({ length: 8 }, () => node.ping())))
  })
  afterEach(async () => {
    await nodes[1]?.close()
    await test.close()
  })

  /** Each does it so many times, all at once. */
  const race = <T>(times: number, work: (node: Store, each: number) => Promise<T>): Promise<T[]> =>
    Promise.all(nodes.flatMap((node) => Array.from({ length: times }, (_, each) => work(node, each))))

  it('note a session once, and none of them fails', async () => {
    const at = test.clock()
    const session = { uid: 'session', subjectId: ada, family: 'Firefox', acr: 'a', loginAt: at }
    const outcomes = await race(5, ({ browserSessions }) => browserSessions.see(session))
    assert.lengthOf(
      outcomes.filter((each) => each === 'begun'),
      1,
    )
    assert.lengthOf(await test.sql('SELECT id FROM browser_sessions'), 1)
  })

  it('begin to trust a device once', async () => {
    const key = { subjectId: ada, publicKey: '{}', thumbprint: 't', name: 'Laptop' }
    const begun = await race(5, ({ deviceKeys }) => deviceKeys.trust(key))
    assert.lengthOf(begun.filter(Boolean), 1)
    const events = await test.store.audit.list({ types: ['device_trusted'], limit: 9 })
    assert.lengthOf(events, 1)
  })

  it('replace a face by one of the two, whole', async () => {
    const samples = [1, 2, 3].map((seed) => ({ embedding: embeddingOf(seed), pose: 'front' }))
    await race(3, ({ templates }) => templates.replaceAll(ada, samples))
    assert.lengthOf(await test.sql('SELECT * FROM template_keys'), 1)
    assert.lengthOf(await test.store.templates.openGallery(ada, 'test-model/1'), 3)
  })

  it('send one of the mails, whose code is the one that counts', async () => {
    const proof = { purpose: 'verify', binding: ada, emailDigest: 'd', codeSeconds: 60, tokenSeconds: 60 }
    const issued = await race(3, ({ mailProofs }) => mailProofs.issue(proof))
    const spent = await Promise.all(
      issued.map(({ token }) => test.store.mailProofs.spendToken('verify', token)),
    )
    assert.lengthOf(
      spent.filter((each) => each !== undefined),
      1,
    )
  })

  it('spend a link of a mail once', async () => {
    const proof = { purpose: 'verify', binding: ada, emailDigest: 'd', codeSeconds: 60, tokenSeconds: 60 }
    const { token, code } = await test.store.mailProofs.issue(proof)
    const spent = await race(8, ({ mailProofs }, each) =>
      each % 2 === 0 ? mailProofs.spendToken('verify', token) : mailProofs.spendCode(proof, code),
    )
    assert.lengthOf(
      spent.filter((each) => each !== undefined),
      1,
    )
  })

  it('carry a change of address out once', async () => {
    await test.store.emailChanges.ask({ subjectId: ada, email: 'new@example.com', isOldConfirmed: true })
    await test.store.emailChanges.confirm(ada, 'new')
    const done = await race(4, ({ emailChanges }) => emailChanges.apply(ada, test.clock()))
    assert.lengthOf(
      done.filter((each) => each !== undefined),
      1,
    )
  })

  it('let an address be taken once, and say so to the others', async () => {
    const codes = await race(4, ({ subjects }) =>
      codeOf(subjects.create({ email: 'ben@example.com', passwordHash: 'h' })),
    )
    assert.lengthOf(
      codes.filter((each) => each === 'none'),
      1,
    )
    assert.lengthOf(
      codes.filter((each) => each === 'email_taken'),
      7,
    )
  })

  it('keep no more passkeys than a subject may have', async () => {
    const codes = await race(15, ({ passkeys }, each) =>
      codeOf(
        passkeys.add({
          subjectId: ada,
          credentialId: `${each} ${Math.random()}`,
          publicKey: 'k',
          counter: 0,
          transports: [],
          backupEligible: false,
          backedUp: false,
          aaguid: 'a',
          name: 'n',
        }),
      ),
    )
    const kept = codes.filter((each) => each === 'none').length
    assert.lengthOf(await test.store.passkeys.list(ada), kept)
    assert.isBelow(kept, 30)
    assert.sameMembers([...new Set(codes)], ['none', 'passkey_limit'])
  })

  it('count every failed try, whatever succeeds beside it', async () => {
    const network = '192.0.2.0'
    const proceed = () => ({ outcome: 'proceed' })
    const origin = (who: string) => ({
      identifierDigest: who,
      factor: 'password' as const,
      clientId: 'demo',
      address: '::1',
      network,
    })
    for (let each = 0; each < 3; each += 1) await test.store.attempts.begin(origin('owner'), proceed)
    await race(10, async ({ attempts }, each) => {
      const { attemptId } = await attempts.begin(
        origin(each % 5 === 0 ? 'owner' : `guessed ${each}`),
        proceed,
      )
      if (each % 5 === 0) await attempts.settle(attemptId, { outcome: 'accept', subjectId: ada })
    })
    const [row] = await test.sql(
      "SELECT consecutiveFailures FROM attempt_tallies WHERE identifierDigest = 'network 192.0.2.0'",
    )
    // Sixteen guesses stay, whichever of the owner’s own seven were forgiven.
    assert.isAtLeast(Number(row?.['consecutiveFailures']), 16)
    assert.isAtMost(Number(row?.['consecutiveFailures']), 20)
  })
})
