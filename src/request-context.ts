/** What belongs to the request in hand, wherever its work has got to: its reference, and its trace where there is one. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'

export interface CurrentRequest {
  /** Is told at the foot of an error page and in the header `X-Request-Id`, and stands in each line of the log. */
  readonly reference: string
  readonly traceId?: string | undefined
}

export interface RequestContext {
  readonly run: <T>(request: CurrentRequest, work: () => T) => T
  /** Of the request in hand; a new one where there is none. */
  readonly reference: () => string
  /** For each line of the log; empty outside of a request. */
  readonly fields: () => Partial<CurrentRequest>
}

export function createRequestContext(): RequestContext {
  const storage = new AsyncLocalStorage<CurrentRequest>()
  return {
    run: (request, work) => storage.run(request, work),
    reference: () => storage.getStore()?.reference ?? newReference(),
    fields: () => ({ ...storage.getStore() }),
  }
}

/** Random, so that references tell nothing about how many requests there are. */
export function newReference(): string {
  return randomBytes(5).toString('hex')
}
