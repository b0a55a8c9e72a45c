/** Houses without pages: a data folder with keys, clients and a database on either engine, to be kept and put back. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { targetOf } from '../../src/backup/own-house.ts'
import { restoreBackup, type RestoreReceipt, type RestoreWish } from '../../src/backup/restore.ts'
import { readConfig, type Config } from '../../src/config.ts'
import { openSigningKeys } from '../../src/provider/signing-keys.ts'
import { openHouseStore, type HouseStore } from '../../src/store-parts.ts'
import { embeddingOf } from '../store/fixtures.ts'

export const keysKey = 'k'.repeat(43)

export interface Folder {
  readonly path: string
  remove(): void
}

export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'mien-backup-'))
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true })
    },
  }
}

export function configIn(dataDir: string, settings: Readonly<Record<string, string>> = {}): Config {
  return readConfig({ MIEN_ISSUER: 'https://id.example.com', MIEN_DATA_DIR: dataDir, ...settings })
}

export const clock = (): Date => new Date()

export function openHouse(config: Config): Promise<HouseStore> {
  return openHouseStore(config, { clock })
}

/** A person with a face and a session, clients with a secret in a file, both kinds of keys; more than one piece of an age file. */
export async function furnish(config: Config): Promise<string> {
  mkdirSync(config.dataDir, { recursive: true })
  writeFileSync(
    config.clientsFile,
    `# ${randomBytes(100_000).toString('hex')}\n` +
      "- client_id: shop # ours\n  name: Shop\n  type: confidential\n  secret_file: shop.secret\n  redirect_uris: ['https://shop.example/']\n",
  )
  writeFileSync(join(config.dataDir, 'shop.secret'), 'a-secret-of-more-than-thirty-two-characters\n')
  const { store, documents } = await openHouse(config)
  try {
    await openSigningKeys(documents)
    const subject = await store.subjects.create({
      email: 'Ada@example.com',
      passwordHash: 'argon2',
      emailVerified: true,
    })
    const samples = [1, 2, 3, 4, 5].map((seed) => ({ embedding: embeddingOf(seed), pose: 'front' }))
    await store.templates.replaceAll(subject.id, samples, 'Firefox on Linux')
    await store.consents.record({ subjectId: subject.id, version: '1', textDigest: 'digest' })
    await store.oidc
      .recordsOf('RefreshToken')
      .upsert('token', { accountId: subject.id, grantId: 'g' }, 86_400)
    await store.audit.append({
      type: 'signed_in',
      subjectId: subject.id,
      detail: { says: '“it’s” \\ \u{1F600}' },
    })
    return subject.id
  } finally {
    await store.close()
  }
}

export function putBack(
  config: Config,
  wish: Pick<RestoreWish, 'file' | 'key'> & Partial<RestoreWish>,
): Promise<RestoreReceipt> {
  return restoreBackup(
    { isAnyIssuer: false, isForced: false, now: new Date(), ...wish },
    targetOf(config, clock),
  )
}
