/** What administration does with the access that people gave apps, and whose sessions and access it is asked for. */
import { z } from 'zod'
import type { AccessRecords } from './access-parts.ts'
import type { Acting } from './admin/acting.ts'
import { pageOf, placeOf } from './admin/cursor.ts'
import type { GrantLine, SessionService, WhoseWish } from './admin/subject-services.ts'
import { requireMayTouch, requireSubject } from './admin-subject-parts.ts'
import { Fault } from './errors.ts'
import { ownClientIds } from './provider/client-schema.ts'
import type { Store } from './store/open-store.ts'

export interface AdminGrantParts {
  readonly store: Store
  readonly acting: Acting
  readonly access: AccessRecords
}

/** Whose access was shown last, and how many apps of that subject were. */
const grantPlace = z.strictObject({ subjectId: z.string().regex(/^[\w-]{1,64}$/), at: z.int().nonnegative() })

export function createGrantService(
  parts: AdminGrantParts,
): Pick<SessionService, 'listGrants' | 'revokeGrant'> {
  const { store, acting, access } = parts
  return {
    listGrants: (actor, { limit, cursor, clientId, ...whose }) =>
      acting(actor, { act: 'sessions.listGrants', target: whose.subjectId }, async () => {
        if (whose.subjectId !== undefined) await requireSubject(store, whose.subjectId)
        const from = placeOf(grantPlace, cursor)
        const subjectIds = await findWhose(store, whose)
        const found = await findGrants(parts, { subjectIds, clientId, from, most: limit + 1 })
        const emails = await emailsOf(store, found)
        return pageOf(found, limit, {
          item: ({ subjectId, clientId: app, name, scopes, since }): GrantLine => {
            return { subjectId, email: emails.get(subjectId), clientId: app, name, scopes, since }
          },
          place: ({ subjectId, at }) => ({ subjectId, at }),
        })
      }),
    revokeGrant: (actor, { subjectId, clientId }) =>
      acting(
        actor,
        { act: 'sessions.revokeGrant', target: subjectId, detail: { app: clientId } },
        async () => {
          await requireSubject(store, subjectId)
          await requireMayTouch(store, actor, subjectId)
          if (!(await access.revoke(subjectId, clientId))) throw new Fault('admin_not_found')
        },
      ),
  }
}

interface GrantWish {
  readonly subjectIds: readonly string[] | undefined
  readonly clientId: string | undefined
  readonly from: z.infer<typeof grantPlace> | undefined
  readonly most: number
}

interface FoundGrant extends Omit<GrantLine, 'email'> {
  /** How many apps of the subject come up to here, this one with them. */
  readonly at: number
}

/** Subjects whose grants are read at once. */
const batch = 50

async function findGrants(
  { store, access }: AdminGrantParts,
  { subjectIds, clientId, from, most }: GrantWish,
): Promise<readonly FoundGrant[]> {
  const found: FoundGrant[] = []
  const exceptClients = [...ownClientIds]
  const wish = { subjectIds, clientId, fromId: from?.subjectId, exceptClients, limit: batch }
  let afterId: string | undefined
  for (;;) {
    const ids = await store.clientRecords.listGrantors({ ...wish, afterId })
    for (const subjectId of ids) {
      const all = (await access.list(subjectId)).filter(
        (each) => each.clientId === (clientId ?? each.clientId),
      )
      const lines = all.map(({ clientId: app, name, scopes, since }, at) => {
        return { subjectId, clientId: app, name, scopes, since, at: at + 1 }
      })
      found.push(...lines.slice(subjectId === from?.subjectId ? from.at : 0))
      if (found.length >= most) return found.slice(0, most)
    }
    if (ids.length < batch) return found
    afterId = ids.at(-1)
  }
}

/** As many as a search considers. */
const mostPeople = 200

/** @returns undefined where everybody is meant */
export async function findWhose(
  { subjectSearch }: Pick<Store, 'subjectSearch'>,
  { subjectId, query = '' }: WhoseWish,
): Promise<readonly string[] | undefined> {
  if (query.trim() === '') return subjectId === undefined ? undefined : [subjectId]
  const ids = (await subjectSearch.search({ query, limit: mostPeople })).map(({ id }) => id)
  return subjectId === undefined ? ids : ids.filter((id) => id === subjectId)
}

export async function emailsOf(
  { subjectSearch }: Pick<Store, 'subjectSearch'>,
  lines: readonly { readonly subjectId: string }[],
): Promise<ReadonlyMap<string, string>> {
  const subjects = await subjectSearch.findMany([...new Set(lines.map(({ subjectId }) => subjectId))])
  return new Map(subjects.map(({ id, email }) => [id, email]))
}
