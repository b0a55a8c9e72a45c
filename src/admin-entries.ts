/** Wishes of administrators for clients and APIs, as those who keep the entries take them and answer them. */
import { nameOf } from './admin/acting.ts'
import type { Actor } from './admin/authority.ts'
import { Fault } from './errors.ts'
import type { Author } from './provider/client-operations.ts'
import { EntryFault } from './provider/entry-fault.ts'

export function authorOf(actor: Actor): Author {
  return { name: nameOf(actor), address: actor.address }
}

/** @throws {Fault} in the place of an {@link EntryFault} */
export async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof EntryFault ? faultOf(error) : error
  }
}

export function faultOf(error: EntryFault): Fault {
  switch (error.code) {
    case 'entry_not_found':
      return new Fault('admin_not_found', { detail: error.message })
    case 'entry_changed':
      return new Fault('admin_outdated', { detail: error.message })
    case 'entry_invalid':
    case 'entry_exists':
    case 'entry_in_use':
    case 'entry_read_only':
      return new Fault('admin_conflict', { detail: error.message })
  }
}
