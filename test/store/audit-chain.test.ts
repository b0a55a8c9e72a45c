import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import { codeOf, embeddingOf, inAnotherProcess, type AnyTestStore } from './fixtures.ts'

describeOnEachEngine('The chain of audit events', (openTestStore, engine) => {
  let test: AnyTestStore
  let ada = ''
  beforeEach(async () => {
    test = await openTestStore()
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })).id
    for (let at = 1; at <= 10; at += 1) {
      test.pass(60)
      const address = `192.0.2.${at}`
      await test.store.audit.append({ type: 'signed_in', subjectId: ada, address, detail: { at } })
    }
    await test.store.audit.checkpoint()
  })
  afterEach(() => test.close())

  const verify = () => test.store.audit.verify()
  const fault = async () => (await verify()).fault
  const file = (): string => join(test.folder, 'data', 'audit-head.json')

  it('holds where nobody touched it', async () => {
    assert.deepInclude(await verify(), {
      isWhole: true,
      events: 10,
      firstSeq: 1,
      lastSeq: 10,
      fault: undefined,
    })
  })

  it('holds for events that other parts of the store append, each in its own transaction', async () => {
    const { templates, consents, deviceKeys, subjects, audit } = test.store
    await templates.replaceAll(ada, [{ embedding: embeddingOf(1), pose: 'front' }])
    await consents.record({ subjectId: ada, version: '1', textDigest: 'd' })
    await deviceKeys.trust({ subjectId: ada, publicKey: 'k', thumbprint: 't', name: 'n' })
    await Promise.all(Array.from({ length: 20 }, () => audit.append({ type: 'signed_in', subjectId: ada })))
    assert.equal(
      await codeOf(subjects.create({ email: 'ada@example.com', passwordHash: 'h' })),
      'email_taken',
    )
    assert.deepInclude(await verify(), { isWhole: true, events: 33 })
  })

  it('holds when two processes append at once, and after a restart', async () => {
    const own = Array.from({ length: 10 }, () => test.store.audit.append({ type: 'signed_in' }))
    assert.equal(await inAnotherProcess(test.location, 'append'), 10)
    await Promise.all(own)
    assert.deepInclude(await verify(), { isWhole: true, lastSeq: 30 })
  })

  const edits: Readonly<Record<string, string>> = {
    'its type': "type = 'signed_out'",
    'whose it is': '"subjectId" = \'another\'',
    'the address': "address = '198.51.100.7'",
    'a detail': "detail = '{}'",
    'the time': 'at = at + 1',
    'the app': '"clientId" = \'shop\'',
    'the outcome': "outcome = 'accepted'",
    'its hash': "hash = 'x'",
    'its personal digest': '"personalDigest" = \'x\'',
    'its id': "id = 'x'",
  }
  for (const [what, change] of Object.entries(edits)) {
    it(`shows that a row was edited, and which: ${what}`, async () => {
      await test.sql(`UPDATE audit_events SET ${change} WHERE seq = 4`)
      assert.deepEqual(await fault(), { kind: 'altered', seq: 4 })
    })
  }

  it('shows that a row was deleted, also the first', async () => {
    await test.sql('DELETE FROM audit_events WHERE seq = 6')
    assert.deepEqual(await fault(), { kind: 'missing', seq: 6 })
    await test.sql('DELETE FROM audit_events WHERE seq = 1')
    assert.deepEqual(await fault(), { kind: 'missing', seq: 1 })
  })

  it('shows that a row was deleted and the rest moved up', async () => {
    await test.sql('DELETE FROM audit_events WHERE seq = 6')
    await test.sql('UPDATE audit_events SET seq = seq - 1 WHERE seq > 6')
    assert.deepEqual(await fault(), { kind: 'altered', seq: 6 })
  })

  it('shows that a row was inserted, with a number or without', async () => {
    const insert = (seq: string) =>
      test.sql(
        `INSERT INTO audit_events (id, type, detail, at, seq, hash) VALUES ('new', 'signed_in', '{}', 1, ${seq}, 'x')`,
      )
    await insert('NULL')
    assert.deepEqual(await fault(), { kind: 'unlinked', seq: 11 })
    await test.sql("DELETE FROM audit_events WHERE id = 'new'")
    await insert('11')
    await test.sql("UPDATE audit_marks SET seq = 11, hash = 'x' WHERE name = 'head'")
    assert.deepEqual(await fault(), { kind: 'altered', seq: 11 })
  })

  it('shows that two rows changed places', async () => {
    await test.sql('UPDATE audit_events SET seq = -1 WHERE seq = 3')
    await test.sql('UPDATE audit_events SET seq = 3 WHERE seq = 4')
    await test.sql('UPDATE audit_events SET seq = 4 WHERE seq = -1')
    assert.deepEqual(await fault(), { kind: 'altered', seq: 3 })
  })

  it('shows that the end was cut, whether or not the head was set back with it', async () => {
    const [eighth] = await test.sql('SELECT hash FROM audit_events WHERE seq = 8')
    await test.sql('DELETE FROM audit_events WHERE seq > 8')
    assert.deepEqual(await fault(), { kind: 'cut', seq: 9 })
    await test.sql("UPDATE audit_marks SET seq = 8, hash = ? WHERE name = 'head'", eighth?.['hash'])
    assert.deepEqual(await fault(), { kind: 'mark_forged', seq: 8 })
  })

  it('is not healed by the events that follow', async () => {
    const [eighth] = await test.sql('SELECT hash FROM audit_events WHERE seq = 8')
    await test.sql('DELETE FROM audit_events WHERE seq > 8')
    await test.sql("UPDATE audit_marks SET seq = 8, hash = ? WHERE name = 'head'", eighth?.['hash'])
    for (let at = 0; at < 5; at += 1) await test.store.audit.append({ type: 'signed_in' })
    assert.equal((await fault())?.kind, 'mark_forged')
    assert.isFalse(await test.store.audit.checkpoint())
  })

  it('shows that the whole database was put back to an earlier state', async () => {
    // The marks of that state are genuine: the file beside the database alone knows better.
    const marks = await test.sql('SELECT seq, hash, mac, at FROM audit_marks WHERE name = ?', 'head')
    const old = { ...marks[0] }
    await test.store.audit.append({ type: 'signed_in' })
    await test.store.audit.checkpoint()
    await test.sql('DELETE FROM audit_events WHERE seq > 10')
    await test.sql(
      "UPDATE audit_marks SET seq = ?, hash = ?, mac = ?, at = ? WHERE name = 'head'",
      ...['seq', 'hash', 'mac', 'at'].map((name) => old[name]),
    )
    assert.deepEqual(await fault(), { kind: 'cut', seq: 11 })
    await test.store.audit.append({ type: 'signed_in', clientId: 'another' })
    assert.isFalse(await test.store.audit.checkpoint())
    assert.deepEqual(await fault(), { kind: 'replaced', seq: 11 })
  })

  it('shows that all of it was written anew by someone without the key', async () => {
    const theirs = await openTestStore({ identifierPepper: new Uint8Array(32).fill(9) })
    try {
      for (let at = 0; at < 10; at += 1) await theirs.store.audit.append({ type: 'signed_in' })
      const rows = await theirs.sql('SELECT * FROM audit_events ORDER BY seq')
      const marks = await theirs.sql('SELECT * FROM audit_marks')
      await test.sql('DELETE FROM audit_events')
      await test.sql('DELETE FROM audit_marks')
      const copyInto = async (table: string, row: Readonly<Record<string, unknown>>) => {
        const names = Object.keys(row)
        const columns = names.map((name) => `"${name}"`).join(', ')
        const places = names.map(() => '?').join(', ')
        await test.sql(`INSERT INTO ${table} (${columns}) VALUES (${places})`, ...Object.values(row))
      }
      for (const row of rows) await copyInto('audit_events', row)
      for (const row of marks) await copyInto('audit_marks', row)
      assert.equal((await fault())?.kind, 'mark_forged')
    } finally {
      await theirs.close()
    }
  })

  it('shows that the file beside the database is forged', async () => {
    const mark: unknown = JSON.parse(readFileSync(file(), 'utf8'))
    writeFileSync(file(), JSON.stringify({ ...(mark as object), seq: 3 }))
    assert.equal((await fault())?.kind, 'checkpoint_forged')
  })

  const itWhereThereIsOneNode = engine === 'sqlite' ? it : () => undefined
  itWhereThereIsOneNode('shows that the file is gone, and a restart does not hide it', async () => {
    rmSync(file())
    assert.equal((await fault())?.kind, 'checkpoint_missing')
    const again = await test.reopen()
    assert.deepInclude(await again.audit.verify(), { isWhole: true, lastSeq: 11 })
    assert.equal((await again.audit.list({ limit: 1 }))[0]?.type, 'audit_checkpoint_lost')
    await again.close()
  })

  it('holds when a subject is erased, whose address and details are then nowhere', async () => {
    await test.store.subjects.erase(ada)
    assert.deepInclude(await verify(), { isWhole: true, lastSeq: 11 })
    const events = await test.store.audit.list({ subjectId: ada, limit: 100 })
    assert.lengthOf(events, 11)
    assert.isTrue(events.every(({ address }) => address === undefined))
    assert.equal(events[0]?.type, 'account_erased')
    assert.notInclude((await test.dump()).toString('latin1'), '192.0.2.3')
  })

  it('shows that someone emptied rows of a subject that was not erased', async () => {
    await test.sql("UPDATE audit_events SET address = NULL, detail = '{}', salt = NULL WHERE seq IN (3, 5)")
    assert.deepEqual(await fault(), { kind: 'emptied', seq: 3 })
  })

  it('still holds after old events were trimmed, and shows where more are missing', async () => {
    const cutoff = new Date(test.clock().getTime() - 5 * 60_000)
    assert.equal(await test.store.audit.trim(cutoff, 2), 2)
    assert.equal(await test.store.audit.trim(cutoff, 100), 2)
    assert.equal(await test.store.audit.trim(cutoff, 100), 0)
    assert.deepInclude(await verify(), { isWhole: true, events: 6, firstSeq: 5 })
    await test.sql('DELETE FROM audit_events WHERE seq = 5')
    assert.deepEqual(await fault(), { kind: 'missing', seq: 5 })
  })

  it('holds when everything was trimmed, and goes on', async () => {
    test.pass(3600)
    await test.store.audit.trim(test.clock(), 100)
    assert.deepInclude(await verify(), { isWhole: true, events: 0, lastSeq: 10 })
    await test.store.audit.append({ type: 'signed_in' })
    assert.deepInclude(await verify(), { isWhole: true, events: 1, lastSeq: 11 })
  })

  it('takes in the events of a database from before there was a chain, oldest first', async () => {
    await test.sql('DELETE FROM audit_marks')
    await test.sql('UPDATE audit_events SET seq = NULL, salt = NULL, "personalDigest" = NULL, hash = NULL')
    rmSync(file())
    const again = await test.reopen()
    assert.deepInclude(await again.audit.verify(), { isWhole: true, events: 10 })
    const events = await again.audit.list({ limit: 10 })
    assert.deepEqual(
      events.map(({ seq, detail }) => [seq, detail?.['at']]),
      [10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map((at) => [at, at]),
    )
    await again.close()
  })

  it('keeps control characters and endless text from outside out of its rows', async () => {
    const hostile = `a\r\n\u001b[31mforged\u202e\u2028${'x'.repeat(5000)}`
    await test.store.audit.append({
      type: 'signed_in',
      clientId: hostile,
      address: hostile,
      detail: { agent: hostile },
    })
    const [event] = await test.store.audit.list({ limit: 1 })
    for (const text of [event?.clientId, event?.address, event?.detail?.['agent']]) {
      assert.isString(text)
      assert.match(String(text), /^a {2} \[31mforged {2}x+$/)
      assert.isAtMost(String(text).length, 200)
    }
  })

  it('lists newest first, by subject, type and time, a page at a time', async () => {
    await test.store.audit.append({ type: 'consent_given', subjectId: 'ben' })
    const { audit } = test.store
    assert.deepEqual(
      (await audit.list({ subjectId: ada, limit: 3 })).map(({ seq }) => seq),
      [10, 9, 8],
    )
    assert.deepEqual(
      (await audit.list({ subjectId: ada, limit: 2, beforeSeq: 8 })).map(({ seq }) => seq),
      [7, 6],
    )
    assert.deepEqual(
      (await audit.list({ types: ['consent_given'], limit: 9 })).map(({ subjectId }) => subjectId),
      ['ben'],
    )
    assert.lengthOf(await audit.list({ since: new Date(test.clock().getTime() - 60_000), limit: 99 }), 3)
  })

  it('verifies while others append', async () => {
    const appended = Array.from({ length: 30 }, () => test.store.audit.append({ type: 'signed_in' }))
    const verdicts = await Promise.all([verify(), verify(), verify()])
    await Promise.all(appended)
    for (const verdict of verdicts) assert.isUndefined(verdict.fault)
  })
})
