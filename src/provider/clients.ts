/** The relying parties, as the operator lists them in `clients.yaml`. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { ClientMetadata } from 'oidc-provider'
import { isMap, isSeq, LineCounter, parseDocument, type Document } from 'yaml'
import { z } from 'zod'
import { accountClientId, clientEntry, type ClientEntry } from './client-schema.ts'

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
  readonly metadata: readonly ClientMetadata[]
  /** Confidential clients that may leave PKCE out. */
  readonly pkceExempt: ReadonlySet<string>
  readonly corsOrigins: ReadonlyMap<string, ReadonlySet<string>>
  /** What the operator should know at each start. */
  readonly warnings: readonly string[]
}

export interface ClientsOptions {
  readonly file: string
  /** Where the demo relying party listens; without it the first list is empty. */
  readonly demoPort?: number | undefined
}

/**
 * Reads the list, and writes a first one where there is none.
 * @throws {ClientsError} naming every fault with its line.
 */
export function openClients({ file, demoPort }: ClientsOptions): Clients {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, firstList(demoPort), { mode: 0o600 })
  }
  return clientsOf(parseList(file, readFileSync(file, 'utf8')))
}

function parseList(file: string, text: string): readonly ClientEntry[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true })
  if (document.errors.length > 0) {
    throw new ClientsError(
      file,
      document.errors.map(({ message }) => message.split('\n')[0] ?? message),
    )
  }
  const value = valueOf(document, file)
  if (!Array.isArray(value)) throw new ClientsError(file, ['must be a list of clients, each begun by “- ”'])
  const problems: string[] = []
  const entries = value.flatMap((given: unknown, index) => {
    const place = `line ${lineOf(document, lines, index)}, ${nameOf(given, index)}`
    const parsed = clientEntry.safeParse(withSecret(given, file))
    if (parsed.success) return [parsed.data]
    for (const { path, message } of parsed.error.issues)
      problems.push(`${place}: ${path.join('.')} ${message}`)
    return []
  })
  for (const id of duplicates(value)) problems.push(`client_id ${id} is listed more than once`)
  if (problems.length > 0) throw new ClientsError(file, problems)
  return entries
}

function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS() ?? []
  } catch (error) {
    throw new ClientsError(file, [error instanceof Error ? error.message : String(error)])
  }
}

function lineOf(document: Document, lines: LineCounter, index: number): number {
  const entry = isSeq(document.contents) ? document.contents.items[index] : undefined
  return isMap(entry) && entry.range ? lines.linePos(entry.range[0]).line : 0
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

function clientsOf(entries: readonly ClientEntry[]): Clients {
  const exempt = entries.filter(({ pkce }) => pkce === 'exempt').map(({ client_id: id }) => id)
  return {
    metadata: entries.map(metadataOf),
    pkceExempt: new Set(exempt),
    corsOrigins: new Map(entries.map((each) => [each.client_id, new Set(each.cors_origins)])),
    warnings: exempt.map(
      (id) => `client ${id} is exempt from PKCE: a stolen code of it is worth more (RFC 9700 §2.1.1)`,
    ),
  }
}

function metadataOf(entry: ClientEntry): ClientMetadata {
  return {
    client_id: entry.client_id,
    client_name: entry.name,
    redirect_uris: entry.redirect_uris,
    post_logout_redirect_uris: entry.post_logout_redirect_uris,
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token'],
    scope: entry.scopes.join(' '),
    id_token_signed_response_alg: entry.id_token_alg,
    application_type: entry.application_type,
    subject_type: entry.subject_type,
    ...(entry.type === 'public'
      ? { token_endpoint_auth_method: 'none' }
      : { token_endpoint_auth_method: entry.token_endpoint_auth_method, client_secret: entry.secret }),
  }
}

/** Signs people in for the account page: a session and no token. */
export function accountClient(issuer: string): ClientMetadata {
  return {
    client_id: accountClientId,
    client_name: 'your Mien account',
    redirect_uris: [`${issuer}/account`],
    response_types: ['none'],
    grant_types: [],
    scope: 'openid',
    token_endpoint_auth_method: 'none',
  }
}

function firstList(demoPort: number | undefined): string {
  const demo = `
- client_id: demo
  name: Demo Shop
  type: public
  redirect_uris:
    - http://localhost:${demoPort ?? 0}/callback
  post_logout_redirect_uris:
    - http://localhost:${demoPort ?? 0}/
`
  return `# The apps that may sign people in here. Mien reads this file when it starts.
#
#   client_id                   the name that the app gives itself in requests
#   name                        what people read on the consent page
#   type                        public (runs in a browser or on a phone) or confidential (has a server)
#   redirect_uris               where people are sent back to; each exactly as the app sends it.
#                               https, or http on localhost
#   post_logout_redirect_uris   where people may be sent after signing out
#   secret, secret_file         confidential clients only; at least 32 characters.
#                               To make one: openssl rand -base64 33
#   pkce                        required (default), or exempt for a confidential client that cannot do it
#   scopes                      of openid, profile, email, offline_access; all by default
#   id_token_alg                RS256 (default) or ES256
#   application_type            web (default) or native
#   subject_type                public (default) or pairwise
#   cors_origins                origins of browser apps that call the token endpoint themselves
${demoPort === undefined ? '[]\n' : demo}
# - client_id: my-app
#   name: My App
#   type: confidential
#   secret_file: my-app.secret
#   redirect_uris:
#     - https://app.example.com/callback
`
}
