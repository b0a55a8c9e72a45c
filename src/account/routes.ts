/** The URL table of the account pages: one line per section. */
import Router from '@koa/router'
import { authenticatorSection, type AuthenticatorDependencies } from './authenticator.ts'
import { devicesSection, type DevicesSectionDependencies } from './devices.ts'
import { faceSection, type FaceSectionDependencies } from './face.ts'
import { overviewSection, type OverviewDependencies } from './overview.ts'
import { recoveryCodesSection } from './recovery-codes.ts'

export interface AccountDependencies
  extends
    OverviewDependencies,
    FaceSectionDependencies,
    DevicesSectionDependencies,
    AuthenticatorDependencies {
  // Each section names what it needs; this is all of it.
  readonly records: OverviewDependencies['records']
  readonly sessions: OverviewDependencies['sessions']
}

export function accountRoutes(dependencies: AccountDependencies): Router {
  const router = new Router()
  overviewSection(router, dependencies)
  faceSection(router, dependencies)
  devicesSection(router, dependencies)
  authenticatorSection(router, dependencies)
  recoveryCodesSection(router, dependencies)
  return router
}
