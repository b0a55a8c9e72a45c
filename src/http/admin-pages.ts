/** The pages of the console, by what they are about; `pages.ts` joins them to the rest. */
import { adminClientPages, type AdminClientLocals } from './admin-client-pages.ts'
import { adminHousePages, type AdminHouseLocals } from './admin-house-pages.ts'
import { adminPeoplePages, type AdminPeopleLocals } from './admin-people-pages.ts'

export interface AdminPageLocals extends AdminClientLocals, AdminHouseLocals, AdminPeopleLocals {
  // Each names its own; this is all of them.
  readonly 'admin-overview': AdminHouseLocals['admin-overview']
}

export const adminPages = { ...adminHousePages, ...adminPeoplePages, ...adminClientPages } as const
