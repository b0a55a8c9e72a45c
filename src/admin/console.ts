/** The URL table of the console: one line per section. */
import Router from '@koa/router'
import { administratorsSection } from './console-administrators.ts'
import { auditSection } from './console-audit.ts'
import { calibrationSection } from './console-calibration.ts'
import { clientsSection } from './console-clients.ts'
import { healthSection } from './console-health.ts'
import { joinSection } from './console-join.ts'
import { keysSection } from './console-keys.ts'
import { onAct, type ConsoleDependencies } from './console-kit.ts'
import { outboxSection } from './console-outbox.ts'
import { overviewSection } from './console-overview.ts'
import { resourcesSection } from './console-resources.ts'
import { sessionsSection } from './console-sessions.ts'
import { subjectsSection } from './console-subjects.ts'

export function consoleRoutes(dependencies: ConsoleDependencies): Router {
  const router = new Router()
  joinSection(router, dependencies)
  overviewSection(router, dependencies)
  subjectsSection(router, dependencies)
  clientsSection(router, dependencies)
  resourcesSection(router, dependencies)
  sessionsSection(router, dependencies)
  keysSection(router, dependencies)
  auditSection(router, dependencies)
  calibrationSection(router, dependencies)
  healthSection(router, dependencies)
  outboxSection(router, dependencies)
  administratorsSection(router, dependencies)
  onAct(router, { path: '/admin/sign-out', dependencies }, async ({ ctx }) => {
    await dependencies.sessions.end(ctx)
    return { to: '/' }
  })
  return router
}
