/** The document of `mien apply` and `mien export`: what it may say, and at which line it says something wrong. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isNode, LineCounter, parseDocument, type Document } from 'yaml'
import { z } from 'zod'
import { rawEntryOf, type RawEntry } from '../../provider/client-entries.ts'
import { digestLine } from '../../provider/client-metadata.ts'

export const documentVersion = 1

export const roles = ['owner', 'operator', 'auditor'] as const
export type Role = (typeof roles)[number]

/** A part that is left out says nothing of what it would list. */
export interface ConfigurationDocument {
  readonly resources: readonly RawEntry[] | undefined
  readonly clients: readonly RawEntry[] | undefined
  /** By e-mail address. */
  readonly administrators: Readonly<Record<string, Role>> | undefined
  readonly settings: Readonly<Record<string, string>> | undefined
}

type Path = readonly (string | number)[]

/** Where it is told: the line of a place, or of the nearest one around it that is there. */
export type LineOf = (path: Path) => number

export interface ReadDocument {
  readonly document: ConfigurationDocument
  readonly lineOf: LineOf
}

export class DocumentError extends Error {
  readonly code = 'configuration_invalid'
  readonly problems: readonly string[]

  constructor(file: string, problems: readonly string[]) {
    const count = problems.length === 1 ? 'a fault' : `${problems.length} faults`
    super(
      `${file} has ${count}, and nothing was changed:\n${problems.map((each) => `  - ${each}`).join('\n')}`,
    )
    this.name = 'DocumentError'
    this.problems = problems
  }
}

const entries = z.array(z.record(z.string(), z.unknown()))
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const shape = z.strictObject({
  version: z.literal(documentVersion, `must be ${documentVersion}`),
  resources: entries.optional(),
  clients: entries.optional(),
  administrators: z.record(z.email(), z.enum(roles)).optional(),
  settings: z.record(z.string(), scalar).optional(),
})

/** @throws {DocumentError} naming every fault of the form, with its line */
export function readDocument(file: string, text: string): ReadDocument {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: true })
  if (document.errors.length > 0) {
    throw new DocumentError(
      file,
      document.errors.map(({ message }) => message.split('\n')[0] ?? message),
    )
  }
  const lineOf = lineFinder(document, lines)
  const parsed = shape.safeParse(document.toJS({ maxAliasCount: 0 }))
  if (!parsed.success) {
    throw new DocumentError(
      file,
      parsed.error.issues.map(({ path, message }) => {
        const place = path.filter((each) => typeof each !== 'symbol')
        return `line ${lineOf(place)}: ${`${place.join('.')} ${message}`.trim()}`
      }),
    )
  }
  const { resources, clients, administrators, settings } = parsed.data
  const problems: string[] = []
  const withSecrets = clients?.map((entry, at) =>
    readSecret(entry, {
      folder: dirname(resolve(file)),
      tell: (fault) => problems.push(`line ${lineOf(['clients', at])}: ${fault}`),
    }),
  )
  if (problems.length > 0) throw new DocumentError(file, problems)
  return { document: { resources, clients: withSecrets, administrators, settings }, lineOf }
}

function lineFinder(document: Document, lines: LineCounter): LineOf {
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node: unknown = document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line
    }
    return 1
  }
}

interface SecretReader {
  readonly folder: string
  readonly tell: (fault: string) => void
}

/** A secret stands in a file of its own, or as its digest: the document is made to be kept where many can read it. */
function readSecret(given: RawEntry, { folder, tell }: SecretReader): RawEntry {
  const { secret_file: path, ...entry } = rawEntryOf(given)
  if (entry['secret'] !== undefined) tell('secret stands there in plain; give secret_digests or secret_file')
  if (path === undefined) return entry
  if (typeof path !== 'string' || entry['secret_digests'] !== undefined) {
    tell('secret_file is the name of a file, and stands alone')
    return entry
  }
  try {
    const secret = readFileSync(resolve(folder, path), 'utf8').trim()
    if (secret.length < leastSecretLength)
      tell(`the secret in ${path} is shorter than ${leastSecretLength} characters`)
    return { ...entry, secret_digests: [digestLine(secret)] }
  } catch {
    tell(`the file ${path} cannot be read`)
    return entry
  }
}

const leastSecretLength = 32
