/** Becoming an administrator: by a one-time link, and with two factors. */
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import { readForm } from '../http/request-guards.ts'
import type { Role } from './authority.ts'
import { bindingOf, isGoodEnough, type AdminGuards } from './guards.ts'
import { signInUrl } from './sign-in.ts'

export const joinPath = '/admin/first'

export interface JoinGuards extends AdminGuards {
  readonly invitations: {
    /** Undefined where it is spent, over, or none of ours. */
    findInvitation(token: string): Promise<{ readonly role: Role } | undefined>
    /** Spends it, once however many try. */
    accept(token: string, subjectId: string): Promise<{ readonly role: Role } | undefined>
  }
}

/** What the page of the link has to say. */
export type JoinState =
  | {
      readonly outcome: 'sign_in'
      readonly role: Role
      readonly signInUrl: string
      /** For who has no account yet. */
      readonly createUrl: string
    }
  /** Signed in, but not with two factors, or too long ago: the address asks for what is missing. */
  | {
      readonly outcome: 'raise'
      readonly role: Role
      readonly signInUrl: string
      readonly accountUrl: string
    }
  | {
      readonly outcome: 'ready'
      readonly role: Role
      readonly subjectId: string
      readonly csrf: string
      readonly token: string
    }

/** @throws {Fault} admin_link_spent */
export async function viewJoin(guards: JoinGuards, ctx: Context): Promise<JoinState> {
  const token = tokenOf(ctx.query['token'])
  const invitation = await guards.invitations.findInvitation(token)
  if (invitation === undefined) throw new Fault('admin_link_spent')
  const { role } = invitation
  const backTo = `${joinPath}?token=${token}`
  const urlOf = (kind: 'open' | 'create') => signInUrl(guards.issuer, { backTo, kind })
  const signedIn = await guards.sessions.signedIn(ctx)
  if (signedIn === undefined) {
    return { outcome: 'sign_in', role, signInUrl: urlOf('open'), createUrl: urlOf('create') }
  }
  if (!isGoodEnough(guards, signedIn)) {
    return { outcome: 'raise', role, signInUrl: urlOf('open'), accountUrl: '/account' }
  }
  const { subjectId } = signedIn
  return { outcome: 'ready', role, subjectId, csrf: guards.forgery.issue(bindingOf(signedIn)), token }
}

/** The form of that page, with `csrf` and `token`. @throws {Fault} not_signed_in | admin_two_factors_needed | forgery_suspected | admin_link_spent */
export async function join(guards: JoinGuards, ctx: Context): Promise<Role> {
  const signedIn = await guards.sessions.signedIn(ctx)
  if (signedIn === undefined) throw new Fault('not_signed_in')
  if (!isGoodEnough(guards, signedIn)) throw new Fault('admin_two_factors_needed')
  const form = await readForm(ctx)
  guards.forgery.require(ctx, bindingOf(signedIn), form['csrf'] ?? '')
  const joined = await guards.invitations.accept(tokenOf(form['token']), signedIn.subjectId)
  if (joined === undefined) throw new Fault('admin_link_spent')
  return joined.role
}

/** Nothing that is no token of ours gets into an address or to the database. */
function tokenOf(given: unknown): string {
  return typeof given === 'string' && /^[\w-]{43}$/.test(given) ? given : ''
}
