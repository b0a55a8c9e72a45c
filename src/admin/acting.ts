/** The one way in which anything is done here: asked whether it may be, done, and written down with who did it. */
import { Fault } from '../errors.ts'
import { isQuiet, judge, scopeOf, type Act, type Actor } from './authority.ts'

export interface ActRecord {
  /** Such as `admin_subjects_disable`. */
  readonly type: string
  /** The administrator; undefined where a client acts by itself. */
  readonly subjectId: string | undefined
  readonly clientId: string | undefined
  readonly address: string
  readonly outcome: 'accepted' | 'refused'
  /** The code of the fault where it was refused. */
  readonly reason: string | undefined
  readonly detail: Readonly<Record<string, string | number | boolean>>
}

export interface Deed {
  readonly act: Act
  /** The id of what it is done to. */
  readonly target?: string | undefined
  /** More facts for the audit trail: no secret, no address, nothing that was searched for. */
  readonly detail?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** @throws {Fault} admin_scope_missing | admin_forbidden | fresh_authentication_required, and whatever the work throws */
export type Acting = <T>(actor: Actor, deed: Deed, work: () => Promise<T>) => Promise<T>

/** @param record writes an event of the audit trail */
export function createActing(record: (event: ActRecord) => Promise<void>): Acting {
  return async (actor, deed, work) => {
    try {
      requireAllowed(actor, deed.act)
      const done = await work()
      if (!isQuiet(deed.act)) await record(recordOf(actor, deed, undefined))
      return done
    } catch (error) {
      // A bug is for the log; what was refused, and by what, is for the trail.
      if (error instanceof Fault) await record(recordOf(actor, deed, error))
      throw error
    }
  }
}

/** @throws {Fault} admin_scope_missing | admin_forbidden | fresh_authentication_required */
export function requireAllowed(actor: Actor, act: Act): void {
  const verdict = judge(actor, act)
  switch (verdict.outcome) {
    case 'allowed':
      return
    case 'scope_missing':
      throw new Fault('admin_scope_missing', { detail: scopeOf(act) })
    case 'forbidden':
      throw new Fault('admin_forbidden', { detail: act })
    case 'fresh_needed':
      throw new Fault('fresh_authentication_required', { detail: act })
  }
}

/** Who did it, in a word for what has only one: a client by itself, or a subject. */
export function nameOf(actor: Actor): string {
  return actor.kind === 'person' ? actor.subjectId : `client ${actor.clientId}`
}

function recordOf(actor: Actor, { act, target, detail }: Deed, fault: Fault | undefined): ActRecord {
  const snake = act.replaceAll('.', '_').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return {
    type: `admin_${snake}`,
    subjectId: actor.kind === 'person' ? actor.subjectId : undefined,
    clientId: actor.clientId,
    address: actor.address,
    outcome: fault === undefined ? 'accepted' : 'refused',
    reason: fault?.code,
    detail: {
      ...detail,
      ...(target === undefined ? {} : { target }),
      ...(actor.kind === 'person' ? { role: actor.role } : {}),
    },
  }
}
