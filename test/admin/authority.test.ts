import { assert } from 'chai'
import {
  acts,
  judge,
  roles,
  scopeOf,
  type Act,
  type Actor,
  type Machine,
  type Person,
  type Role,
} from '../../src/admin/authority.ts'
import { adminScopeNames } from '../../src/policy/administration.ts'

/** Written out once more by hand: whoever changes what a role may do says so in two places. */
const expected: Readonly<Record<Act, readonly [scope: string, ...who: (Role | 'machine' | 'fresh')[]]>> = {
  'subjects.search': ['admin:subjects:read', 'owner', 'operator', 'auditor', 'machine'],
  'subjects.show': ['admin:subjects:read', 'owner', 'operator', 'auditor', 'machine'],
  'subjects.disable': ['admin:subjects:write', 'owner', 'operator', 'machine'],
  'subjects.enable': ['admin:subjects:write', 'owner', 'operator', 'machine'],
  'subjects.resetFactor': ['admin:subjects:write', 'owner', 'operator', 'machine', 'fresh'],
  'subjects.erase': ['admin:subjects:write', 'owner', 'operator', 'machine', 'fresh'],
  'sessions.list': ['admin:sessions:read', 'owner', 'operator', 'auditor', 'machine'],
  'sessions.end': ['admin:sessions:write', 'owner', 'operator', 'machine'],
  'sessions.endAllOf': ['admin:sessions:write', 'owner', 'operator', 'machine'],
  'sessions.listGrants': ['admin:sessions:read', 'owner', 'operator', 'auditor', 'machine'],
  'sessions.revokeGrant': ['admin:sessions:write', 'owner', 'operator', 'machine'],
  'clients.list': ['admin:clients:read', 'owner', 'operator', 'auditor', 'machine'],
  'clients.show': ['admin:clients:read', 'owner', 'operator', 'auditor', 'machine'],
  'clients.create': ['admin:clients:write', 'owner', 'operator', 'machine'],
  'clients.edit': ['admin:clients:write', 'owner', 'operator', 'machine'],
  'clients.rotateSecret': ['admin:clients:write', 'owner', 'operator', 'machine'],
  'clients.dropOldSecret': ['admin:clients:write', 'owner', 'operator', 'machine'],
  'clients.remove': ['admin:clients:write', 'owner', 'operator', 'machine', 'fresh'],
  'resources.list': ['admin:resources:read', 'owner', 'operator', 'auditor', 'machine'],
  'resources.show': ['admin:resources:read', 'owner', 'operator', 'auditor', 'machine'],
  'resources.create': ['admin:resources:write', 'owner', 'operator', 'machine'],
  'resources.edit': ['admin:resources:write', 'owner', 'operator', 'machine'],
  'resources.remove': ['admin:resources:write', 'owner', 'operator', 'machine', 'fresh'],
  'keys.list': ['admin:keys:read', 'owner', 'operator', 'auditor', 'machine'],
  'keys.rotate': ['admin:keys:write', 'owner', 'operator', 'machine', 'fresh'],
  'keys.leaked': ['admin:keys:write', 'owner', 'operator', 'machine', 'fresh'],
  'audit.list': ['admin:audit:read', 'owner', 'operator', 'auditor', 'machine'],
  'audit.csv': ['admin:audit:read', 'owner', 'operator', 'auditor', 'machine'],
  'audit.verify': ['admin:audit:read', 'owner', 'operator', 'auditor', 'machine'],
  'calibration.inForce': ['admin:calibration:read', 'owner', 'operator', 'auditor', 'machine'],
  'health.report': ['admin:health:read', 'owner', 'operator', 'auditor', 'machine'],
  'outbox.list': ['admin:outbox:read', 'owner', 'operator', 'auditor', 'machine'],
  'outbox.retry': ['admin:outbox:write', 'owner', 'operator', 'machine'],
  'outbox.drop': ['admin:outbox:write', 'owner', 'operator', 'machine'],
  'administrators.list': ['admin:administrators:read', 'owner', 'auditor', 'machine'],
  'administrators.invite': ['admin:administrators:write', 'owner', 'fresh'],
  'administrators.withdraw': ['admin:administrators:write', 'owner', 'fresh'],
  'administrators.changeRole': ['admin:administrators:write', 'owner', 'fresh'],
  'administrators.remove': ['admin:administrators:write', 'owner', 'fresh'],
  'administrators.touch': ['admin:administrators:write', 'owner', 'fresh'],
}

const isAct = (name: string): name is Act => Object.hasOwn(acts, name)
const all = Object.keys(acts).filter(isAct)
const person = (role: Role, rest: Partial<Person> = {}): Actor => {
  const base = { scopes: undefined, clientId: undefined, isFresh: true, address: '192.0.2.1' }
  return { kind: 'person', subjectId: 'ada', role, ...base, ...rest }
}
const machine = (scopes: Iterable<string>): Machine => {
  return { kind: 'machine', clientId: 'robot', scopes: new Set(scopes), address: '192.0.2.1' }
}

describe('Who may do what in administration', () => {
  it('is what stands in the table of this test, for each act', () => {
    assert.sameMembers(all, Object.keys(expected))
    for (const act of all) assert.equal(scopeOf(act), expected[act][0], act)
  })

  it('has a scope for each, which the consent page has words for, and no scope without an act', () => {
    assert.sameMembers([...new Set<string>(all.map(scopeOf))], [...adminScopeNames])
  })

  for (const role of roles) {
    it(`lets ${role} do what the table says and nothing else`, () => {
      for (const act of all) {
        const wanted = expected[act].includes(role) ? 'allowed' : 'forbidden'
        assert.equal(judge(person(role), act).outcome, wanted, act)
      }
    })
  }

  it('asks a person to sign in again before what is dangerous, and before nothing else', () => {
    for (const act of all) {
      const wanted = expected[act].includes('fresh') ? 'fresh_needed' : 'allowed'
      assert.equal(judge(person('owner', { isFresh: false }), act).outcome, wanted, act)
    }
  })

  it('says that a role does not reach before it asks anybody to sign in again', () => {
    assert.equal(judge(person('operator', { isFresh: false }), 'administrators.invite').outcome, 'forbidden')
    assert.equal(judge(person('auditor', { isFresh: false }), 'subjects.erase').outcome, 'forbidden')
  })

  it('lets a client by itself do what its scopes say, and never choose administrators', () => {
    for (const act of all) {
      const wanted = expected[act].includes('machine') ? 'allowed' : 'forbidden'
      assert.equal(judge(machine(adminScopeNames), act).outcome, wanted, act)
    }
  })

  it('takes every scope but one as no scope at all for that act', () => {
    for (const act of all) {
      const others = new Set(adminScopeNames.filter((scope) => scope !== scopeOf(act)))
      for (const actor of [machine(others), person('owner', { scopes: others })]) {
        const missing = { outcome: 'scope_missing', scope: scopeOf(act) }
        assert.deepEqual<unknown>(judge(actor, act), missing, `${actor.kind} ${act}`)
      }
    }
  })

  it('gives a person by a token no more than the role has', () => {
    for (const act of all) {
      const verdict = judge(person('auditor', { scopes: new Set(adminScopeNames) }), act).outcome
      assert.equal(verdict, expected[act].includes('auditor') ? 'allowed' : 'forbidden', act)
    }
  })

  it('does not take a write scope for a read scope, nor the other way round', () => {
    assert.equal(judge(machine(['admin:subjects:write']), 'subjects.show').outcome, 'scope_missing')
    assert.equal(judge(machine(['admin:subjects:read']), 'subjects.disable').outcome, 'scope_missing')
  })
})
