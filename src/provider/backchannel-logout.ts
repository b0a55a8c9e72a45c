/** Tells apps that a person has signed out (OpenID Connect Back-Channel Logout 1.0), in the background and with patience. */
import { randomUUID } from 'node:crypto'
import type Provider from 'oidc-provider'
import { OutboundRefused, type Outbound } from './outbound.ts'

export interface LogoutNotice {
  readonly clientId: string
  readonly subjectId: string
  readonly sid: string | undefined
}

/** What is needed of the store. */
export interface LogoutQueue {
  enqueue(notice: LogoutNotice): Promise<void>
  takeDue(
    limit: number,
    holdSeconds: number,
  ): Promise<readonly (LogoutNotice & { readonly id: string; readonly tries: number })[]>
  finish(id: string, outcome: 'delivered' | 'abandoned', fault?: string): Promise<void>
  postpone(id: string, next: { readonly at: Date; readonly fault: string }): Promise<void>
}

export interface LogoutCourierDependencies {
  readonly queue: LogoutQueue
  /** The one that holds the keys of now. */
  readonly provider: () => Provider
  readonly outbound: Outbound
  readonly clock: () => Date
  readonly log: {
    info(entry: object, message: string): void
    warn(entry: object, message: string): void
    error(entry: object, message: string): void
  }
}

export interface LogoutCourier {
  /** Tries everything that is due once. */
  deliverDue(): Promise<void>
  stop(): void
}

/** After the first try and each further one; seven in all, over some nine hours. */
const waitSeconds = [5, 30, 120, 600, 3600, 6 * 3600, 0] as const

const mostAtOnce = 20
/** Longer than any call takes. */
const holdSeconds = 60
const everyMs = 5000

export function startLogoutCourier(dependencies: LogoutCourierDependencies): LogoutCourier {
  const { queue, log } = dependencies
  const deliverDue = async (): Promise<void> => {
    const due = await queue.takeDue(mostAtOnce, holdSeconds)
    await Promise.all(due.map((each) => deliver(dependencies, each)))
  }
  const timer = setInterval(() => {
    deliverDue().catch((error: unknown) => {
      log.error({ error }, 'sign-outs could not be told to apps')
    })
  }, everyMs)
  timer.unref()
  return {
    deliverDue,
    stop: () => {
      clearInterval(timer)
    },
  }
}

type Due = Awaited<ReturnType<LogoutQueue['takeDue']>>[number]

async function deliver(dependencies: LogoutCourierDependencies, due: Due): Promise<void> {
  const { queue, clock, log } = dependencies
  const { id, clientId, tries } = due
  const fault = await tellApp(dependencies, due)
  if (fault === undefined) {
    log.info({ clientId, tries: tries + 1 }, 'an app was told of a sign-out')
    return queue.finish(id, 'delivered')
  }
  if (fault === 'not_listening') return queue.finish(id, 'abandoned', fault)
  const wait = fault === 'client_gone' ? 0 : (waitSeconds[tries] ?? 0)
  if (wait > 0) return queue.postpone(id, { at: new Date(clock().getTime() + wait * 1000), fault })
  log.warn({ clientId, fault }, 'an app could not be told of a sign-out')
  return queue.finish(id, 'abandoned', fault)
}

/** @returns a code for what went wrong; undefined where the app was told */
async function tellApp(
  { provider, outbound }: LogoutCourierDependencies,
  { clientId, subjectId, sid }: Due,
): Promise<string | undefined> {
  const current = provider()
  const client = await current.Client.find(clientId)
  if (client === undefined) return 'client_gone'
  if (client.backchannelLogoutUri === undefined) return 'not_listening'
  const body = new URLSearchParams({
    logout_token: await createLogoutToken(current, { client, subjectId, sid }),
  }).toString()
  try {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const { status } = await outbound(client.backchannelLogoutUri, { method: 'POST', headers, body })
    return status === 200 || status === 204 ? undefined : `http_${status}`
  } catch (error) {
    if (error instanceof OutboundRefused) return error.code
    throw error
  }
}

type Client = NonNullable<Awaited<ReturnType<Provider['Client']['find']>>>

interface Subject {
  readonly client: Client
  readonly subjectId: string
  readonly sid: string | undefined
}

/** §2.4: made anew for each try, for it is short-lived. */
async function createLogoutToken(provider: Provider, { client, subjectId, sid }: Subject): Promise<string> {
  const token = new provider.IdToken({ sub: subjectId }, { client })
  Object.assign(token, { mask: { sub: null } })
  token.set('events', { 'http://schemas.openid.net/event/backchannel-logout': {} })
  token.set('jti', randomUUID())
  if (client.backchannelLogoutSessionRequired === true) token.set('sid', sid)
  return token.issue({ use: 'logout' })
}

/** The library would call the apps while the person waits; here they are put down and called after. */
export function queueLogouts(provider: Provider, queue: Pick<LogoutQueue, 'enqueue'>): void {
  Object.defineProperty(provider.Client.prototype, 'backchannelLogout', {
    value: async function (this: { readonly clientId: string }, subjectId: string, sid: string | undefined) {
      await queue.enqueue({ clientId: this.clientId, subjectId, sid })
    },
  })
}
