/** What administration does with subjects, joined to the store, their sessions and their mailboxes. */
import { z } from 'zod'
import { requireAllowed, type Acting } from './admin/acting.ts'
import type { Actor } from './admin/authority.ts'
import { pageOf, placeOf } from './admin/cursor.ts'
import type {
  NamedFactor,
  SubjectDetail,
  SubjectFactors,
  SubjectLine,
  SubjectService,
} from './admin/subject-services.ts'
import { Fault } from './errors.ts'
import { resetFactor } from './factor-resets.ts'
import type { AccountEvents } from './interactions/events.ts'
import type { SessionControl } from './session-parts.ts'
import type { Store } from './store/open-store.ts'
import { normaliseEmail, type Subject } from './store/subjects.ts'

export interface AdminSubjectParts {
  readonly store: Store
  readonly clock: () => Date
  readonly acting: Acting
  readonly sessions: Pick<SessionControl, 'endSessionsOf' | 'list'>
  readonly events: AccountEvents
}

const place = z.strictObject({ key: z.string() })
/** Which one stands in the event of the act itself. */
const by = 'administrator'

export function createSubjectService(parts: AdminSubjectParts): SubjectService {
  const { store, acting } = parts
  return {
    search: (actor, { query, isDisabled, limit, cursor }) =>
      acting(actor, { act: 'subjects.search' }, async () => {
        const afterKey = placeOf(place, cursor)?.key
        const found = await store.subjectSearch.search({ query, isDisabled, limit: limit + 1, afterKey })
        return pageOf(found, limit, { item: lineOf, place: ({ email }) => ({ key: normaliseEmail(email) }) })
      }),
    show: (actor, id) =>
      acting(actor, { act: 'subjects.show', target: id }, async () =>
        showSubject(parts, await requireSubject(store, id)),
      ),
    disable: (actor, id) =>
      acting(actor, { act: 'subjects.disable', target: id }, async () => {
        await requireNoAdministrator(store, (await requireSubject(store, id)).id)
        const isChanged = await store.subjects.setDisabled(id, true, { by })
        // Also where it was off before: what came in since by whatever way goes.
        await parts.sessions.endSessionsOf(id)
        return isChanged
      }),
    enable: (actor, id) =>
      acting(actor, { act: 'subjects.enable', target: id }, async () => {
        await requireSubject(store, id)
        // Whom the machine's owner has switched off stays so: no operator brings an administrator back.
        await requireMayTouch(store, actor, id)
        return store.subjects.setDisabled(id, false, { by })
      }),
    resetFactor: (actor, id, factor) =>
      acting(actor, { act: 'subjects.resetFactor', target: id, detail: { factor } }, async () => {
        await requireSubject(store, id)
        await requireMayTouch(store, actor, id)
        return resetFactor(parts, id, { factor })
      }),
    erase: (actor, id) =>
      acting(actor, { act: 'subjects.erase', target: id }, async () => {
        await requireSubject(store, id)
        await requireNoAdministrator(store, id)
        const templates = (await store.templates.summarise(id))?.count ?? 0
        // While there is still an address to send the farewell to.
        await parts.events.happened({
          type: 'account_closed',
          subjectId: id,
          detail: { by },
        })
        await parts.sessions.endSessionsOf(id)
        await store.subjects.erase(id, { by })
        return { subjectId: id, at: parts.clock(), templates }
      }),
  }
}

/** By its id alone: whoever guesses at addresses searches, and is counted. @throws {Fault} admin_not_found */
export async function requireSubject(store: Pick<Store, 'subjectSearch'>, id: string): Promise<Subject> {
  const [subject] = await store.subjectSearch.findMany([id])
  if (subject === undefined) throw new Fault('admin_not_found')
  return subject
}

/** An administrator is dismissed first, which only an owner can do: nobody locks another out by switching the account off. */
async function requireNoAdministrator(store: Pick<Store, 'administrators'>, id: string): Promise<void> {
  const all = await store.administrators.list()
  if (all.some(({ subjectId }) => subjectId === id)) {
    throw new Fault('admin_is_administrator')
  }
}

/** The account of an administrator is an owner's to change: who takes its factors away could take its place. */
export async function requireMayTouch(
  store: Pick<Store, 'administrators'>,
  actor: Actor,
  subjectId: string,
): Promise<void> {
  if (actor.kind === 'person' && actor.subjectId === subjectId) return
  const all = await store.administrators.list()
  if (all.some((each) => each.subjectId === subjectId)) requireAllowed(actor, 'administrators.touch')
}

function lineOf({ id, email, emailVerified, name, createdAt, disabledAt }: Subject): SubjectLine {
  return { id, email, emailVerified, name, createdAt, disabledAt }
}

async function showSubject({ store, sessions }: AdminSubjectParts, subject: Subject): Promise<SubjectDetail> {
  const { id } = subject
  const administrators = await store.administrators.list()
  return {
    ...lineOf(subject),
    factors: await factorsOf(store, id),
    sessions: (await sessions.list(id, undefined)).length,
    hasConsented: (await store.consents.find(id)) !== undefined,
    role: administrators.find(({ subjectId }) => subjectId === id)?.role,
  }
}

async function factorsOf(store: Store, id: string): Promise<SubjectFactors> {
  const face = await store.templates.summarise(id)
  const app = await store.totpSeeds.summarise(id)
  const codes = await store.recoveryCodes.summarise(id)
  return {
    face: face && { templates: face.count, enrolledAt: face.enrolledAt, lastUsedAt: face.lastUsedAt },
    passkeys: (await store.passkeys.list(id)).map(named),
    authenticatorApp: app && { since: app.confirmedAt, lastUsedAt: app.lastUsedAt },
    recoveryCodes: codes && { madeAt: codes.madeAt, left: codes.left },
    trustedDevices: (await store.deviceKeys.list(id)).map(named),
  }
}

function named({ name, createdAt, lastUsedAt }: NamedFactor): NamedFactor {
  return { name, createdAt, lastUsedAt }
}
