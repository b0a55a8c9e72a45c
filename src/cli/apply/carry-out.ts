/** Carries a plan out: all of it or nothing, and in the audit trail. */
import type { EntryChange } from '../../store/managed-clients.ts'
import { changeRoles } from '../../store/administrator-roles.ts'
import { EntryFault } from '../../provider/entry-fault.ts'
import type { ClientHouse } from '../client-house.ts'
import type { EntryPlan, Plan } from './plan.ts'

/**
 * @throws {EntryFault} entry_changed: somebody changed something since the plan was made
 * @throws {Fault} admin_last_owner
 */
export async function carryOut(
  { store, author, registry }: ClientHouse,
  { entries, roles }: Plan,
): Promise<void> {
  // APIs before the clients that name them, and gone after those that did.
  const ordered = [
    ...entries.filter(({ after }) => after !== undefined),
    ...entries.filter(({ after }) => after === undefined).toReversed(),
  ]
  const wishes = roles.map(({ subjectId, after }) => ({ subjectId, role: after }))
  const late = await store.managedClients.write(ordered.map(changeOf), author, (manager) =>
    changeRoles(manager, wishes, { at: new Date(), by: author.name }),
  )
  if (late !== undefined) {
    throw new EntryFault(
      'entry_changed',
      `${late.kind} ${late.id} was changed meanwhile, and nothing was done: apply again`,
    )
  }
  for (const { kind, id, after } of entries) {
    if (kind === 'client' && after === undefined && !registry.file.policies.has(id)) {
      await store.clientRecords.endAccess(id)
    }
  }
}

function changeOf({ kind, id, after, version, fields }: EntryPlan): EntryChange {
  const verb = after === undefined ? 'deleted' : version === 0 ? 'created' : 'changed'
  const detail = verb === 'changed' ? { fields: fields.join(' ') } : {}
  return { kind, id, entry: after, version, event: `${kind}_${verb}`, detail }
}
