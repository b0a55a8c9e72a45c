/** The sections by which people control what is theirs: sessions, apps, activity, privacy, closing. */
import type Router from '@koa/router'
import { activitySection, type ActivityDependencies } from './activity.ts'
import { appsSection, type AppsSectionDependencies } from './apps.ts'
import { browserNoticeSection, type BrowserNoticeDependencies } from './browser-notice.ts'
import { closeSection, type CloseDependencies } from './close.ts'
import { privacySection, type PrivacyDependencies } from './privacy.ts'
import { sessionsSection, type SessionsSectionDependencies } from './sessions.ts'

export interface ControlDependencies
  extends
    SessionsSectionDependencies,
    AppsSectionDependencies,
    ActivityDependencies,
    PrivacyDependencies,
    BrowserNoticeDependencies,
    CloseDependencies {
  readonly sessions: CloseDependencies['sessions']
  readonly records: CloseDependencies['records'] & ActivityDependencies['records']
}

export function controlSections(router: Router, dependencies: ControlDependencies): void {
  sessionsSection(router, dependencies)
  appsSection(router, dependencies)
  activitySection(router, dependencies)
  privacySection(router, dependencies)
  browserNoticeSection(router, dependencies)
  closeSection(router, dependencies)
}
