/** Lists a page at a time: whoever asks shows the cursor of the page before. */

export interface PageWish {
  /** 1 to 200. */
  readonly limit: number
  /** `next` of the page before; a `admin_input_invalid` fault where it is none. */
  readonly cursor?: string | undefined
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Undefined on the last page. */
  readonly next: string | undefined
}
