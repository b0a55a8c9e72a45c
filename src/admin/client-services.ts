/** What administration can do with clients. */
import type { Actor } from './authority.ts'
import type { Page, PageWish } from './pages.ts'

/** A client in the words of `clients.yaml` (docs/clients.md), the other way round too; never with a secret or a digest of one. */
export type ClientFields = Readonly<Record<string, unknown>>

/** `file`: of clients.yaml, to be read alone. `managed`: made here. `self_registered`: it brought itself (RFC 7591). */
export type ClientOrigin = 'file' | 'managed' | 'self_registered'

export interface ClientLine {
  readonly id: string
  readonly name: string
  readonly origin: ClientOrigin
  readonly type: 'public' | 'confidential'
  readonly createdAt: Date | undefined
  /** Whether something in its entry keeps it from being used. */
  readonly isFaulty: boolean
}

/** What is wrong with a setting, and with which; an empty path means the whole. */
export interface ClientProblem {
  readonly path: string
  readonly message: string
}

export interface ClientDetail extends ClientLine {
  readonly fields: ClientFields
  /** Changes with each edit; empty where the client cannot be edited. */
  readonly version: string
  /** Secrets that are taken now, oldest first: two while a new one is brought in, the older until it ends. */
  readonly secrets: readonly { readonly until: Date | undefined }[]
  /** Why it cannot be used; empty where it can. */
  readonly problems: readonly ClientProblem[]
  readonly createdBy: string | undefined
  readonly changedAt: Date | undefined
  readonly changedBy: string | undefined
  /** Whether it may call the admin API: then only an owner may change it. */
  readonly mayAdminister: boolean
}

export type ClientOutcome =
  | { readonly outcome: 'saved'; readonly client: ClientDetail; readonly secret: string | undefined }
  | { readonly outcome: 'invalid'; readonly problems: readonly ClientProblem[] }
  /** Somebody else has edited it since. */
  | { readonly outcome: 'outdated' }

export interface ClientService {
  list(
    actor: Actor,
    wish: PageWish & {
      readonly origin?: ClientOrigin | undefined
      /** Part of the id or the name, in any case. */
      readonly query?: string | undefined
    },
  ): Promise<Page<ClientLine>>
  show(actor: Actor, id: string): Promise<ClientDetail>
  /** `secret` is shown this once: it is kept as a digest. */
  create(actor: Actor, fields: ClientFields): Promise<ClientOutcome>
  edit(
    actor: Actor,
    id: string,
    change: { readonly fields: ClientFields; readonly version: string },
  ): Promise<ClientOutcome>
  /** The newest secret before stays good for a week, or until it is dropped. */
  rotateSecret(actor: Actor, id: string): Promise<{ readonly client: ClientDetail; readonly secret: string }>
  dropOldSecret(actor: Actor, id: string): Promise<ClientDetail>
  remove(actor: Actor, id: string): Promise<void>
}
