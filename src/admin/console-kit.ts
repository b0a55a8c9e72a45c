/** What the sections of the console share: who is here, the frame around a page, a form that was sent, what was just done. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { Act as ActLine, ConsoleFrame } from '../http/admin-lines.ts'
import type { Render } from '../http/render.ts'
import type { Form } from '../http/request-guards.ts'
import { judge, type Act, type Person } from './authority.ts'
import { noteDone, takeDone, type DoneWord } from './console-done.ts'
import { placesOf } from './console-places.ts'
import { roleNames } from './console-words.ts'
import { admit, freshUrl, readAct } from './guards.ts'
import type { JoinGuards } from './join.ts'
import type { AdminServices } from './services.ts'

export interface ConsoleDependencies {
  readonly guards: JoinGuards
  readonly services: AdminServices
  readonly render: Render
  /** The address of whoever is signed in, for the corner of each page. */
  readonly addressOf: (subjectId: string) => Promise<string | undefined>
  readonly sessions: { end(ctx: Context): Promise<void> }
}

export interface Here {
  readonly ctx: Context
  readonly actor: Person
  readonly csrf: string
  readonly params: Readonly<Record<string, string | undefined>>
}

export interface Sent extends Here {
  readonly form: Form
}

/** A page: for administrators alone, everybody else is sent to sign in or refused. */
export function onPage(
  router: Router,
  { path, dependencies }: { readonly path: string; readonly dependencies: ConsoleDependencies },
  show: (here: Here) => Promise<void>,
): void {
  router.get(path, async (ctx) => {
    const visit = await admit(dependencies.guards, ctx)
    if (visit === undefined) return
    await withWayBack(dependencies, ctx, () => show({ ctx, ...visit, params: ctx.params }))
  })
}

/** A form. The work answers with where to go next, or has written its own answer. */
export function onAct(
  router: Router,
  { path, dependencies }: { readonly path: string; readonly dependencies: ConsoleDependencies },
  work: (sent: Sent) => Promise<{ readonly to: string; readonly done?: DoneWord } | undefined>,
): void {
  router.post(path, async (ctx) => {
    await withWayBack(dependencies, ctx, async () => {
      const { visit, form } = await readAct(dependencies.guards, ctx)
      const next = await work({ ctx, ...visit, params: ctx.params, form })
      if (next === undefined) return
      if (next.done !== undefined) noteDone(dependencies.guards.issuer, ctx, next.done)
      seeOther(ctx, next.to)
    })
  })
}

/** What is refused in the console leads back to the console. */
async function withWayBack(
  { guards }: ConsoleDependencies,
  ctx: Context,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Fault) || error.links.length > 0) throw error
    const { code, message, cause } = error
    const isStale = code === 'fresh_authentication_required' || code === 'admin_two_factors_needed'
    const again = { url: freshUrl(guards, ctx.method === 'GET' ? ctx.path : '/admin'), text: 'Sign in again' }
    const back = { url: '/admin', text: 'To the console' }
    const links = isStale || code === 'not_signed_in' ? [again, back] : [back]
    throw new Fault(code, { detail: message, links, ...(cause === undefined ? {} : { cause }) })
  }
}

export async function frameOf(
  dependencies: ConsoleDependencies,
  { ctx, actor, csrf }: Here,
  place: string,
): Promise<ConsoleFrame> {
  const isAuditor = actor.role === 'auditor'
  return {
    who: (await dependencies.addressOf(actor.subjectId)) ?? actor.subjectId,
    role: roleNames[actor.role],
    note: isAuditor ? 'You are an auditor: you see everything here, and change nothing.' : undefined,
    places: placesOf(place, (act) => may(actor, act)),
    csrf,
    signOutAction: '/admin/sign-out',
    accountUrl: '/account',
    done: takeDone(dependencies.guards.issuer, ctx),
  }
}

/** Whether there is a button for it; `fresh_needed` is a yes, and signing in again comes first. */
export function may(actor: Person, act: Act): boolean {
  const { outcome } = judge(actor, act)
  return outcome === 'allowed' || outcome === 'fresh_needed'
}

/** A button, where the role has it. */
export function actIf(actor: Person, act: Act, line: ActLine): ActLine | undefined {
  return may(actor, act) ? line : undefined
}

/** Before what is dangerous: the page of it asks for a new sign-in first. @returns whether it went there */
export function sentToFresh({ guards }: ConsoleDependencies, { ctx, actor }: Here, act: Act): boolean {
  const { outcome } = judge(actor, act)
  if (outcome === 'allowed') return false
  if (outcome !== 'fresh_needed') throw new Fault('admin_forbidden', { detail: act })
  seeOther(ctx, freshUrl(guards, ctx.path))
  return true
}

export function seeOther(ctx: Context, location: string): void {
  ctx.redirect(location)
  ctx.status = 303
}

/** Of an address, cut to what a filter may hold; empty where it is missing or there twice. */
export function queryOf(ctx: Context, name: string, longest = 254): string {
  const value = ctx.query[name]
  return typeof value === 'string' ? value.trim().slice(0, longest) : ''
}

/** Of the path. @throws {Fault} page_not_found */
export function paramOf({ params }: Pick<Here, 'params'>, name: string): string {
  const value = params[name]
  if (value === undefined || value === '' || value.length > 256) throw new Fault('page_not_found')
  return value
}

export const pageSize = 50

/** What a service is asked for, from the cursor of the address. */
export function wishOf(ctx: Context): { readonly limit: number; readonly cursor: string | undefined } {
  const cursor = queryOf(ctx, 'cursor', 512)
  return { limit: pageSize, cursor: cursor === '' ? undefined : cursor }
}

/** The same list further on, and from the beginning. */
export function pagedOf(
  ctx: Context,
  next: string | undefined,
): { readonly nextUrl: string | undefined; readonly firstUrl: string | undefined } {
  const urlOf = (cursor: string | undefined): string => {
    const query = new URLSearchParams()
    for (const [name, value] of Object.entries(ctx.query)) {
      if (typeof value === 'string' && value !== '' && name !== 'cursor') query.set(name, value)
    }
    if (cursor !== undefined) query.set('cursor', cursor)
    return query.size === 0 ? ctx.path : `${ctx.path}?${query.toString()}`
  }
  return {
    nextUrl: next === undefined ? undefined : urlOf(next),
    firstUrl: queryOf(ctx, 'cursor', 512) === '' ? undefined : urlOf(undefined),
  }
}
