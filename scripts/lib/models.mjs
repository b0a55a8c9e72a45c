/** A quick look whether the required networks are there, without starting Node 24; checksums are the server's own duty. */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'

/** @param {string} root */
function readDotEnv(root) {
  const file = join(root, '.env')
  // Node 20 before 20.12 has no parseEnv: the look is then without `.env`, and the server looks again.
  if (typeof parseEnv !== 'function' || !existsSync(file)) return {}
  return parseEnv(readFileSync(file, 'utf8'))
}

/**
 * The same order as src/face/model-store.ts.
 * @param {string} root
 * @param {Readonly<Record<string, string | undefined>>} environment
 */
export function modelFolders(root, environment) {
  const given = environment['MIEN_MODELS_DIR'] || readDotEnv(root)['MIEN_MODELS_DIR']
  const known = [join(root, 'models'), resolve(root, '..', 'shared', 'models')]
  return given ? [resolve(root, given), ...known] : known
}

/**
 * @param {string} root
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {readonly string[]} files of required networks that are in none of the folders
 */
export function missingModels(root, environment) {
  const folders = modelFolders(root, environment)
  /** @type {{ models: { file: string, required: boolean }[] }} */
  const { models } = JSON.parse(readFileSync(join(root, 'models', 'manifest.json'), 'utf8'))
  return models
    .filter(({ required, file }) => required && !folders.some((folder) => existsSync(join(folder, file))))
    .map(({ file }) => file)
}
