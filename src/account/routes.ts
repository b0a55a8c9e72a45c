/** The URL table of the account pages: one line per section. */
import Router from '@koa/router'
import { authenticatorSection, type AuthenticatorDependencies } from './authenticator.ts'
import { controlSections, type ControlDependencies } from './control.ts'
import { devicesSection, type DevicesSectionDependencies } from './devices.ts'
import { faceSection, type FaceSectionDependencies } from './face.ts'
import { linkRoutes, type LinkDependencies } from './links.ts'
import { passkeysSection, type PasskeysSectionDependencies } from './passkeys.ts'
import { overviewSection, type OverviewDependencies } from './overview.ts'
import { passwordSection, type PasswordSectionDependencies } from './password.ts'
import { profileSection, type ProfileDependencies } from './profile.ts'
import { recoveryRoutes, type RecoveryDependencies } from './recovery.ts'
import { recoveryCodesSection } from './recovery-codes.ts'

export interface AccountDependencies
  extends
    OverviewDependencies,
    FaceSectionDependencies,
    DevicesSectionDependencies,
    PasskeysSectionDependencies,
    AuthenticatorDependencies,
    ControlDependencies {
  // Each section names what it needs; this is all of it.
  readonly records: OverviewDependencies['records']
  readonly sessions: OverviewDependencies['sessions']
  readonly activeSessions: ControlDependencies['activeSessions']
  readonly profile: ProfileDependencies
  readonly password: PasswordSectionDependencies
  readonly links: LinkDependencies
  readonly recovery: RecoveryDependencies
}

export function accountRoutes(dependencies: AccountDependencies): Router {
  const router = new Router()
  overviewSection(router, dependencies)
  faceSection(router, dependencies)
  devicesSection(router, dependencies)
  controlSections(router, dependencies)
  profileSection(router, dependencies.profile)
  passwordSection(router, dependencies.password)
  linkRoutes(router, dependencies.links)
  recoveryRoutes(router, dependencies.recovery)
  authenticatorSection(router, dependencies)
  recoveryCodesSection(router, dependencies)
  passkeysSection(router, dependencies)
  return router
}
