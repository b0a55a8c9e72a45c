/** Fills what the console needs. */
import type { ConsoleDependencies } from './admin/console-kit.ts'
import type { Administration } from './admin-parts.ts'
import type { Parts } from './parts.ts'

export function consoleDependencies(
  { render, sessions, store }: Parts,
  { services, guards }: Administration,
): ConsoleDependencies {
  return {
    guards,
    services,
    render,
    sessions,
    addressOf: async (subjectId) => (await store.subjects.findById(subjectId))?.email,
  }
}
