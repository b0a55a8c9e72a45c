/** Which role and which scope may do what: one table, read by the console and by the API alike. Pure. */

import type { Access, AdminScope, Area } from '../policy/administration.ts'

export const roles = ['owner', 'operator', 'auditor'] as const
/** `owner`: everything. `operator`: all but administrators. `auditor`: looks, and changes nothing. */
export type Role = (typeof roles)[number]

interface Rule {
  readonly area: Area
  readonly access: Access
  /** Wants a sign-in of the last minutes from a person: what cannot be undone, or decides who may decide. */
  readonly isDangerous?: true
  /** Done by persons alone: no client by itself, whatever its scopes. */
  readonly isPersonal?: true
  /** A look at the house that tells of nobody: not worth a line of the trail each time, unless it is refused. */
  readonly isQuiet?: true
}

/** Every act of administration. An act that is not here does not exist. */
export const acts = {
  'subjects.search': { area: 'subjects', access: 'read' },
  'subjects.show': { area: 'subjects', access: 'read' },
  'subjects.disable': { area: 'subjects', access: 'write' },
  'subjects.enable': { area: 'subjects', access: 'write' },
  'subjects.resetFactor': { area: 'subjects', access: 'write', isDangerous: true },
  'subjects.erase': { area: 'subjects', access: 'write', isDangerous: true },
  'sessions.list': { area: 'sessions', access: 'read' },
  'sessions.end': { area: 'sessions', access: 'write' },
  'sessions.endAllOf': { area: 'sessions', access: 'write' },
  'sessions.listGrants': { area: 'sessions', access: 'read' },
  'sessions.revokeGrant': { area: 'sessions', access: 'write' },
  'clients.list': { area: 'clients', access: 'read' },
  'clients.show': { area: 'clients', access: 'read' },
  'clients.create': { area: 'clients', access: 'write' },
  'clients.edit': { area: 'clients', access: 'write' },
  'clients.rotateSecret': { area: 'clients', access: 'write' },
  'clients.dropOldSecret': { area: 'clients', access: 'write' },
  'clients.remove': { area: 'clients', access: 'write', isDangerous: true },
  'resources.list': { area: 'resources', access: 'read' },
  'resources.show': { area: 'resources', access: 'read' },
  'resources.create': { area: 'resources', access: 'write' },
  'resources.edit': { area: 'resources', access: 'write' },
  'resources.remove': { area: 'resources', access: 'write', isDangerous: true },
  'keys.list': { area: 'keys', access: 'read', isQuiet: true },
  'keys.rotate': { area: 'keys', access: 'write', isDangerous: true },
  'keys.leaked': { area: 'keys', access: 'write', isDangerous: true },
  'audit.list': { area: 'audit', access: 'read' },
  'audit.csv': { area: 'audit', access: 'read' },
  'audit.verify': { area: 'audit', access: 'read' },
  'calibration.inForce': { area: 'calibration', access: 'read', isQuiet: true },
  'health.report': { area: 'health', access: 'read', isQuiet: true },
  'outbox.list': { area: 'outbox', access: 'read' },
  'outbox.retry': { area: 'outbox', access: 'write' },
  'outbox.drop': { area: 'outbox', access: 'write' },
  'administrators.list': { area: 'administrators', access: 'read' },
  'administrators.invite': { area: 'administrators', access: 'write', isDangerous: true, isPersonal: true },
  'administrators.withdraw': { area: 'administrators', access: 'write', isDangerous: true, isPersonal: true },
  'administrators.changeRole': {
    area: 'administrators',
    access: 'write',
    isDangerous: true,
    isPersonal: true,
  },
  'administrators.remove': { area: 'administrators', access: 'write', isDangerous: true, isPersonal: true },
  /** A client that may call this API, or a subject that is an administrator: to change either is to choose who decides. */
  'administrators.touch': { area: 'administrators', access: 'write', isDangerous: true, isPersonal: true },
} as const satisfies Record<string, Rule>
export type Act = keyof typeof acts

/** Who acts: an administrator in person, or a client by itself (client credentials), which has no role. */
export type Actor = Person | Machine

export interface Person {
  readonly kind: 'person'
  readonly subjectId: string
  readonly role: Role
  /** Whether the person signed in within the last minutes. */
  readonly isFresh: boolean
  /** Of the token that the app shows; undefined in the console, which is the person itself. */
  readonly scopes: ReadonlySet<string> | undefined
  /** The app that acts for the person; undefined in the console. */
  readonly clientId: string | undefined
  readonly address: string
}

export interface Machine {
  readonly kind: 'machine'
  readonly clientId: string
  readonly scopes: ReadonlySet<string>
  readonly address: string
}

export type Verdict =
  | { readonly outcome: 'allowed' }
  /** The token lacks it; another token may have it. */
  | { readonly outcome: 'scope_missing'; readonly scope: AdminScope }
  /** The role does not reach so far, or no client by itself may. */
  | { readonly outcome: 'forbidden' }
  /** Allowed after signing in again. */
  | { readonly outcome: 'fresh_needed' }

/** Whether it is left out of the audit trail where it was allowed. */
export function isQuiet(act: Act): boolean {
  const rule: Rule = acts[act]
  return rule.isQuiet === true
}

export function scopeOf(act: Act): AdminScope {
  const { area, access } = acts[act]
  return `admin:${area}:${access}`
}

const reach: Readonly<Record<Role, (rule: Rule) => boolean>> = {
  owner: () => true,
  operator: ({ area }) => area !== 'administrators',
  auditor: ({ access }) => access === 'read',
}

export function judge(actor: Actor, act: Act): Verdict {
  const rule: Rule = acts[act]
  const scope = scopeOf(act)
  if (actor.scopes !== undefined && !actor.scopes.has(scope)) return { outcome: 'scope_missing', scope }
  if (actor.kind === 'machine') {
    return rule.isPersonal === true ? { outcome: 'forbidden' } : { outcome: 'allowed' }
  }
  if (!reach[actor.role](rule)) return { outcome: 'forbidden' }
  if (rule.isDangerous === true && !actor.isFresh) return { outcome: 'fresh_needed' }
  return { outcome: 'allowed' }
}
