/** The URL table of the account pages: one line per section. */
import Router from '@koa/router'
import { devicesSection, type DevicesSectionDependencies } from './devices.ts'
import { faceSection, type FaceSectionDependencies } from './face.ts'
import { overviewSection, type OverviewDependencies } from './overview.ts'

import { sessionsSection, type SessionsSectionDependencies } from './sessions.ts'

export interface AccountDependencies
  extends
    OverviewDependencies,
    FaceSectionDependencies,
    DevicesSectionDependencies,
    SessionsSectionDependencies {
  // Each section names what it needs; this is all of it.
  readonly records: OverviewDependencies['records']
  readonly sessions: OverviewDependencies['sessions']
  readonly activeSessions: SessionsSectionDependencies['activeSessions']
}

export function accountRoutes(dependencies: AccountDependencies): Router {
  const router = new Router()
  overviewSection(router, dependencies)
  faceSection(router, dependencies)
  devicesSection(router, dependencies)
  sessionsSection(router, dependencies)
  return router
}
