/** The bytes of a network, handed out only where their SHA-256 is the one that the manifest names. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Manifest, ModelEntry } from './manifest.ts'
import { findModel } from './model-store.ts'

export interface VerifiedModel {
  readonly entry: ModelEntry
  /** What was hashed, and so what must be opened: the file may change in between. */
  readonly bytes: Buffer
  readonly path: string
}

/**
 * Looks for a network in the folders, in order.
 * @throws {Error} saying which file and what to do, where it is in none of them or is not what the manifest names.
 */
export async function readVerifiedModel(
  entry: ModelEntry,
  folders: readonly string[],
): Promise<VerifiedModel> {
  const path = findModel(entry, folders)
  if (path === undefined) {
    throw new Error(
      `the network ${entry.file} is in none of the folders ${folders.join(', ')}; fetch it with "npm run mien -- models pull --required"`,
    )
  }
  return verify(entry, await readFile(path), path)
}

function verify(entry: ModelEntry, bytes: Buffer, path: string): VerifiedModel {
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== entry.sha256) {
    throw new Error(
      `${path} is not the network ${entry.name}: its SHA-256 is ${found}, not ${entry.sha256}; delete it and fetch it again with "npm run mien -- models pull --required"`,
    )
  }
  return { entry, bytes, path }
}

/** What the engine needs: a fine and a coarse look for faces, a recogniser, and a mesh for how the head is turned. */
export interface EngineModels<Model> {
  readonly coarse: Model
  readonly fine: Model
  readonly recogniser: Model
  readonly mesh: Model
  /** What detects presentation attacks, together; none where the engine has to do without. */
  readonly pad: readonly Model[]
}

/**
 * The networks of the engine in a manifest: the first of each purpose, and all that detect presentation attacks.
 * @throws {Error} where one is missing.
 */
export function selectModels(manifest: Manifest): EngineModels<ModelEntry> {
  const requirePurpose = (purpose: ModelEntry['purpose']) => {
    const entry = manifest.models.find((each) => each.purpose === purpose)
    if (entry === undefined) throw new Error(`the model manifest has no ${purpose}`)
    return entry
  }
  return {
    coarse: requirePurpose('detector-coarse'),
    fine: requirePurpose('detector-fine'),
    recogniser: requirePurpose('recogniser'),
    mesh: requirePurpose('mesh'),
    pad: manifest.models.filter((each) => each.purpose === 'pad'),
  }
}

/** Of the networks that the engine can do without, those in none of the folders. */
export function listAbsent(
  { pad }: EngineModels<ModelEntry>,
  folders: readonly string[],
): readonly ModelEntry[] {
  return pad.filter((entry) => findModel(entry, folders) === undefined)
}

/**
 * The PAD networks were calibrated together: where one is absent, none is read.
 * @throws {Error} as `readVerifiedModel` does; an altered PAD network is as bad as any other.
 */
export async function readVerifiedModels(
  entries: EngineModels<ModelEntry>,
  folders: readonly string[],
): Promise<EngineModels<VerifiedModel>> {
  const pad = listAbsent(entries, folders).length > 0 ? [] : entries.pad
  const [coarse, fine, recogniser, mesh, ...pads] = await Promise.all([
    readVerifiedModel(entries.coarse, folders),
    readVerifiedModel(entries.fine, folders),
    readVerifiedModel(entries.recogniser, folders),
    readVerifiedModel(entries.mesh, folders),
    ...pad.map((entry) => readVerifiedModel(entry, folders)),
  ])
  return { coarse, fine, recogniser, mesh, pad: pads }
}
