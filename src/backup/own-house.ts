/** The house that the settings name, as a backup wants it and as a restore puts it there. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import type { Config } from '../config.ts'
import { createVault } from '../provider/vault.ts'
import { openDatabase } from '../store/open-database.ts'
import { restorationType } from '../store/audit-chain.ts'
import { locationOf } from '../store/place.ts'
import type { Snapshot } from '../store/transfer/export.ts'
import { withSoleUse } from '../store/transfer/sole-use.ts'
import { documentsOf, openHouseStore } from '../store-parts.ts'
import { version } from '../version.ts'
import { BackupFault } from './archive.ts'
import type { ClientTexts, KeyTexts } from './format.ts'
import type { HouseToKeep } from './make.ts'
import type { RestoreTarget } from './restore.ts'

export function houseOf(config: Config, clock: () => Date): HouseToKeep {
  return {
    location: locationOf(config),
    issuer: config.issuer,
    program: version,
    clock,
    readKeys: (snapshot) =>
      config.databaseUrl === undefined ? readKeyFiles(config) : readKeyRows(config, snapshot),
    readClients: () => readClients(config.clientsFile),
    templateKeyOf: (keys) => templateKeyOf(config, keys),
  }
}

export function targetOf(config: Config, clock: () => Date): RestoreTarget {
  const at = (dataDir: string): Config => ({ ...config, dataDir })
  return {
    locationIn: (dataDir) => locationOf(at(dataDir)),
    alone: (work) => withSoleUse(locationOf(config), work),
    dataDir: config.dataDir,
    clientsFile: config.clientsFile,
    issuer: config.issuer,
    templateKeyOf: (keys) => templateKeyOf(config, keys),
    writeKeys: (keys, dataDir) => writeKeys(at(dataDir), keys),
    settleAudit: async (restoration, dataDir) => {
      // As an inspection: the file that notes the head is not lost, it is made now.
      const { store } = await openHouseStore(at(dataDir), { clock, isInspection: true })
      try {
        const { takenAt, fromEngine, fromVersion } = restoration
        const detail = { takenAt, fromEngine, fromVersion }
        await store.audit.append({ type: restorationType, detail })
        await store.audit.checkpoint()
        return await store.audit.verify()
      } finally {
        await store.close()
      }
    },
  }
}

/** @throws {BackupFault} where there are none: without them the rows are noise */
async function readKeyFiles({ dataDir, keysKey }: Config): Promise<KeyTexts> {
  const folder = join(dataDir, 'keys')
  const files = existsSync(folder) ? await readdir(folder) : []
  const documents = documentsOf({ dataDir, keysKey })
  const texts: KeyTexts = {}
  for (const file of files.filter((each) => each.endsWith('.json'))) {
    const name = file.slice(0, -'.json'.length)
    const text = await documents.read(name)
    if (text !== undefined) texts[name] = text
  }
  return requireSecrets(texts, folder)
}

async function readKeyRows({ keysKey }: Config, snapshot: Snapshot): Promise<KeyTexts> {
  const vault = createVault(keysKey)
  const table = snapshot.tables.find(({ name }) => name === 'private_documents')
  const texts: KeyTexts = {}
  if (table === undefined) return requireSecrets(texts, 'the database')
  const [nameAt, bodyAt] = ['name', 'body'].map((wanted) =>
    table.columns.findIndex(({ name }) => name === wanted),
  )
  for await (const rows of snapshot.rowsOf(table)) {
    for (const row of rows) {
      const name = String(row[nameAt ?? -1])
      texts[name] = vault.open(`the document ${name} in the database`, String(row[bodyAt ?? -1]))
    }
  }
  return requireSecrets(texts, 'the database')
}

function requireSecrets(texts: KeyTexts, place: string): KeyTexts {
  if (texts['secrets'] !== undefined) return texts
  throw new BackupFault(
    'mismatch',
    `There are no keys in ${place}: start the provider once, or restore them.`,
  )
}

/** Plain rows of the database for whoever shares it, files for a node that is alone: as the house itself keeps them. */
async function writeKeys(config: Config, keys: KeyTexts): Promise<void> {
  const database = config.databaseUrl === undefined ? undefined : await openDatabase(locationOf(config))
  try {
    const documents = documentsOf(config, database)
    for (const [name, text] of Object.entries(keys)) {
      await documents.change(name, () => Promise.resolve({ value: undefined, text }))
    }
  } finally {
    await database?.close()
  }
}

const secretsWithKey = z.looseObject({ templateKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })

function templateKeyOf({ templateKey }: Config, keys: KeyTexts): Uint8Array {
  if (templateKey !== undefined) return Buffer.from(templateKey, 'base64url')
  const parsed = secretsWithKey.safeParse(jsonOf(keys['secrets'] ?? ''))
  if (parsed.success) return Buffer.from(parsed.data.templateKey, 'base64url')
  throw new BackupFault('damaged', 'The secrets of the house are damaged.')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const entry = z.looseObject({ secret_file: z.string().optional() })
const list = z.union([
  z.array(entry),
  z.looseObject({ clients: z.array(entry).default([]) }).transform(({ clients }) => clients),
])

/** As it stands, faults and all: whether it is right is the start's to say. */
async function readClients(file: string): Promise<ClientTexts> {
  if (!existsSync(file)) return { list: null, secretFiles: [] }
  const text = await readFile(file, 'utf8')
  const named = list.safeParse(yamlOf(text))
  const paths = named.success ? named.data.flatMap(({ secret_file: path }) => path ?? []) : []
  const secretFiles = []
  for (const path of new Set(paths)) {
    const place = resolve(dirname(file), path)
    if (existsSync(place)) secretFiles.push({ path, text: await readFile(place, 'utf8') })
  }
  return { list: text, secretFiles }
}

function yamlOf(text: string): unknown {
  try {
    return parseYaml(text)
  } catch {
    return undefined
  }
}
