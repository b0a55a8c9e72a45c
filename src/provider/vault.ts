/** Private documents are encrypted too, where the operator keeps a key for it elsewhere (`MIEN_KEYS_KEY`). */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { PrivateFileError } from './private-file.ts'

export interface Vault {
  seal(text: string): string
  /** Plain text is taken as it is. @throws {PrivateFileError} where the seal is another's, or there is no key for it */
  open(name: string, text: string): string
}

export const plainVault: Vault = {
  seal: (text) => text,
  open: (name, text) => {
    if (sealedIn(text) === undefined) return text
    throw new PrivateFileError(`${name} is sealed. Set MIEN_KEYS_KEY to the key it was sealed with.`)
  },
}

const nonceBytes = 12
const tagBytes = 16

/** AES-256-GCM. @param key 32 bytes in base64url; nothing is sealed where it is left out */
export function createVault(key: string | undefined): Vault {
  if (key === undefined) return plainVault
  const secret = Buffer.from(key, 'base64url')
  return {
    seal: (text) => {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', secret, nonce)
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${JSON.stringify({ sealed: sealed.toString('base64url') })}\n`
    },
    open: (name, text) => {
      const sealed = sealedIn(text)
      if (sealed === undefined) return text
      try {
        return unseal(secret, sealed)
      } catch (cause) {
        throw new PrivateFileError(`${name} cannot be opened with MIEN_KEYS_KEY`, cause)
      }
    },
  }
}

const envelope = z.strictObject({ sealed: z.string().regex(/^[A-Za-z0-9_-]+$/) })

export function isSealed(text: string): boolean {
  return sealedIn(text) !== undefined
}

function sealedIn(text: string): string | undefined {
  try {
    return envelope.safeParse(JSON.parse(text)).data?.sealed
  } catch {
    return undefined
  }
}

function unseal(secret: Buffer, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
  return Buffer.concat([text, decipher.final()]).toString('utf8')
}
