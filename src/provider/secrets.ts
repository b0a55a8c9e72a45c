/** The symmetric secrets of the house: made at the first start, kept among its private documents. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { readOrMake, type PrivateDocuments } from './private-documents.ts'
import { parsePrivateJson, PrivateFileError } from './private-file.ts'

const key = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const shape = z.strictObject({
  /** The first signs; the rest still verify, so that a new one can be put in front. */
  cookieKeys: z.array(key).min(1),
  templateKey: key,
  recordKey: key,
  identifierPepper: key,
  pairwiseSalt: key,
})

export interface Secrets {
  readonly cookieKeys: readonly string[]
  /** Wraps the subjects' data keys. */
  readonly templateKey: Buffer
  /** Seals what the provider keeps. */
  readonly recordKey: Buffer
  readonly identifierPepper: Buffer
  readonly pairwiseSalt: Buffer
}

export interface SecretsOptions {
  readonly documents: PrivateDocuments
  /** `MIEN_TEMPLATE_KEY`, where the operator keeps it elsewhere. */
  readonly templateKey?: string | undefined
}

const name = 'secrets'

/** @throws {PrivateFileError} where others may read them, or they are damaged. */
export async function openSecrets({ documents, templateKey }: SecretsOptions): Promise<Secrets> {
  const text = await readOrMake(documents, name, () => Promise.resolve(makeSecrets()))
  const place = documents.describe(name)
  const parsed = shape.safeParse(parsePrivateJson(place, text))
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => issue.path.join('.') || issue.message)
    throw new PrivateFileError(`${place} is damaged at ${names.join(', ')}. Restore it from a backup.`)
  }
  const { cookieKeys, ...keys } = parsed.data
  return {
    cookieKeys,
    templateKey: decode(templateKey ?? keys.templateKey),
    recordKey: decode(keys.recordKey),
    identifierPepper: decode(keys.identifierPepper),
    pairwiseSalt: decode(keys.pairwiseSalt),
  }
}

function makeSecrets(): string {
  const secrets: z.infer<typeof shape> = {
    cookieKeys: [makeKey()],
    templateKey: makeKey(),
    recordKey: makeKey(),
    identifierPepper: makeKey(),
    pairwiseSalt: makeKey(),
  }
  return `${JSON.stringify(secrets, undefined, 2)}\n`
}

function makeKey(): string {
  return randomBytes(32).toString('base64url')
}

function decode(text: string): Buffer {
  return Buffer.from(text, 'base64url')
}
