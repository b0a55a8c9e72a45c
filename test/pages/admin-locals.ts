/** Locals of the console’s pages, as an owner, an operator and an auditor would meet them. */
import type { AdminPageLocals } from '../../src/http/admin-pages.ts'
import { adminClientLocals, adminClientVariants } from './admin-client-locals.ts'
import { adminHouseLocals } from './admin-house-locals.ts'
import { adminHouseVariants } from './admin-house-variants.ts'
import { adminPeopleLocals, adminPeopleVariants } from './admin-people-locals.ts'

export const adminLocals: AdminPageLocals = {
  ...adminHouseLocals,
  ...adminPeopleLocals,
  ...adminClientLocals,
}

type Variants = {
  readonly [Page in keyof AdminPageLocals]?: Readonly<Record<string, AdminPageLocals[Page]>>
}

export const adminVariants: Variants = {
  ...adminHouseVariants,
  ...adminPeopleVariants,
  ...adminClientVariants,
}
