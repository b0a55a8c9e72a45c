/** Why a page of a visit cannot be shown, and how to go on: told by what this very browser brings, so that it tells a stranger nothing. */
import type { Context } from 'koa'
import { Fault, type FaultLink } from '../errors.ts'

/** What is remembered of a visit. */
export interface LostVisit {
  readonly appName: string
  readonly homeUrl?: string | undefined
  readonly restartPath?: string | undefined
  readonly isFinished: boolean
  readonly nextPath?: string | undefined
}

export interface Visits<Visit extends LostVisit = LostVisit> {
  find(uid: string): Promise<Visit | undefined>
  isOpen(uid: string): Promise<boolean>
  isOfBrowser(ctx: Context, visit: Visit): boolean
}

/**
 * Only the browser that began a visit learns how it ended and gets its request again; for any other, one that is open,
 * over or finished is the same.
 */
export async function explainLostVisit<Visit extends LostVisit>(
  visits: Visits<Visit>,
  ctx: Context,
  uid: string,
): Promise<Fault> {
  const visit = await visits.find(uid)
  const home = visit?.homeUrl === undefined ? [] : [{ url: visit.homeUrl, text: `Go to ${visit.appName}` }]
  if (ctx.get('Cookie') === '') return new Fault('cookies_missing', { links: home })
  if (visit === undefined) return new Fault('interaction_expired', { links: [frontDoor] })
  if (!visits.isOfBrowser(ctx, visit)) return new Fault('interaction_elsewhere', { links: home })
  const again = visit.restartPath === undefined ? [] : [{ url: visit.restartPath, text: 'Start again' }]
  // Its pages are refused though it is open: the session that it began in is another one now, or its cookie was deleted.
  if (await visits.isOpen(uid)) return new Fault('interaction_replaced', { links: [...again, ...home] })
  if (visit.nextPath !== undefined)
    return new Fault('interaction_moved_on', { links: [{ url: visit.nextPath, text: 'Go on' }, ...home] })
  // Not to be started again from here: the app has had its answer, and takes no second one.
  if (visit.isFinished) return new Fault('interaction_finished', { links: home })
  return new Fault('interaction_expired', { links: [...again, ...home] })
}

const frontDoor: FaultLink = { url: '/', text: 'Go to the front page' }
