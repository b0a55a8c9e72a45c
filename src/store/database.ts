/** The open database: every statement, alone or in a transaction, goes through here. */
import type { EntityManager, EntitySubscriberInterface } from 'typeorm'

export type Work<T> = (manager: EntityManager) => Promise<T>

export interface Database {
  readonly kind: 'sqlite' | 'postgres'
  /** Statements on one connection, each for itself: between them others may write. */
  run<T>(work: Work<T>): Promise<T>
  /**
   * All of the work or none of it. Where the database says that two stood in each other’s way, the whole is done again:
   * the work does nothing but statements.
   */
  transact<T>(work: Work<T>): Promise<T>
  /** After an erasure: writes over what SQLite’s journal still holds of it, as far as nobody is reading there. */
  scrub(): Promise<void>
  /** From now on it is told of every row before it is written. */
  subscribe(subscriber: EntitySubscriberInterface): void
  /** How its connections stand; undefined where there is but one. */
  readonly pool?: (() => PoolState) | undefined
  close(): Promise<void>
}

export interface PoolState {
  readonly total: number
  readonly idle: number
  /** Work that waits for a connection. */
  readonly waitedFor: number
}

export type DatabaseLocation =
  | {
      readonly kind: 'sqlite'
      /** The file, or `:memory:`. */
      readonly path: string
    }
  | {
      readonly kind: 'postgres'
      readonly url: string
      /** The most connections at once; 10 unless said otherwise. */
      readonly poolSize?: number
    }
