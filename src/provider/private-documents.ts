/** What holds secrets, by name: where it is kept is the house's matter, that it is sealed and made once is this file's. */
import { changePrivateFile, readPrivateFile } from './private-file.ts'
import { join } from 'node:path'
import { isSealed, plainVault, type Vault } from './vault.ts'

export interface DocumentChange<T> {
  readonly value: T
  /** The new content; left alone where there is none. */
  readonly text?: string
}

export interface PrivateDocuments {
  /** How a message calls it. */
  describe(name: string): string
  read(name: string): Promise<string | undefined>
  /** One at a time, whichever node or process asks; whoever reads meanwhile reads what was. */
  change<T>(name: string, work: (found: string | undefined) => Promise<DocumentChange<T>>): Promise<T>
}

/** In `keys/` of the data folder, mode 0600. @throws {PrivateFileError} where others may read one */
export function privateFiles(dataDir: string): PrivateDocuments {
  const pathOf = (name: string): string => join(dataDir, 'keys', `${name}.json`)
  return {
    describe: pathOf,
    read: (name) => Promise.resolve(readPrivateFile(pathOf(name))),
    change: (name, work) => changePrivateFile(pathOf(name), () => work(readPrivateFile(pathOf(name)))),
  }
}

/**
 * The same documents, sealed where they lie; one that was plain is sealed when it is next read.
 * @throws {PrivateFileError} where the seal is another's, or there is no key for it
 */
export function sealedDocuments(documents: PrivateDocuments, vault: Vault = plainVault): PrivateDocuments {
  const open = (name: string, text: string): string => vault.open(documents.describe(name), text)
  const isPlain = (text: string): boolean => vault !== plainVault && !isSealed(text)
  return {
    describe: (name) => documents.describe(name),
    read: async (name) => {
      const text = await documents.read(name)
      if (text === undefined) return undefined
      if (isPlain(text)) await documents.change(name, (found) => Promise.resolve(sealIfPlain(found)))
      return open(name, text)
    },
    change: (name, work) =>
      documents.change(name, async (found) => {
        const { value, text } = await work(found === undefined ? undefined : open(name, found))
        return text === undefined ? { value } : { value, text: vault.seal(text) }
      }),
  }

  function sealIfPlain(found: string | undefined): DocumentChange<undefined> {
    if (found === undefined || !isPlain(found)) return { value: undefined }
    return { value: undefined, text: vault.seal(found) }
  }
}

/** Of two that make it at the same moment, the second takes what the first made. */
export async function readOrMake(
  documents: PrivateDocuments,
  name: string,
  make: () => Promise<string>,
): Promise<string> {
  const found = await documents.read(name)
  if (found !== undefined) return found
  // Outside of the change: it may take seconds.
  const text = await make()
  return documents.change(name, (made) =>
    Promise.resolve({ value: made ?? text, ...(made === undefined ? { text } : {}) }),
  )
}
