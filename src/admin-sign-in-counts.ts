/** The sign-ins of the last day for the overview: counted at most once a minute, however often it is looked at. */
import type { SignInCount } from './admin/house-services.ts'
import type { Audit } from './store/audit.ts'

const dayMs = 86_400_000
const lastHour = 23
const keptMs = 60_000

export interface SignInCountingParts {
  readonly clock: () => Date
  readonly store: { readonly audit: Pick<Audit, 'countSignIns'> }
}

export function createSignInCounting({
  clock,
  store,
}: SignInCountingParts): () => Promise<readonly SignInCount[]> {
  let kept: { readonly at: number; readonly counts: Promise<readonly SignInCount[]> } | undefined
  return () => {
    const now = clock().getTime()
    if (kept === undefined || !(now - kept.at < keptMs)) {
      const counts = store.audit
        .countSignIns(new Date(now - dayMs))
        // What happens in this very millisecond would be of an hour that has not begun.
        .then((all) => all.map((each) => ({ ...each, hour: Math.min(each.hour, lastHour) })))
      kept = { at: now, counts }
      counts.catch(() => {
        kept = undefined
      })
    }
    return kept.counts
  }
}
