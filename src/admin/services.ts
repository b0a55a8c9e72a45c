/** What administration can do: one small interface per area, for the console and the API alike, filled in `admin-parts.ts`. */
import type { ClientService } from './client-services.ts'
import type { ResourceService } from './resource-services.ts'
import type {
  AdministratorService,
  AuditService,
  CalibrationService,
  HealthService,
  KeyService,
  OutboxService,
} from './house-services.ts'
import type { SessionService, SubjectService } from './subject-services.ts'

export type { Actor, Role } from './authority.ts'

/**
 * Every method asks `authority.ts` first, and every change is in the audit trail with who made it.
 * Each throws a {@link Fault}: `admin_forbidden`, `admin_scope_missing` or `fresh_authentication_required` where the actor
 * may not, `admin_not_found` where there is no such object, `admin_conflict` where it is not in the state for that.
 */
export interface AdminServices {
  readonly subjects: SubjectService
  readonly sessions: SessionService
  readonly clients: ClientService
  readonly resources: ResourceService
  readonly keys: KeyService
  readonly audit: AuditService
  readonly calibration: CalibrationService
  readonly health: HealthService
  readonly outbox: OutboxService
  readonly administrators: AdministratorService
}
