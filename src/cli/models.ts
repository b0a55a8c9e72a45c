/** `mien models`: lists, fetches, checks and takes in the model files. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { readManifest } from '../face/manifest.ts'
import type { Manifest, ModelEntry } from '../face/manifest.ts'
import { downloadModel } from '../face/model-download.ts'
import {
  ModelFault,
  addModel,
  byHand,
  findModel,
  isGenuine,
  modelFolders,
  ownModelFolder,
} from '../face/model-store.ts'
import { UsageError, processTerminal, readArguments } from './terminal.ts'
import type { Terminal } from './terminal.ts'

export interface ModelsDependencies {
  readonly manifest: Manifest
  readonly folders: readonly string[]
  /** Where fetched and added files go. */
  readonly target: string
  readonly fetch: typeof fetch
  readonly terminal: Terminal
}

interface Options {
  readonly names: readonly string[]
  readonly json: boolean
  readonly required: boolean
}

type Action = (options: Options, dependencies: ModelsDependencies) => Promise<number>

const actions: Readonly<Record<string, Action>> = { list, pull, verify, add }

function ownDependencies(): ModelsDependencies {
  const folders = modelFolders(readConfig().modelsDir)
  return { manifest: readManifest(), folders, target: ownModelFolder, fetch, terminal: processTerminal }
}

/** @returns the exit code. */
export async function models(
  args: readonly string[],
  dependencies: ModelsDependencies = ownDependencies(),
): Promise<number> {
  const { values, positionals } = readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, required: { type: 'boolean', default: false } },
    }),
  )
  const [verb = '', ...names] = positionals
  const action = Object.hasOwn(actions, verb) ? actions[verb] : undefined
  if (action === undefined) {
    throw new UsageError(`\`mien models\` wants one of ${Object.keys(actions).join(', ')}, not \`${verb}\``)
  }
  return action({ names, json: values.json, required: values.required }, dependencies)
}

function list({ json }: Options, { manifest, folders, terminal }: ModelsDependencies): Promise<number> {
  const rows = manifest.models.map((entry) => ({
    name: entry.name,
    purpose: entry.purpose,
    required: entry.required,
    bytes: entry.bytes,
    licence: entry.licence,
    path: findModel(entry, folders) ?? null,
  }))
  if (json) terminal.print(JSON.stringify(rows, null, 2))
  for (const row of json ? [] : rows) {
    const need = row.required ? 'required' : 'optional'
    terminal.print(`${row.name.padEnd(18)} ${row.purpose.padEnd(15)} ${need}  ${row.path ?? 'not here'}`)
  }
  return Promise.resolve(0)
}

type Report = { readonly name: string; readonly file: string } & (
  | { readonly outcome: 'present' | 'fetched' | 'genuine' | 'added'; readonly path: string }
  | { readonly outcome: 'missing' }
  | { readonly outcome: 'failed'; readonly code: string; readonly message: string }
)

type Failure = Extract<Report, { readonly outcome: 'failed' }>

function isFailure(report: Report): report is Failure {
  return report.outcome === 'failed'
}

/** Prints what was done; `tellFailures` makes one message of what was not. */
function summarise(
  reports: readonly Report[],
  { json, terminal, tellFailures = listFailures }: Telling,
): number {
  const failures = reports.filter(isFailure)
  if (json) terminal.print(JSON.stringify(reports, null, 2))
  for (const report of json ? [] : reports) {
    if (isFailure(report)) continue
    terminal.print(`${report.name}: ${report.outcome}${'path' in report ? `, ${report.path}` : ''}`)
  }
  if (!json && failures.length > 0) terminal.warn(tellFailures(failures))
  return failures.length === 0 ? 0 : 1
}

interface Telling {
  readonly json: boolean
  readonly terminal: Terminal
  readonly tellFailures?: (failures: readonly Failure[]) => string
}

function listFailures(failures: readonly Failure[]): string {
  return failures.map(({ name, message }) => `${name}: ${message}`).join('\n')
}

function chosen({ names, required }: Options, { manifest }: ModelsDependencies): readonly ModelEntry[] {
  const unknown = names.find((name) => !manifest.models.some((entry) => entry.name === name))
  if (unknown !== undefined) {
    const known = manifest.models.map((entry) => entry.name).join(', ')
    throw new UsageError(`there is no network \`${unknown}\`; known are ${known}`)
  }
  const named = manifest.models.filter((entry) => names.length === 0 || names.includes(entry.name))
  return required ? named.filter((entry) => entry.required) : named
}

async function pull(options: Options, dependencies: ModelsDependencies): Promise<number> {
  const wanted = chosen(options, dependencies)
  const reports: Report[] = []
  for (const entry of wanted) reports.push(await pullOne(entry, dependencies))
  const tellFailures = (failures: readonly Failure[]) => {
    const left = wanted.filter(({ name }) => failures.some((failure) => failure.name === name))
    const count = left.length === 1 ? 'One network' : `${left.length} networks`
    const advice = `${count} could not be fetched. Where there is a network, fetch by hand:`
    return `${listFailures(failures)}\n\n${advice}\n${byHand(left, dependencies.target)}`
  }
  return summarise(reports, { json: options.json, terminal: dependencies.terminal, tellFailures })
}

async function pullOne(entry: ModelEntry, dependencies: ModelsDependencies): Promise<Report> {
  const { name, file } = entry
  const found = findModel(entry, dependencies.folders)
  if (found !== undefined && (await isGenuine(entry, found)))
    return { name, file, outcome: 'present', path: found }
  // A wrong file elsewhere would be found before the one we fetch, and it is not ours to remove.
  if (found !== undefined && found !== join(dependencies.target, file)) {
    return { name, file, outcome: 'failed', code: 'model_checksum_wrong', message: wrongBytes(entry, found) }
  }
  try {
    return { name, file, outcome: 'fetched', path: await fetchWatched(entry, dependencies) }
  } catch (error) {
    if (!(error instanceof ModelFault)) throw error
    return { name, file, outcome: 'failed', code: error.code, message: error.message }
  }
}

async function fetchWatched(
  entry: ModelEntry,
  { target, fetch, terminal }: ModelsDependencies,
): Promise<string> {
  const note = entry.licenceNote === undefined ? '' : ` (${entry.licenceNote})`
  terminal.warn(`${entry.name}: ${megabytes(entry.bytes)} MB, licence ${entry.licence}${note}`)
  const { redraw } = terminal
  if (redraw === undefined) return downloadModel(entry, target, { fetch })
  try {
    return await downloadModel(entry, target, {
      fetch,
      onProgress: (bytes) => {
        redraw(bar(bytes, entry.bytes))
      },
    })
  } finally {
    redraw('')
  }
}

function bar(bytes: number, total: number): string {
  const filled = Math.round((bytes / total) * 30)
  return `[${'#'.repeat(filled)}${'.'.repeat(30 - filled)}] ${megabytes(bytes)} of ${megabytes(total)} MB`
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}

function wrongBytes(entry: ModelEntry, path: string): string {
  return `${path} is not ${entry.file} of the manifest: its SHA-256 is not ${entry.sha256}. Remove it, then pull again.`
}

async function verify(options: Options, dependencies: ModelsDependencies): Promise<number> {
  const reports: Report[] = []
  for (const entry of chosen(options, dependencies)) reports.push(await verifyOne(entry, dependencies))
  return summarise(reports, { json: options.json, terminal: dependencies.terminal })
}

async function verifyOne(entry: ModelEntry, { folders }: ModelsDependencies): Promise<Report> {
  const { name, file } = entry
  const path = findModel(entry, folders)
  if (path !== undefined && (await isGenuine(entry, path))) return { name, file, outcome: 'genuine', path }
  if (path !== undefined) {
    return { name, file, outcome: 'failed', code: 'model_checksum_wrong', message: wrongBytes(entry, path) }
  }
  if (!entry.required) return { name, file, outcome: 'missing' }
  return {
    name,
    file,
    outcome: 'failed',
    code: 'model_missing',
    message: `${file} is required and not here.`,
  }
}

async function add(
  { names, json }: Options,
  { manifest, target, terminal }: ModelsDependencies,
): Promise<number> {
  if (names.length === 0) throw new UsageError('`mien models add` wants the file to add')
  const reports: Report[] = []
  for (const given of names) {
    try {
      const { entry, path } = await addModel(given, manifest, target)
      reports.push({ name: entry.name, file: entry.file, outcome: 'added', path })
    } catch (error) {
      if (!(error instanceof ModelFault)) throw error
      reports.push({ name: given, file: given, outcome: 'failed', code: error.code, message: error.message })
    }
  }
  return summarise(reports, { json, terminal })
}
