/** Fills what administration can do, for the console and the API alike. */
import type { ApiDependencies } from './admin/api/routes.ts'
import { openAdminApi } from './admin-api-parts.ts'
import { createAccessRecords } from './access-parts.ts'
import { createActing, type Acting } from './admin/acting.ts'
import type { JoinGuards } from './admin/join.ts'
import type { Role } from './admin/authority.ts'
import type { AdminServices } from './admin/services.ts'
import { createAdministratorService, joinUrl } from './admin-administrator-parts.ts'
import { createAuditService } from './admin-audit-parts.ts'
import { createClientService } from './admin-client-parts.ts'
import { createCalibrationService, createHealthService, createOutboxService } from './admin-house-parts.ts'
import { createKeyService } from './admin-key-parts.ts'
import { createResourceService } from './admin-resource-parts.ts'
import { createSessionService } from './admin-session-parts.ts'
import { createSubjectService } from './admin-subject-parts.ts'
import type { Parts } from './parts.ts'
import type { ForgeryTokens } from './http/forgery.ts'
import { adminAudience } from './provider/admin-resource.ts'
import type { Store } from './store/open-store.ts'

export interface Administration {
  readonly services: AdminServices
  readonly guards: JoinGuards
  readonly api: ApiDependencies
}

/** @param forgery of the pages of this house */
export function openAdministration(parts: Parts, forgery: ForgeryTokens): Administration {
  const { config, clock, sessions, store } = parts
  const { issuer } = config
  const acting = createActing((event) => store.audit.append(event))
  const services = openAdminServices(parts, acting)
  const roleOf = (subjectId: string): Promise<Role | undefined> => findRole(store, subjectId)
  return {
    services,
    guards: { issuer, clock, forgery, sessions, roleOf, invitations: store.administrators },
    api: openAdminApi({ parts, services, acting, roleOf }),
  }
}

/** The one-time link for the first owner, to be shown on the terminal; undefined where it is not needed, or was shown before. */
export async function beginAdministration(
  { administrators }: Pick<Store, 'administrators'>,
  issuer: string,
): Promise<string | undefined> {
  const first = await administrators.beginFirst()
  return first === undefined ? undefined : joinUrl(issuer, first.token)
}

function openAdminServices(parts: Parts, acting: Acting): AdminServices {
  const { config, store, clock, sessions, face, provider, letters, keys, refreshKeys } = parts
  const { issuer, sessionLimits: limits } = config
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
    resources: createResourceService({
      acting,
      operations: parts.clientParts.resourceOperations,
      clients: parts.clientParts.clientOperations,
    }),
    keys: createKeyService({ acting, clock, keys, refreshKeys }),
    audit: createAuditService({ acting, audit: store.audit, clock }),
    calibration: createCalibrationService({ acting, config, face }),
    health: createHealthService({
      acting,
      clock,
      config,
      engine: face.engine,
      store,
      mails: store.mailQueue,
      databaseKind: config.databaseUrl === undefined ? 'sqlite' : 'postgres',
    }),
    outbox: createOutboxService(acting, store.mailQueue),
    administrators: createAdministratorService({ acting, issuer, store }),
  }
}

/** Asked at each request; that the administrator was there is noted. */
async function findRole(
  { administrators }: Pick<Store, 'administrators'>,
  subjectId: string,
): Promise<Role | undefined> {
  const found = await administrators.find(subjectId)
  if (found !== undefined) await administrators.touch(subjectId)
  return found?.role
}
