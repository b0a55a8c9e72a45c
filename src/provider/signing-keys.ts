/** The keys that sign ID tokens: RS256 and ES256, made at the first start (RFC 7517, RFC 7518). */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'
import { signingAlgorithms } from './algorithms.ts'
import { rotateKeys } from './key-schedule.ts'
import { readOrMake, type PrivateDocuments } from './private-documents.ts'
import { parsePrivateJson, PrivateFileError } from './private-file.ts'

const part = z.string().min(1)
const instant = z.iso.datetime().optional()
const common = { kid: part, use: z.literal('sig'), signs_from: instant, published_until: instant }
const rsaKey = z.strictObject({
  ...common,
  kty: z.literal('RSA'),
  alg: z.literal('RS256'),
  // 2048 bits are 342 characters of base64url.
  n: z.string().min(342, 'is shorter than 2048 bits'),
  e: part,
  d: part,
  p: part,
  q: part,
  dp: part,
  dq: part,
  qi: part,
})
const ecKey = z.strictObject({
  ...common,
  kty: z.literal('EC'),
  alg: z.literal('ES256'),
  crv: z.literal('P-256'),
  x: part,
  y: part,
  d: part,
})
const keySet = z.strictObject({
  keys: z
    .array(z.discriminatedUnion('kty', [rsaKey, ecKey]))
    .refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, 'has a kid twice')
    .refine(
      (keys) => signingAlgorithms.every((each) => keys.some(({ alg }) => alg === each)),
      `must hold a key for each of ${signingAlgorithms.join(' and ')}`,
    ),
})

/** Private keys with their times. */
export type SigningKeys = z.infer<typeof keySet>

const name = 'signing-keys'

export interface SigningKeysOptions {
  /** When keys begin that are made because there are none. */
  readonly now?: Date
}

/** @throws {PrivateFileError} where others may read them, or they are no such keys. */
export async function openSigningKeys(
  documents: PrivateDocuments,
  { now }: SigningKeysOptions = {},
): Promise<SigningKeys> {
  const make = async (): Promise<string> => {
    const keys = await makeKeys()
    return textOf(now === undefined ? keys : keys.map((key) => ({ ...key, signs_from: now.toISOString() })))
  }
  return keysIn(await readOrMake(documents, name, make), documents.describe(name))
}

function keysIn(text: string, place: string): SigningKeys {
  const parsed = keySet.safeParse(parsePrivateJson(place, text))
  const problems = parsed.success
    ? parsed.data.keys
        .filter((key) => !isSound(key))
        .map(({ alg }) => `the ${alg} key does not verify what it signs`)
    : parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`)
  if (parsed.success && problems.length === 0) return parsed.data
  throw new PrivateFileError(`${place} holds no usable signing keys: ${problems.join('; ')}`)
}

export interface RotationWish {
  readonly now: Date
  readonly sessionSeconds: number
  readonly isLeaked?: boolean
  /** Does nothing where this says no, also where another node was faster. */
  readonly isWanted?: (keys: SigningKeys['keys']) => boolean
}

/** Makes the next key of each algorithm. @throws {PrivateFileError} as above, and where another process does the same for long. */
export async function rotateSigningKeys(
  documents: PrivateDocuments,
  wish: RotationWish,
): Promise<SigningKeys> {
  const { now, sessionSeconds, isLeaked = false, isWanted = () => true } = wish
  const before = await openSigningKeys(documents, { now })
  if (!isWanted(before.keys)) return before
  // Before anybody has to wait: it takes a second or two.
  const fresh = await makeKeys()
  return documents.change(name, (text) => {
    const found = text === undefined ? before : keysIn(text, documents.describe(name))
    if (!isWanted(found.keys)) return Promise.resolve({ value: found })
    const keys = keySet.parse({ keys: rotateKeys(found.keys, { fresh, now, isLeaked, sessionSeconds }) })
    return Promise.resolve({ value: keys, text: textOf(keys.keys) })
  })
}

/** A damaged key is found at start, not by the first app that cannot verify a token. */
function isSound(jwk: SigningKeys['keys'][number]): boolean {
  try {
    const key = createPrivateKey({ key: jwk, format: 'jwk' })
    const message = Buffer.from(jwk.kid)
    return verify('sha256', message, createPublicKey(key), sign('sha256', message, key))
  } catch {
    return false
  }
}

async function makeKeys(): Promise<SigningKeys['keys']> {
  return keySet.parse({ keys: await Promise.all(signingAlgorithms.map(makeKey)) }).keys
}

function textOf(keys: SigningKeys['keys']): string {
  return `${JSON.stringify({ keys }, undefined, 2)}\n`
}

async function makeKey(alg: (typeof signingAlgorithms)[number]) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true, modulusLength: 3072 })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: 'sig' }
}
