/** The relying parties and the APIs they may call, as the operator lists them in `clients.yaml`. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { ClientMetadata } from 'oidc-provider'
import { isMap, isSeq, LineCounter, parseDocument, type Document, type YAMLSeq } from 'yaml'
import { z } from 'zod'
import { digestLine, leastPolicy, metadataOf, policyOf, type ClientPolicy } from './client-metadata.ts'
import { clientEntry, type ClientEntry } from './client-schema.ts'
import { firstList } from './first-clients.ts'
import { resourceEntry, unknownResources, type ResourceEntry } from './resources.ts'

export class ClientsError extends Error {
  readonly code = 'clients_invalid'
  readonly problems: readonly string[]

  constructor(file: string, problems: readonly string[]) {
    super(
      `${file} has ${problems.length === 1 ? 'a fault' : `${problems.length} faults`}:\n${problems.map((each) => `  - ${each}`).join('\n')}`,
    )
    this.name = 'ClientsError'
    this.problems = problems
  }
}

export interface Clients {
  /** Where they stand, for whoever is told of a fault. */
  readonly file: string
  /** As they were written, with what they left out; a secret is here as its digest. */
  readonly entries: readonly ClientEntry[]
  readonly resources: readonly ResourceEntry[]
  readonly metadata: readonly ClientMetadata[]
  readonly policies: ReadonlyMap<string, ClientPolicy>
  /** Of every resource, the words for the consent page, by the name of the scope. */
  readonly scopeSentences: Readonly<Record<string, string>>
  /** What the operator should know at each start. */
  readonly warnings: readonly string[]
}

/** How to treat a client; strictly, where the operator has not listed it. */
export function policyFor({ policies }: Pick<Clients, 'policies'>, clientId: string): ClientPolicy {
  return policies.get(clientId) ?? leastPolicy
}

export interface ClientsOptions {
  readonly file: string
  /** Where the demo relying party listens; without it the first list is empty. */
  readonly demoPort?: number | undefined
  /** APIs of the house itself, which a client may name though no file lists them. */
  readonly ownResources?: readonly ResourceEntry[] | undefined
}

/**
 * Reads the list, and writes a first one where there is none.
 * @throws {ClientsError} naming every fault with its line.
 */
export function openClients({ file, demoPort, ownResources = [] }: ClientsOptions): Clients {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, firstList(demoPort), { mode: 0o600 })
  }
  return readClients({ file, ownResources })
}

/**
 * Reads the list, and writes nothing: where there is none it is empty.
 * @throws {ClientsError} naming every fault with its line.
 */
export function readClients({ file, ownResources = [] }: Omit<ClientsOptions, 'demoPort'>): Clients {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '[]'
  return { file, ...clientsOf(parseFile({ file, text, ownResources }), ownResources) }
}

interface ClientsText {
  readonly file: string
  readonly text: string
  readonly ownResources: readonly ResourceEntry[]
}

interface Entries {
  readonly clients: readonly ClientEntry[]
  readonly resources: readonly ResourceEntry[]
}

/** A list of clients, or two lists by name. */
const fileShape = z.union([
  z.array(z.unknown()).transform((clients) => ({ clients, resources: [] })),
  z.strictObject({ clients: z.array(z.unknown()).default([]), resources: z.array(z.unknown()).default([]) }),
])

function parseFile({ file, text, ownResources }: ClientsText): Entries {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true })
  if (document.errors.length > 0) {
    throw new ClientsError(
      file,
      document.errors.map(({ message }) => message.split('\n')[0] ?? message),
    )
  }
  const shape = fileShape.safeParse(valueOf(document, file))
  if (!shape.success) {
    throw new ClientsError(file, [
      'must be a list of clients, each begun by “- ”, or have such a list under “clients:” and one under “resources:”',
    ])
  }
  const problems: string[] = []
  const placeIn = (list: 'clients' | 'resources', index: number): string =>
    `line ${lineOf({ document, lines, list, index })}`
  const resources = parseResources(shape.data.resources, placeIn, problems)
  const clients = shape.data.clients.flatMap((given, index) => {
    const place = `${placeIn('clients', index)}, ${nameOf(given, index)}`
    const parsed = clientEntry.safeParse(withSecret(given, file))
    if (!parsed.success) {
      problems.push(...faultsOf(parsed.error, place))
      return []
    }
    for (const fault of unknownResources(parsed.data.resources, [...resources, ...ownResources]))
      problems.push(`${place}: resources ${fault}`)
    return [parsed.data]
  })
  for (const id of duplicates(shape.data.clients)) problems.push(`client_id ${id} is listed more than once`)
  if (problems.length > 0) throw new ClientsError(file, problems)
  return { clients, resources }
}

type PlaceIn = (list: 'clients' | 'resources', index: number) => string

function parseResources(given: readonly unknown[], placeIn: PlaceIn, problems: string[]): ResourceEntry[] {
  const resources = given.flatMap((each, index) => {
    const parsed = resourceEntry.safeParse(each)
    if (parsed.success) return [parsed.data]
    problems.push(...faultsOf(parsed.error, `${placeIn('resources', index)}, resource number ${index + 1}`))
    return []
  })
  const twice = resources.filter(
    ({ identifier }, at) => resources.findIndex((each) => each.identifier === identifier) !== at,
  )
  for (const { identifier } of twice) problems.push(`resource ${identifier} is listed more than once`)
  return resources
}

function faultsOf(error: z.ZodError, place: string): string[] {
  return error.issues.map(({ path, message }) => `${place}: ${path.join('.')} ${message}`)
}

function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS() ?? []
  } catch (error) {
    throw new ClientsError(file, [error instanceof Error ? error.message : String(error)])
  }
}

interface Place {
  readonly document: Document
  readonly lines: LineCounter
  readonly list: 'clients' | 'resources'
  readonly index: number
}

function lineOf({ document, lines, list, index }: Place): number {
  const entry = listOf(document, list)?.items[index]
  return isMap(entry) && entry.range ? lines.linePos(entry.range[0]).line : 0
}

function listOf({ contents }: Document, list: 'clients' | 'resources'): YAMLSeq | undefined {
  if (isSeq(contents)) return contents
  const found: unknown = isMap(contents) ? contents.get(list) : undefined
  return isSeq(found) ? found : undefined
}

const named = z.object({ client_id: z.string() })

function nameOf(given: unknown, index: number): string {
  const parsed = named.safeParse(given)
  return parsed.success ? `client ${parsed.data.client_id}` : `client number ${index + 1}`
}

function duplicates(given: readonly unknown[]): Set<string> {
  const ids = given.flatMap((each) => named.safeParse(each).data?.client_id ?? [])
  return new Set(ids.filter((id, at) => ids.indexOf(id) !== at))
}

const fileSecret = z.looseObject({ secret: z.undefined().optional(), secret_file: z.string() })

/** A secret may stand in a file of its own, named from the folder of the list. */
function withSecret(given: unknown, file: string): unknown {
  const parsed = fileSecret.safeParse(given)
  if (!parsed.success) return given
  const { secret_file: path, ...rest } = parsed.data
  try {
    return { ...rest, secret: readFileSync(resolve(dirname(file), path), 'utf8').trim() }
  } catch {
    // Left in place, so that the fault names the setting that the operator wrote.
    return given
  }
}

function clientsOf(
  { clients, resources }: Entries,
  ownResources: readonly ResourceEntry[],
): Omit<Clients, 'file'> {
  const noSecret = randomBytes(32).toString('base64url')
  const known = [...resources, ...ownResources]
  const exempt = clients.filter(({ pkce }) => pkce === 'exempt').map(({ client_id: id }) => id)
  return {
    entries: clients.map(withoutSecret),
    resources,
    metadata: clients.map((each) => metadataOf(each, noSecret)),
    policies: new Map(clients.map((each) => [each.client_id, policyOf(each, known)])),
    scopeSentences: sentencesOf(known),
    warnings: exempt.map(
      (id) => `client ${id} is exempt from PKCE: a stolen code of it is worth more (RFC 9700 §2.1.1)`,
    ),
  }
}

/** Of APIs, the words for the consent page. */
export function sentencesOf(resources: readonly ResourceEntry[]): Record<string, string> {
  return Object.fromEntries(resources.flatMap(({ scopes }) => Object.entries(scopes)))
}

function withoutSecret(entry: ClientEntry): ClientEntry {
  if (entry.type === 'public' || entry.secret === undefined) return entry
  const { secret, ...rest } = entry
  return { ...rest, secret_digests: [{ digest: digestLine(secret) }] }
}
