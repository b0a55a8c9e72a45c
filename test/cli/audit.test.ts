import { assert } from 'chai'
import { audit, type AuditDependencies } from '../../src/cli/audit.ts'
import { mien } from '../../src/cli/mien.ts'
import { openTestStore, type TestStore } from '../store/fixtures.ts'

describe('mien audit', () => {
  let test: TestStore
  let printed: string[]
  let warned: string[]
  beforeEach(async () => {
    test = await openTestStore()
    printed = []
    warned = []
    await test.store.audit.append({ type: 'signed_in', subjectId: 'ada', address: '192.0.2.1', acr: 'face' })
    await test.store.audit.append({ type: 'sign_in_refused', reason: 'no_match', detail: { factor: 'face' } })
    await test.store.audit.checkpoint()
  })
  afterEach(() => test.close())

  const run = (...args: string[]): Promise<number> => {
    const dependencies: AuditDependencies = {
      terminal: { print: (line) => printed.push(line), warn: (line) => warned.push(line) },
      withAudit: (use) => use(test.store.audit),
    }
    return audit(args, dependencies)
  }
  const json = (): unknown => JSON.parse(printed.join('\n'))

  it('says that the trail is whole, and what its head is', async () => {
    assert.equal(await run('verify'), 0)
    assert.equal(printed[0], 'The audit trail is whole: 2 events, 1 to 2.')
    assert.match(printed[1] ?? '', /^Head 2:[\w-]{43}$/)
    printed = []
    assert.equal(await run('verify', '--json'), 0)
    assert.deepInclude(json(), { isWhole: true, events: 2, firstSeq: 1, lastSeq: 2, fault: null })
  })

  it('names the first event that was tampered with, and fails', async () => {
    await test.sql("UPDATE audit_events SET type = 'signed_out' WHERE seq = 1")
    assert.equal(await run('verify'), 1)
    assert.equal(
      warned[0],
      'The audit trail was tampered with at event 1: it was edited, inserted or moved (altered).',
    )
    assert.equal(await run('verify', '--json'), 1)
    assert.deepInclude(json(), { isWhole: false, fault: { kind: 'altered', seq: 1 } })
  })

  it('lists who did what, when, from where and how it ended, in lines and as JSON', async () => {
    assert.equal(await run('list'), 0)
    assert.deepEqual(printed, [
      '     2 2026-01-01T12:00:00.000Z sign_in_refused reason="no_match" factor="face"',
      '     1 2026-01-01T12:00:00.000Z signed_in subjectId="ada" address="192.0.2.1" acr="face"',
    ])
    printed = []
    await run('list', '--type', 'signed_in', '--json')
    const [event, ...others] = json() as readonly Record<string, unknown>[]
    assert.isEmpty(others)
    assert.include(event, { seq: 1, type: 'signed_in', subjectId: 'ada', clientId: null, outcome: null })
  })

  it('keeps one event on one line, whatever it holds', async () => {
    await test.store.audit.append({ type: 'signed_in', clientId: 'a\nb" type="x', detail: { x: '\r\n' } })
    await run('list', '--limit', '1')
    assert.lengthOf(printed, 1)
    assert.notMatch(printed[0] ?? '', /[\r\n]/)
    assert.include(printed[0], String.raw`clientId="a b\" type=\"x"`)
  })

  it('tells what it was asked wrongly', async () => {
    const faults = [
      [],
      ['burn'],
      ['list', '--since', 'soon'],
      ['list', '--limit', '0'],
      ['list', '--limit', 'x'],
      ['verify', '--loud'],
    ]
    for (const args of faults) {
      const terminal = { print: () => undefined, warn: (line: string) => warned.push(line) }
      warned = []
      assert.equal(await mien(['audit', ...args], terminal), 2, args.join(' '))
      assert.include(warned[0], 'mien audit --help')
    }
  })
})
