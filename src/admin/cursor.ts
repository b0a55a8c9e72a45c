/** Cursors: where a list goes on, in letters that mean nothing to whoever carries them. */
import type { z } from 'zod'
import { Fault } from '../errors.ts'
import type { Page } from './pages.ts'

const longest = 1000

export function cursorOf(place: object): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

/** @throws {Fault} admin_input_invalid where it is no cursor of this list */
export function placeOf<Place>(shape: z.ZodType<Place>, cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  const parsed = shape.safeParse(cursor.length > longest ? undefined : read(cursor))
  if (parsed.success) return parsed.data
  throw new Fault('admin_input_invalid', { detail: 'cursor is none of this list' })
}

function read(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}

/** @param found one more than a page holds tells whether there is another */
export function pageOf<Found, Item>(
  found: readonly Found[],
  limit: number,
  of: { readonly item: (found: Found) => Item; readonly place: (found: Found) => object },
): Page<Item> {
  const shown = found.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(of.item),
    next: found.length > limit && last !== undefined ? cursorOf(of.place(last)) : undefined,
  }
}
