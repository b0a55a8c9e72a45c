/** Who administers, as a document says it: by e-mail address, of people who have an account. */
import type { Administrator } from '../../store/administrators.ts'
import type { Store } from '../../store/open-store.ts'
import type { ReadDocument, Role } from './document.ts'

export interface RoleChange {
  readonly email: string
  readonly subjectId: string
  readonly before: Role | undefined
  /** None: the person administers no more. */
  readonly after: Role | undefined
}

export interface Holder {
  readonly email: string
  readonly subjectId: string
  readonly role: Role
}

/** By e-mail address. */
export async function listHolders({
  administrators,
  subjects,
}: Pick<Store, 'administrators' | 'subjects'>): Promise<Holder[]> {
  const holders = await Promise.all(
    (await administrators.list()).map(async ({ subjectId, role }: Administrator) => {
      const subject = await subjects.findAny(subjectId)
      return subject === undefined ? [] : [{ email: subject.email, subjectId, role }]
    }),
  )
  return holders.flat().sort((one, other) => (one.email < other.email ? -1 : 1))
}

interface Planning {
  readonly prune: boolean
  readonly problems: string[]
}

export async function planRoles(
  store: Pick<Store, 'administrators' | 'subjects'>,
  { document, lineOf }: ReadDocument,
  { prune, problems }: Planning,
): Promise<RoleChange[]> {
  if (document.administrators === undefined) return []
  const holders = await listHolders(store)
  const changes: RoleChange[] = []
  const named = new Set<string>()
  for (const [email, role] of Object.entries(document.administrators)) {
    const place = `line ${lineOf(['administrators', email])}`
    const subject = await store.subjects.findAny(email)
    if (subject === undefined) {
      problems.push(`${place}: ${email} has no account here; the person makes it first`)
      continue
    }
    const { id: subjectId } = subject
    if (named.has(subjectId)) problems.push(`${place}: ${email} is listed more than once`)
    named.add(subjectId)
    const before = holders.find((each) => each.subjectId === subjectId)?.role
    // Anybody can make an account under an address that is not theirs, and wait for such a document.
    if (before === undefined && !subject.emailVerified) {
      problems.push(
        `${place}: the account ${email} has not confirmed its address, so that it may be anybody’s; have it confirmed, or let the person in by \`mien admin token\``,
      )
      continue
    }
    if (before !== role) changes.push({ email: subject.email, subjectId, before, after: role })
  }
  if (!prune) return changes
  const gone = holders.filter(({ subjectId }) => !named.has(subjectId))
  return [
    ...changes,
    ...gone.map(({ email, subjectId, role }) => ({ email, subjectId, before: role, after: undefined })),
  ]
}
