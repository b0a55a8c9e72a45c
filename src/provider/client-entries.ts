/** The entry of a managed client as it is kept: as it was written, in one order, with digests in the place of secrets. */
import { z } from 'zod'
import { digestLine } from './client-metadata.ts'

export type RawEntry = Readonly<Record<string, unknown>>

const object = z.record(z.string(), z.unknown())
const secretText = z.object({ secret: z.string() })

/** @returns the members of what was given; none where it is no object */
export function rawEntryOf(given: unknown): RawEntry {
  return object.safeParse(given).data ?? {}
}

/** The names that are known come first and in their order, so that two entries that say the same look the same. */
export function inOrder(entry: RawEntry, names: readonly string[]): RawEntry {
  const known = names.filter((name) => entry[name] !== undefined)
  const others = Object.keys(entry).filter((name) => entry[name] !== undefined && !names.includes(name))
  return Object.fromEntries([...known, ...others].map((name) => [name, entry[name]]))
}

/** A secret is not kept: its digest is. */
export function withoutSecret(entry: RawEntry): RawEntry {
  const parsed = secretText.safeParse(entry)
  if (!parsed.success) return entry
  const { secret } = parsed.data
  const rest = Object.fromEntries(Object.entries(entry).filter(([name]) => name !== 'secret'))
  return { ...rest, secret_digests: [digestLine(secret)] }
}

/** The names of the settings in which two validated entries differ. */
export function fieldsChanged(before: object, after: object): string[] {
  const [old, next] = [rawEntryOf(before), rawEntryOf(after)]
  const names = new Set([...Object.keys(old), ...Object.keys(next)])
  return [...names].filter((name) => JSON.stringify(old[name]) !== JSON.stringify(next[name]))
}

const digests = z.object({
  secret_digests: z.array(z.union([z.string(), z.looseObject({ digest: z.string() })])),
})

export interface SecretLine {
  readonly digest: string
  /** When it is taken no more. */
  readonly until: string | undefined
}

/** The digests of an entry, oldest first. */
export function secretLinesOf(entry: RawEntry): SecretLine[] {
  const lines = digests.safeParse(entry).data?.secret_digests ?? []
  return lines.map((line) => {
    if (typeof line === 'string') return { digest: line, until: undefined }
    const until = line['until']
    return { digest: line.digest, until: typeof until === 'string' ? until : undefined }
  })
}

export function withSecretLines(entry: RawEntry, lines: readonly SecretLine[]): RawEntry {
  const written = lines.map(({ digest, until }) => (until === undefined ? digest : { digest, until }))
  return { ...entry, secret_digests: written }
}

/** What the schema would say is missing, and we can make. */
export function needsSecret(given: unknown): boolean {
  const { type, token_endpoint_auth_method: method, secret, secret_digests: digests } = rawEntryOf(given)
  const isBySecret =
    method === undefined || (typeof method === 'string' && method.startsWith('client_secret_'))
  return type === 'confidential' && isBySecret && secret === undefined && digests === undefined
}

/** Whoever changes a client need not know its secrets: where none are named, they stay. */
export function withOldSecrets(given: RawEntry, stored: RawEntry): RawEntry {
  const { secret_digests: digests } = stored
  if (digests === undefined || given['secret_digests'] !== undefined || !needsSecret(given)) return given
  return { ...given, secret_digests: digests }
}
