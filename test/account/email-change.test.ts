import { assert } from 'chai'
import {
  answerEmailChange,
  askEmailChange,
  objectionSeconds,
  settleEmailChanges,
  type EmailChangeDependencies,
} from '../../src/account/email-change.ts'
import { openTestStore, type TestStore } from '../store/fixtures.ts'

const email = 'ada@example.com'
const wanted = 'new@example.com'

/** The ceremony over the real store; mails are noted instead of sent. */
describe('A change of address', () => {
  let test: TestStore
  let ada = ''
  let mailed: { readonly kind: string; readonly to: string; readonly tokens: readonly string[] }[]
  let events: string[]
  let dependencies: EmailChangeDependencies

  beforeEach(async () => {
    test = await openTestStore()
    ;[mailed, events] = [[], []]
    ada = (await test.store.subjects.create({ email, passwordHash: 'h', emailVerified: true })).id
    const { subjects, emailChanges: changes, mailProofs: proofs, digestIdentifier } = test.store
    const note = (kind: string, to: string, ...tokens: string[]): void => {
      mailed.push({ kind, to, tokens })
    }
    dependencies = {
      clock: test.clock,
      digestIdentifier,
      subjects,
      changes,
      proofs,
      mails: {
        confirmNewAddress: ({ to, token }) => note('new', to, token),
        addressInUse: ({ to }) => note('in use', to),
        confirmOldAddress: ({ to, confirmToken, cancelToken }) => note('old', to, confirmToken, cancelToken),
        addressChanged: ({ to }) => note('changed', to),
      },
      events: { happened: ({ type }) => Promise.resolve(void events.push(type)) },
    }
  })
  afterEach(() => test.close())

  const ask = async (to = wanted): Promise<void> => {
    const subject = await test.store.subjects.findById(ada)
    assert.isDefined(subject)
    await askEmailChange(dependencies, { subject, email: to })
  }
  const tokenOf = (kind: string, at = 0): string =>
    mailed.findLast((mail) => mail.kind === kind)?.tokens[at] ?? ''
  const emailNow = async () => (await test.store.subjects.findById(ada))?.email

  it('waits for seven days for the old mailbox, and no longer', async () => {
    await ask()
    assert.equal(await answerEmailChange(dependencies, 'change_new', tokenOf('new')), 'waiting')
    test.pass(objectionSeconds - 1)
    await settleEmailChanges(dependencies)
    assert.equal(await emailNow(), email)
    test.pass(1)
    await settleEmailChanges(dependencies)
    assert.equal(await emailNow(), wanted)
    assert.deepEqual(mailed.at(-1), { kind: 'changed', to: email, tokens: [] })
    assert.deepEqual(events, ['email_change_asked', 'email_changed'])
  })

  it('can be stopped from the old mailbox until then', async () => {
    await ask()
    await answerEmailChange(dependencies, 'change_new', tokenOf('new'))
    test.pass(objectionSeconds - 1)
    assert.equal(await answerEmailChange(dependencies, 'change_stop', tokenOf('old', 1)), 'stopped')
    test.pass(10)
    await settleEmailChanges(dependencies)
    assert.equal(await emailNow(), email)
  })

  it('asks nobody at an old mailbox that was never confirmed', async () => {
    const ben = await test.store.subjects.create({ email: 'ben@example.com', passwordHash: 'h' })
    await askEmailChange(dependencies, { subject: ben, email: wanted })
    assert.deepEqual(
      mailed.map(({ kind }) => kind),
      ['new'],
    )
    assert.equal(await answerEmailChange(dependencies, 'change_new', tokenOf('new')), 'changed')
    assert.equal((await test.store.subjects.findById(ben.id))?.email, wanted)
  })

  it('is confirmed by the mail to the address that is wanted now, and by none before', async () => {
    await ask()
    const first = tokenOf('new')
    await ask('another@example.com')
    assert.isUndefined(await answerEmailChange(dependencies, 'change_new', first))
    assert.equal(await answerEmailChange(dependencies, 'change_old', tokenOf('old')), 'waiting')
    assert.equal(await answerEmailChange(dependencies, 'change_new', tokenOf('new')), 'changed')
    assert.equal(await emailNow(), 'another@example.com')
  })

  it('takes no link for another question', async () => {
    await ask()
    assert.isUndefined(await answerEmailChange(dependencies, 'change_old', tokenOf('new')))
    assert.isUndefined(await answerEmailChange(dependencies, 'change_new', tokenOf('old')))
    assert.isUndefined(await answerEmailChange(dependencies, 'change_stop', 'guessed'))
  })

  it('to an address that is another’s is never carried out, and says so to its owner alone', async () => {
    await test.store.subjects.create({ email: wanted, passwordHash: 'h' })
    await ask()
    assert.deepEqual(
      mailed.map(({ kind, to }) => `${kind} ${to}`),
      [`in use ${wanted}`, `old ${email}`],
    )
    await answerEmailChange(dependencies, 'change_old', tokenOf('old'))
    test.pass(2 * objectionSeconds)
    await settleEmailChanges(dependencies)
    assert.equal(await emailNow(), email)
    assert.isUndefined(await test.store.emailChanges.find(ada))
  })
})
