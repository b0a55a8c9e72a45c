/** Who administers, changed several at a time and with more in one transaction. */
import type { EntityManager } from 'typeorm'
import { administratorRows } from './administrator-rows.ts'
import { lockOwners, requireOwner, type AdministratorRole } from './administrators.ts'
import { appendEvent } from './audit.ts'

export interface RoleWish {
  readonly subjectId: string
  /** None: administers no more. */
  readonly role: AdministratorRole | undefined
}

export interface RoleMoment {
  readonly at: Date
  /** Who changes it, in a word. */
  readonly by: string
}

/** @throws {Fault} admin_last_owner: somebody with an account that is switched on must be left to administer */
export async function changeRoles(
  manager: EntityManager,
  wishes: readonly RoleWish[],
  { at, by }: RoleMoment,
): Promise<void> {
  if (wishes.length === 0) return
  await lockOwners(manager)
  for (const { subjectId, role } of wishes) {
    const before = await manager.findOneBy(administratorRows, { subjectId })
    const moment = at.getTime()
    if (role === undefined) await manager.delete(administratorRows, { subjectId })
    else if (before !== null) await manager.update(administratorRows, { subjectId }, { role })
    else await manager.insert(administratorRows, { subjectId, role, createdAt: moment, lastActedAt: null })
    const type =
      role === undefined
        ? 'administrator_removed'
        : before === null
          ? 'administrator_joined'
          : 'administrator_role_changed'
    const detail = { ...(role === undefined ? {} : { role }), by }
    await appendEvent(manager, { type, subjectId, detail, at: moment })
  }
  await requireOwner(manager)
}
