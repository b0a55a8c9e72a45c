import { assert } from 'chai'
import { Fault } from '../../src/errors.ts'
import { describeOnEachEngine } from './engines.ts'
import type { AnyTestStore } from './fixtures.ts'

const day = 86_400

describeOnEachEngine('Administrators', (open) => {
  let test: AnyTestStore
  let ada = ''
  let ben = ''
  beforeEach(async () => {
    test = await open()
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })).id
    ben = (await test.store.subjects.create({ email: 'ben@example.com', passwordHash: 'h' })).id
  })
  afterEach(() => test.close())

  const admins = () => test.store.administrators
  const join = async (subjectId: string, role: 'owner' | 'operator' | 'auditor') =>
    admins().accept((await admins().invite(role)).token, subjectId)
  const faultOf = async (work: Promise<unknown>): Promise<string> => {
    try {
      await work
    } catch (error) {
      return error instanceof Fault ? error.code : String(error)
    }
    return 'none'
  }

  it('begin with a link that is made once, and not again while it is good', async () => {
    const first = await admins().beginFirst()
    assert.equal(first?.invitation.role, 'owner')
    assert.isUndefined(await admins().beginFirst())
    test.pass(day + 1)
    assert.isDefined(await admins().beginFirst(), 'a day later, with nobody there yet')
    assert.isUndefined(await admins().findInvitation(first?.token ?? ''))
  })

  it('begin with one link where many starts ask for it at once', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => admins().beginFirst()))
    assert.lengthOf(
      made.filter((each) => each !== undefined),
      1,
    )
  })

  it('get no first link any more once there is one of them', async () => {
    await join(ada, 'auditor')
    assert.isUndefined(await admins().beginFirst())
    assert.isDefined(await admins().renewFirst(), 'but whoever has the machine can have one')
  })

  it('come by a link that works once, however many try it at the same moment', async () => {
    const { token } = await admins().invite('operator')
    const came = await Promise.all(
      Array.from({ length: 10 }, (_, at) => admins().accept(token, at % 2 === 0 ? ada : ben)),
    )
    assert.lengthOf(
      came.filter((each) => each !== undefined),
      1,
    )
    assert.lengthOf(await admins().list(), 1)
    assert.isUndefined(await admins().accept(token, ada))
  })

  it('come by no link that is over, withdrawn, made up, or opened by who is switched off', async () => {
    const { token } = await admins().invite('owner')
    test.pass(day)
    assert.isUndefined(await admins().accept(token, ada), 'over')
    const second = await admins().invite('owner')
    assert.isTrue(await admins().withdraw(second.invitation.id))
    assert.isUndefined(await admins().accept(second.token, ada), 'withdrawn')
    assert.isUndefined(await admins().accept('', ada), 'empty')
    const third = await admins().invite('owner')
    await test.store.subjects.setDisabled(ada, true)
    assert.isUndefined(await admins().accept(third.token, ada), 'switched off')
    assert.isDefined(await admins().accept(third.token, ben), 'and the link is not spent by that')
    assert.isUndefined(await admins().accept(third.token, 'nobody'))
  })

  it('leave nothing in the database by which a link could be found out', async () => {
    const { token } = await admins().invite('owner')
    const first = await admins().beginFirst()
    const dump = (await test.dump()).toString('latin1')
    assert.notInclude(dump, token)
    assert.notInclude(dump, first?.token ?? 'none was made')
  })

  it('are never without an owner, also when the last two remove each other at once', async () => {
    await join(ada, 'owner')
    assert.equal(await faultOf(admins().remove(ada)), 'admin_last_owner')
    assert.equal(await faultOf(admins().changeRole(ada, 'operator')), 'admin_last_owner')
    assert.equal((await admins().find(ada))?.role, 'owner')
    await join(ben, 'owner')
    const ends = await Promise.all([faultOf(admins().remove(ada)), faultOf(admins().remove(ben))])
    assert.sameMembers(ends, ['none', 'admin_last_owner'])
    assert.lengthOf(await admins().list(), 1)
  })

  it('do not count a switched-off owner as the one who is left', async () => {
    await join(ada, 'owner')
    await join(ben, 'owner')
    await test.store.subjects.setDisabled(ben, true)
    assert.equal(await faultOf(admins().remove(ada)), 'admin_last_owner')
  })

  it('are never without an owner by switching off or erasing the last one, unless that is forced', async () => {
    const { subjects, audit } = test.store
    await join(ada, 'owner')
    await join(ben, 'operator')
    assert.equal(await faultOf(admins().requireOwnerBeside(ada)), 'admin_last_owner')
    assert.equal(await faultOf(admins().requireOwnerBeside(ben)), 'none')
    assert.equal(await faultOf(subjects.setDisabled(ada, true)), 'admin_last_owner')
    assert.equal(await faultOf(subjects.erase(ada)), 'admin_last_owner')
    assert.equal((await admins().find(ada))?.role, 'owner')
    await subjects.setDisabled(ben, true)
    await subjects.setDisabled(ada, true, { by: 'cli:olga', isForced: true })
    const [last] = await audit.list({ subjectId: ada, limit: 1 })
    assert.deepEqual(last?.detail, { by: 'cli:olga', isForced: true })
    assert.equal(await faultOf(subjects.erase(ada, { by: 'cli:olga' })), 'none', 'it owned nothing any more')
    assert.isTrue((await audit.verify()).isWhole)
  })

  it('leave one owner when the last two are switched off at once', async () => {
    const { subjects } = test.store
    await join(ada, 'owner')
    await join(ben, 'owner')
    const ends = await Promise.all([
      faultOf(subjects.setDisabled(ada, true)),
      faultOf(subjects.setDisabled(ben, true)),
    ])
    assert.sameMembers(ends, ['none', 'admin_last_owner'])
  })

  it('are none any more once they are switched off or erased', async () => {
    await join(ada, 'owner')
    await join(ben, 'operator')
    await test.store.subjects.setDisabled(ben, true)
    assert.isUndefined(await admins().find(ben))
    await test.store.subjects.erase(ben)
    assert.deepEqual(
      (await admins().list()).map(({ subjectId }) => subjectId),
      [ada],
    )
  })

  it('stay owners when they open a link for a lesser role, and rise by one for a greater', async () => {
    await join(ada, 'owner')
    assert.equal((await join(ada, 'auditor'))?.role, 'owner')
    await join(ben, 'auditor')
    assert.equal((await join(ben, 'operator'))?.role, 'operator')
  })

  it('take every open link along when an owner goes or becomes less, and none when somebody else does', async () => {
    await join(ada, 'owner')
    await join(ben, 'operator')
    const kept = await admins().invite('auditor')
    await admins().remove(ben)
    assert.isDefined(await admins().findInvitation(kept.token))
    await join(ben, 'owner')
    const way = await admins().invite('owner')
    await admins().changeRole(ben, 'auditor')
    assert.isUndefined(await admins().findInvitation(way.token))
    await admins().changeRole(ben, 'owner')
    const another = await admins().invite('owner')
    await admins().remove(ben)
    assert.isUndefined(await admins().findInvitation(another.token))
    assert.isEmpty(await admins().listInvitations())
  })

  it('are noted as acting at most once a minute', async () => {
    await join(ada, 'owner')
    await admins().touch(ada)
    const first = (await admins().find(ada))?.lastActedAt
    assert.deepEqual(first, test.clock())
    test.pass(30)
    await admins().touch(ada)
    assert.deepEqual((await admins().find(ada))?.lastActedAt, first)
    test.pass(31)
    await admins().touch(ada)
    assert.deepEqual((await admins().find(ada))?.lastActedAt, test.clock())
  })

  it('leave an event of joining', async () => {
    await join(ada, 'owner')
    const [event] = await test.store.audit.listOf(ada, 1)
    assert.equal(event?.type, 'administrator_joined')
    assert.deepEqual(event?.detail, { role: 'owner' })
  })
})
