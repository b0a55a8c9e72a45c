/** Settings stay in the environment: a document may say what they should be, and is told where they are not. */
import { readEnvironment, schema } from '../../config.ts'

/** What people and apps would notice, and so the same on every node; no secrets, and nothing of one machine. */
const sharedSettings = [
  'MIEN_ISSUER',
  'MIEN_TRUST_PROXY',
  'MIEN_SESSION_HOURS',
  'MIEN_SESSION_IDLE_MINUTES',
  'MIEN_FACE_RETENTION_DAYS',
  'MIEN_ATTEMPT_DAYS',
  'MIEN_AUDIT_DAYS',
  'MIEN_CHALLENGE',
  'MIEN_COLOUR_FLASH',
  'MIEN_CAPTURE_SECONDS',
  'MIEN_FACE_ALONE',
  'MIEN_EMAIL_CODE',
  'MIEN_TARGET_FMR',
  'MIEN_MAIL_FROM',
  'MIEN_KEY_ROTATION_DAYS',
  'MIEN_ALLOW_PRIVATE_CLIENTS',
  'MIEN_CLIENT_CERT_HEADER',
  'MIEN_CLIENT_CERT_VERIFIED_HEADER',
] as const satisfies readonly (keyof typeof schema.shape)[]

export interface SettingDifference {
  readonly name: string
  readonly wanted: string
  /** Null where it is left to its default here. */
  readonly here: string | null
}

type Environment = Readonly<Record<string, string | undefined>>

/** Those that this environment sets. */
export function settingsHere(environment: Environment = readEnvironment()): Record<string, string> {
  return Object.fromEntries(
    sharedSettings.flatMap((name) => {
      const value = environment[name]
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}

export function compareSettings(
  wanted: Readonly<Record<string, string>>,
  environment: Environment = readEnvironment(),
): SettingDifference[] {
  const here = settingsHere(environment)
  return Object.entries(wanted).flatMap(([name, value]) => {
    const other = here[name]
    return meaningOf(name, value) === meaningOf(name, other)
      ? []
      : [{ name, wanted: value, here: other ?? null }]
  })
}

/** Those that no document may hold. */
export function strangeSettings(wanted: Readonly<Record<string, string>>): string[] {
  return Object.keys(wanted).filter((name) => !sharedSettings.some((each) => each === name))
}

/** A default that is written out means the same as one that is left out. */
function meaningOf(name: string, value: string | undefined): string {
  const known = sharedSettings.find((each) => each === name)
  const parsed = known === undefined ? undefined : schema.shape[known].safeParse(value)
  return parsed?.success === true ? JSON.stringify(parsed.data ?? null) : `as written: ${value ?? ''}`
}
