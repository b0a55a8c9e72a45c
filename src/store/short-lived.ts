/** Sealed values for a while, shared by every node: what a capture or a challenge has come to, and what was spent. */

export interface ShortLivedKey {
  /** What it is of, in words; one part of the house alone uses each. */
  readonly kind: string
  /** Stored as a keyed digest alone. */
  readonly id: string
}

export interface ShortLivedEntry {
  readonly value: Uint8Array
  /** Changes whenever the value is written. */
  readonly version: string
}

export interface ShortLivedChange extends ShortLivedEntry {
  readonly expiresAt: Date
}

/**
 * What is over is not there: for every reader, from the very moment, by the server’s clock.
 * Values are opaque bytes; who writes them bounds their size.
 */
export interface ShortLived {
  /** In place of whatever was there. */
  put(key: ShortLivedKey, value: Uint8Array, expiresAt: Date): Promise<void>
  get(key: ShortLivedKey): Promise<ShortLivedEntry | undefined>
  /**
   * Compare and swap.
   * @param change `version` is the one that was read
   * @returns the new version; undefined where another writer was first, or it is gone: nothing is changed then
   */
  replace(key: ShortLivedKey, change: ShortLivedChange): Promise<string | undefined>
  /** Removes it. @returns the value, to exactly one of many callers */
  take(key: ShortLivedKey): Promise<Uint8Array | undefined>
  /** @returns true to exactly one of many callers, on whichever node, until `expiresAt` */
  once(key: ShortLivedKey, expiresAt: Date): Promise<boolean>
  /** Adds a piece to the end of the key’s list, which is apart from its value. */
  append(key: ShortLivedKey, piece: Uint8Array, expiresAt: Date): Promise<void>
  /** The pieces, in order. @param from how many of the first are passed over */
  list(key: ShortLivedKey, from?: number): Promise<readonly Uint8Array[]>
  /** Removes the value and the list. */
  erase(key: ShortLivedKey): Promise<void>
}
