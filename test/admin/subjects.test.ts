import { assert } from 'chai'
import { createSubjectService } from '../../src/admin-subject-parts.ts'
import { createActing } from '../../src/admin/acting.ts'
import type { Actor } from '../../src/admin/authority.ts'
import { Fault } from '../../src/errors.ts'
import { describeOnEachEngine } from '../store/engines.ts'
import type { AnyTestStore } from '../store/fixtures.ts'

describeOnEachEngine('An administrator whom the owner of the machine has switched off', (open) => {
  let test: AnyTestStore
  let id = ''
  before(async () => {
    test = await open()
    ;({ id } = await test.store.subjects.create({ email: 'oscar@example.com', passwordHash: 'h' }))
    const { token } = await test.store.administrators.invite('operator')
    await test.store.administrators.accept(token, id)
    await test.store.subjects.setDisabled(id, true)
  })
  after(() => test.close())

  const service = () =>
    createSubjectService({
      store: test.store,
      clock: test.clock,
      acting: createActing(() => Promise.resolve()),
      sessions: { endSessionsOf: () => Promise.resolve(0), list: () => Promise.resolve([]) },
      events: { happened: () => Promise.resolve() },
    })
  const person = (role: 'owner' | 'operator', isFresh = true): Actor => ({
    kind: 'person',
    subjectId: 'somebody else',
    role,
    isFresh,
    scopes: undefined,
    clientId: undefined,
    address: '192.0.2.1',
  })
  const machine: Actor = {
    kind: 'machine',
    clientId: 'robot',
    scopes: new Set(['admin:subjects:write', 'admin:administrators:write']),
    address: '192.0.2.1',
  }
  const faultOf = async (actor: Actor): Promise<string> => {
    try {
      await service().enable(actor, id)
      return 'none'
    } catch (error) {
      return error instanceof Fault ? error.code : String(error)
    }
  }

  it('is brought back by an owner who has just signed in, and by nobody else', async () => {
    assert.equal(await faultOf(person('operator')), 'admin_forbidden')
    assert.equal(await faultOf(machine), 'admin_forbidden')
    assert.equal(await faultOf(person('owner', false)), 'fresh_authentication_required')
    assert.isUndefined(await test.store.administrators.find(id))
    assert.equal(await faultOf(person('owner')), 'none')
    assert.equal((await test.store.administrators.find(id))?.role, 'operator')
  })
})
