/** Entries that administrators made, read with the same eyes as `clients.yaml`: what is wrong with one is said, and stops nothing. */
import type { z } from 'zod'
import { clientEntry, type ClientEntry } from './client-schema.ts'
import { resourceEntry, unknownResources, type ResourceEntry } from './resources.ts'

export type ManagedKind = 'client' | 'resource'

export interface ManagedEntry {
  readonly id: string
  readonly entry: unknown
  readonly version: number
  readonly createdAt: Date
  readonly createdBy: string
  readonly changedAt: Date
  readonly changedBy: string
}

/** What is needed of the store to look clients up. */
export interface ManagedReader {
  find(kind: ManagedKind, id: string): Promise<ManagedEntry | undefined>
  findMany(kind: ManagedKind, ids: readonly string[]): Promise<readonly ManagedEntry[]>
  list(
    kind: ManagedKind,
    page?: { readonly limit: number; readonly afterId?: string | undefined },
  ): Promise<readonly ManagedEntry[]>
}

export interface EntryChange {
  readonly kind: ManagedKind
  readonly id: string
  /** Undefined takes the entry away. */
  readonly entry: object | undefined
  /** Of the entry that was read; 0 where there must be none. */
  readonly version: number
  readonly event: string
  readonly detail?: Readonly<Record<string, string | number | boolean>> | undefined
}

export interface ManagedWriter extends ManagedReader {
  /** All of the changes or none. @returns which one came too late; undefined where all is done */
  write(
    changes: readonly EntryChange[],
    author: { readonly name: string; readonly address?: string | undefined },
  ): Promise<object | undefined>
}

/** What is wrong with a setting, and with which; an empty path means the whole. */
export interface Problem {
  readonly path: string
  readonly message: string
}

export type Read<Entry> =
  | { readonly isWhole: true; readonly value: Entry }
  | { readonly isWhole: false; readonly problems: readonly Problem[] }

export function readResource(given: unknown): Read<ResourceEntry> {
  const parsed = resourceEntry.safeParse(given)
  return parsed.success ? whole(parsed.data) : faulty(parsed.error)
}

export function readClient(given: unknown): Read<ClientEntry> {
  const parsed = clientEntry.safeParse(given)
  return parsed.success ? whole(parsed.data) : faulty(parsed.error)
}

/** Also holds it against the APIs that there are. */
export function readClientAmong(given: unknown, resources: readonly ResourceEntry[]): Read<ClientEntry> {
  const read = readClient(given)
  if (!read.isWhole) return read
  const problems = unknownResources(read.value.resources, resources).map((message) => ({
    path: 'resources',
    message,
  }))
  return problems.length === 0 ? read : { isWhole: false, problems }
}

export function resourcesOf(entries: readonly ManagedEntry[]): ResourceEntry[] {
  return entries.flatMap(({ entry }) => {
    const read = readResource(entry)
    return read.isWhole ? [read.value] : []
  })
}

function whole<Entry>(value: Entry): Read<Entry> {
  return { isWhole: true, value }
}

function faulty(error: z.ZodError): { readonly isWhole: false; readonly problems: readonly Problem[] } {
  const problems = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
  return { isWhole: false, problems }
}
