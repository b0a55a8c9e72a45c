/** Before the sessions of a subject go: puts down for each app which had a part in them that it is to be told. */
import { z } from 'zod'
import { ownClientIds } from '../provider/client-schema.ts'
import type { Store } from '../store/open-store.ts'

const sessionShape = z.object({
  authorizations: z.record(z.string(), z.object({ sid: z.string().optional() })).default({}),
})
const grantShape = z.object({ clientId: z.string() })

/**
 * The running server tells them, and leaves out those that do not listen (OpenID Connect Back-Channel Logout §2.5).
 * Signed is at each try, with the keys of that moment, so that none are needed here.
 */
export async function enqueueLogouts(
  { oidc, logoutDeliveries }: Pick<Store, 'oidc' | 'logoutDeliveries'>,
  subjectId: string,
): Promise<void> {
  const told = new Set(ownClientIds)
  for (const payload of await oidc.listOf('Session', subjectId)) {
    const { authorizations = {} } = sessionShape.safeParse(payload).data ?? {}
    for (const [clientId, { sid }] of Object.entries(authorizations)) {
      if (ownClientIds.has(clientId)) continue
      await logoutDeliveries.enqueue({ clientId, subjectId, sid })
      told.add(clientId)
    }
  }
  // Access that outlived its session: without a `sid`, all of the subject’s sessions at the app are meant (§2.4).
  for (const payload of await oidc.listOf('Grant', subjectId)) {
    const clientId = grantShape.safeParse(payload).data?.clientId
    if (clientId === undefined || told.has(clientId)) continue
    await logoutDeliveries.enqueue({ clientId, subjectId, sid: undefined })
    told.add(clientId)
  }
}
