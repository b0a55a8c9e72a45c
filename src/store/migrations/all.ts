/** Every step from an empty database to the schema of today, in order; a step that was released is never changed. */
import { InitialTables1795392000000 } from './1795392000000-initial-tables.ts'
import { DeviceKeys1795435200000 } from './1795435200000-device-keys.ts'
import { AttemptEvidence1795478400000 } from './1795478400000-attempt-evidence.ts'
import { SharedTallies1795490000000 } from './1795490000000-shared-tallies.ts'
import { Mail1795500000000 } from './1795500000000-mail.ts'
import { Passkeys1795510000000 } from './1795510000000-passkeys.ts'
import { Otp1795520000000 } from './1795520000000-otp.ts'
import { Control1795530000000 } from './1795530000000-control.ts'
import { LogoutDeliveries1795540000000 } from './1795540000000-logout-deliveries.ts'
import { EnrolledOn1795550000000 } from './1795550000000-enrolled-on.ts'
import { EmailCodes1795560000000 } from './1795560000000-email-codes.ts'
import { Scale1795570000000 } from './1795570000000-scale.ts'
import { UnusedFaces1795570001000 } from './1795570001000-unused-faces.ts'
import { ShortLived1795580000000 } from './1795580000000-short-lived.ts'
import { MailLetters1795580001000 } from './1795580001000-mail-letters.ts'
import { Administrators1795590000000 } from './1795590000000-administrators.ts'
import { ManagedClients1795595000000 } from './1795595000000-managed-clients.ts'
import { PurgeIndexes1795600000000 } from './1795600000000-purge-indexes.ts'

export const migrations = [
  InitialTables1795392000000,
  DeviceKeys1795435200000,
  AttemptEvidence1795478400000,
  SharedTallies1795490000000,
  Mail1795500000000,
  Passkeys1795510000000,
  Otp1795520000000,
  Control1795530000000,
  LogoutDeliveries1795540000000,
  EnrolledOn1795550000000,
  EmailCodes1795560000000,
  Scale1795570000000,
  UnusedFaces1795570001000,
  ShortLived1795580000000,
  MailLetters1795580001000,
  Administrators1795590000000,
  ManagedClients1795595000000,
  PurgeIndexes1795600000000,
] as const
