/** Who administers, as administration itself sees and changes it. */
import type { Acting } from './admin/acting.ts'
import type { AdministratorLine, AdministratorService } from './admin/house-services.ts'
import { Fault } from './errors.ts'
import type { Administrator } from './store/administrators.ts'
import type { Store } from './store/open-store.ts'

export interface AdminAdministratorParts {
  readonly acting: Acting
  readonly issuer: string
  readonly store: Pick<Store, 'administrators' | 'subjectSearch'>
}

/** The address behind which a one-time link is taken up: of the first start, and of an invitation. */
export function joinUrl(issuer: string, token: string): string {
  return `${issuer}/admin/first?token=${token}`
}

export function createAdministratorService(parts: AdminAdministratorParts): AdministratorService {
  const { acting, issuer, store } = parts
  const { administrators } = store
  return {
    list: (actor) =>
      acting(actor, { act: 'administrators.list' }, async () => ({
        administrators: await describe(parts, await administrators.list()),
        invitations: await administrators.listInvitations(),
      })),
    invite: (actor, role) =>
      acting(actor, { act: 'administrators.invite', detail: { invited: role } }, async () => {
        const { invitation, token } = await administrators.invite(role)
        return { invitation, url: joinUrl(issuer, token) }
      }),
    withdraw: (actor, invitationId) =>
      acting(actor, { act: 'administrators.withdraw', target: invitationId }, async () => {
        if (!(await administrators.withdraw(invitationId))) throw new Fault('admin_not_found')
      }),
    changeRole: (actor, subjectId, role) =>
      acting(
        actor,
        { act: 'administrators.changeRole', target: subjectId, detail: { to: role } },
        async () => {
          if (!(await administrators.changeRole(subjectId, role))) throw new Fault('admin_not_found')
          const all = await describe(parts, await administrators.list())
          const changed = all.find((each) => each.subjectId === subjectId)
          if (changed === undefined) throw new Fault('admin_not_found')
          return changed
        },
      ),
    remove: (actor, subjectId) =>
      acting(actor, { act: 'administrators.remove', target: subjectId }, async () => {
        if (!(await administrators.remove(subjectId))) throw new Fault('admin_not_found')
      }),
  }
}

async function describe(
  { store }: AdminAdministratorParts,
  all: readonly Administrator[],
): Promise<readonly AdministratorLine[]> {
  const subjects = await store.subjectSearch.findMany(all.map(({ subjectId }) => subjectId))
  const byId = new Map(subjects.map((each) => [each.id, each]))
  return all.map(({ subjectId, role, createdAt, lastActedAt }) => ({
    subjectId,
    email: byId.get(subjectId)?.email ?? '',
    name: byId.get(subjectId)?.name,
    role,
    since: createdAt,
    lastActedAt,
  }))
}
