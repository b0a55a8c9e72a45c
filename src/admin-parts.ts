/** Fills what administration can do, for the console and the API alike. */
import { createAccessRecords } from './access-parts.ts'
import { createActing } from './admin/acting.ts'
import type { AdminGuards } from './admin/guards.ts'
import type { Role } from './admin/authority.ts'
import type { AdminServices } from './admin/services.ts'
import { createAdministratorService } from './admin-administrator-parts.ts'
import { createAuditService } from './admin-audit-parts.ts'
import { createClientService } from './admin-client-parts.ts'
import {
  createCalibrationService,
  createHealthService,
  createOutboxService,
  type WaitingMails,
} from './admin-house-parts.ts'
import { createKeyService } from './admin-key-parts.ts'
import { createSessionService } from './admin-session-parts.ts'
import { createSubjectService } from './admin-subject-parts.ts'
import type { Parts } from './parts.ts'
import type { ForgeryTokens } from './http/forgery.ts'
import { adminAudience } from './provider/admin-resource.ts'

export function openAdminServices(parts: Parts, mails: WaitingMails): AdminServices {
  const { config, store, clock, sessions, face, provider, letters, keys, refreshKeys } = parts
  const { issuer, sessionLimits: limits } = config
  const acting = createActing((event) => store.audit.append(event))
  const { notifyLoggedOut } = sessions
  const access = createAccessRecords({ provider, store, notifyLoggedOut })
  return {
    subjects: createSubjectService({ store, clock, acting, sessions, events: letters.events }),
    sessions: createSessionService({ store, clock, acting, limits, sessions, access }),
    clients: createClientService({
      acting,
      operations: parts.clientParts.clientOperations,
      audience: adminAudience(issuer),
    }),
    keys: createKeyService({ acting, clock, keys, refreshKeys }),
    audit: createAuditService({ acting, audit: store.audit }),
    calibration: createCalibrationService({ acting, config, face }),
    health: createHealthService({
      acting,
      clock,
      config,
      engine: face.engine,
      store,
      mails,
      databaseKind: 'sqlite',
    }),
    outbox: createOutboxService(acting, mails),
    administrators: createAdministratorService({ acting, issuer, store }),
  }
}

/** Who may enter the console. */
export function openAdminGuards(
  { config, clock, sessions, store }: Pick<Parts, 'config' | 'clock' | 'sessions' | 'store'>,
  forgery: ForgeryTokens,
): AdminGuards {
  return { issuer: config.issuer, clock, forgery, sessions, roleOf: (id) => roleOf(store, id) }
}

/** Asked at each request; that the administrator was there is noted. */
export async function roleOf(
  { administrators }: Pick<Parts['store'], 'administrators'>,
  subjectId: string,
): Promise<Role | undefined> {
  const found = await administrators.find(subjectId)
  if (found !== undefined) await administrators.touch(subjectId)
  return found?.role
}
