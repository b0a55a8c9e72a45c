/** Who is visiting the shop: a random cookie, and what is remembered of it in memory. */
import { randomBytes } from 'node:crypto'
import type { IDToken } from 'openid-client'

export interface Visit {
  id: string
  /** A sign-in under way. */
  pending?: { readonly verifier: string; readonly state: string; readonly nonce: string } | undefined
  signedIn?: { readonly idToken: string; readonly claims: IDToken } | undefined
}

/** More visitors than a demo has; beyond, the oldest is forgotten. */
const mostVisits = 1000

export function createVisits({ isSecure }: { readonly isSecure: boolean }) {
  const visits = new Map<string, Visit>()
  const name = isSecure ? '__Host-demo_visit' : 'demo_visit'

  const keep = (visit: Visit): Visit => {
    visits.set(visit.id, visit)
    const [oldest] = visits.keys()
    if (visits.size > mostVisits && oldest !== undefined) visits.delete(oldest)
    return visit
  }

  return {
    /** The visit of the cookie, or a new one, which is kept once it has something to remember. */
    enter: (cookies: string | undefined): Visit => {
      const id = readCookie(cookies ?? '', name)
      return (id === undefined ? undefined : visits.get(id)) ?? { id: makeId() }
    },
    cookieOf: (visit: Visit): string => {
      if (visit.pending !== undefined || visit.signedIn !== undefined) keep(visit)
      return `${name}=${visit.id}; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
    },
    renew: (visit: Visit): void => {
      visits.delete(visit.id)
      visit.id = makeId()
    },
    end: (visit: Visit): void => {
      visits.delete(visit.id)
      visit.pending = undefined
      visit.signedIn = undefined
      visit.id = makeId()
    },
  }
}

function makeId(): string {
  return randomBytes(32).toString('base64url')
}

function readCookie(cookies: string, name: string): string | undefined {
  const pair = cookies.split(/; */).find((each) => each.startsWith(`${name}=`))
  return pair?.slice(name.length + 1)
}
