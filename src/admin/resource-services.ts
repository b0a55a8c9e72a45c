/** What administration can do with the APIs that access tokens are made for (RFC 8707). */
import type { Actor } from './authority.ts'
import type { ClientFields, ClientProblem } from './client-services.ts'
import type { Page, PageWish } from './pages.ts'

/** `house`: of Mien itself; `file`: of clients.yaml; both to be read alone. `managed`: made here. */
export type ResourceOrigin = 'house' | 'file' | 'managed'

export interface ResourceLine {
  readonly identifier: string
  readonly name: string | undefined
  readonly origin: ResourceOrigin
  /** How many scopes it has. */
  readonly scopes: number
  readonly createdAt: Date | undefined
  /** Whether something in its entry keeps it from being used. */
  readonly isFaulty: boolean
  /** Whether one of the same identifier, of the house or the file, counts in its place. */
  readonly isShadowed: boolean
}

export interface ResourceDetail extends ResourceLine {
  /** In the words of `clients.yaml` (docs/clients.md). */
  readonly fields: ClientFields
  /** To be shown with each edit; empty where it cannot be edited. */
  readonly version: string
  readonly problems: readonly ClientProblem[]
  /** Identifiers of the clients of the file and of administrators that may ask for tokens for it. */
  readonly usedBy: readonly string[]
  readonly createdBy: string | undefined
  readonly changedAt: Date | undefined
  readonly changedBy: string | undefined
}

export type ResourceOutcome =
  | { readonly outcome: 'saved'; readonly resource: ResourceDetail }
  | { readonly outcome: 'invalid'; readonly problems: readonly ClientProblem[] }
  /** Somebody else has edited it since. */
  | { readonly outcome: 'outdated' }

export interface ResourceService {
  /** By identifier. */
  list(
    actor: Actor,
    wish: PageWish & {
      readonly origin?: ResourceOrigin | undefined
      /** Part of the identifier or the name, in any case. */
      readonly query?: string | undefined
    },
  ): Promise<Page<ResourceLine>>
  show(actor: Actor, identifier: string): Promise<ResourceDetail>
  create(actor: Actor, fields: ClientFields): Promise<ResourceOutcome>
  edit(
    actor: Actor,
    identifier: string,
    change: { readonly fields: ClientFields; readonly version: string },
  ): Promise<ResourceOutcome>
  /** @throws {Fault} admin_resource_in_use where a client that was made here may ask for tokens for it */
  remove(actor: Actor, identifier: string): Promise<void>
}
