/** Where model files lie: finds them, checks them against the manifest, takes in files brought by hand. */
import { createHash } from 'node:crypto'
import { constants, copyFileSync, createReadStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { Manifest, ModelEntry } from './manifest.ts'

const projectRoot = fileURLToPath(new URL('../..', import.meta.url))

/** Where downloads and added files go. */
export const ownModelFolder = join(projectRoot, 'models')

export type ModelFaultCode =
  | 'model_missing'
  | 'model_checksum_wrong'
  | 'model_too_large'
  | 'model_unreachable'
  | 'model_unpublished'
  | 'model_unknown'

/** An expected failure about model files; the message says what to do. */
export class ModelFault extends Error {
  readonly code: ModelFaultCode

  constructor(code: ModelFaultCode, message: string, options: ErrorOptions = {}) {
    super(message, options)
    this.name = 'ModelFault'
    this.code = code
  }
}

/** In the order of search: the operator's folder, the project's, the one beside the project. */
export function modelFolders(modelsDir: string | undefined): readonly string[] {
  const known = [ownModelFolder, resolve(projectRoot, '..', 'shared', 'models')]
  return modelsDir === undefined ? known : [resolve(modelsDir), ...known]
}

/** The first file of that name; whether its bytes are the right ones is checked when it is opened. */
export function findModel(entry: ModelEntry, folders: readonly string[]): string | undefined {
  return folders.map((folder) => join(folder, entry.file)).find((path) => existsSync(path))
}

/** What a person without a network here needs in order to bring the files: address, size, checksum, folder. */
export function byHand(entries: readonly ModelEntry[], folder: string = ownModelFolder): string {
  const lines = entries.flatMap((entry) => [
    `  ${entry.file}`,
    `    from    ${entry.source ?? 'nowhere public: it cannot be downloaded'}`,
    `    size    ${entry.bytes} bytes`,
    `    sha256  ${entry.sha256}`,
    `    licence ${entry.licence}`,
  ])
  return [
    ...lines,
    `Put the files into ${folder}, named as above,`,
    'or run `npm run mien -- models add FILE`.',
  ].join('\n')
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) hash.update(chunk)
  })
  return hash.digest('hex')
}

export async function isGenuine(entry: ModelEntry, path: string): Promise<boolean> {
  return (await sha256Of(path)) === entry.sha256
}

/**
 * Copies a file that the manifest knows by its checksum, whatever its name, into `folder`.
 * @throws {ModelFault} `model_unknown` listing what is known.
 */
export async function addModel(
  file: string,
  manifest: Manifest,
  folder: string,
): Promise<{ readonly entry: ModelEntry; readonly path: string }> {
  if (!existsSync(file)) throw new ModelFault('model_missing', `There is no file ${file}.`)
  const sha256 = await sha256Of(file)
  const entry = manifest.models.find((each) => each.sha256 === sha256)
  if (entry === undefined) {
    const known = manifest.models.map((each) => `  ${each.sha256}  ${each.file}`).join('\n')
    throw new ModelFault(
      'model_unknown',
      `${file} is none of the networks in models/manifest.json.\n  ${sha256}  is its checksum; known are\n${known}`,
    )
  }
  const path = join(folder, entry.file)
  await copyGenuine(entry, file, path)
  return { entry, path }
}

/** Checks the copy rather than the original, which may change between the look and the copy. */
async function copyGenuine(entry: ModelEntry, from: string, to: string): Promise<void> {
  if (resolve(from) === resolve(to)) return
  mkdirSync(dirname(to), { recursive: true })
  const part = `${to}.added.part`
  copyFileSync(from, part, constants.COPYFILE_FICLONE)
  if (!(await isGenuine(entry, part))) {
    rmSync(part, { force: true })
    throw new ModelFault('model_checksum_wrong', `${from} changed while it was copied. Try again.`)
  }
  renameSync(part, to)
}
