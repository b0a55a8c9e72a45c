/**
 * Embeddings that an earlier run of an evaluation made, so that one that was interrupted goes on where it was.
 * Embeddings of faces are biometric data: the file is for its owner alone, and is made only where asked for.
 */
import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { Embedding } from '../face/embedding.ts'

/** What an embedding depends on besides the picture. */
export interface EmbeddingSource {
  readonly model: string
  /** SHA-256 of the network that finds the face, and so aligns it. */
  readonly detector: string
  readonly imageAdapter: 'opencv' | 'sharp'
}

/** `no_face`: the picture was measured, and none was found. */
export type CachedFace = Embedding | 'no_face'

export interface EmbeddingCache {
  readonly path: string
  find(image: Uint8Array): CachedFace | undefined
  add(image: Uint8Array, face: CachedFace): Promise<void>
  close(): Promise<void>
}

const line = z.object({
  /** SHA-256 of the picture's bytes. */
  image: z.string().regex(/^[0-9a-f]{64}$/),
  /** Little-endian 32-bit floats in base64; absent where no face was found. */
  vector: z.base64().optional(),
})

const ownerOnly = 0o600

/** One file per source below the folder: what another network or adapter made is never read. */
export async function openEmbeddingCache(folder: string, source: EmbeddingSource): Promise<EmbeddingCache> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `embeddings-${sha256(JSON.stringify(Object.entries(source).sort()))}.ndjson`)
  // Whatever a link of that name points to is not ours to write to.
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW
  const file = await open(path, flags, ownerOnly)
  await file.chmod(ownerOnly)
  const faces = await readFaces(file, source.model)
  return {
    path,
    find: (image) => faces.get(sha256(image)),
    add: async (image, face) => {
      const hash = sha256(image)
      faces.set(hash, face)
      const entry = face === 'no_face' ? { image: hash } : { image: hash, vector: toBase64(face.vector) }
      await file.appendFile(`${JSON.stringify(entry)}\n`)
    },
    close: () => file.close(),
  }
}

async function readFaces(file: FileHandle, model: string): Promise<Map<string, CachedFace>> {
  const text = await file.readFile('utf8')
  const faces = new Map<string, CachedFace>()
  for (const each of text.split('\n')) {
    const read = readLine(each, model)
    if (read !== undefined) faces.set(read.image, read.face)
  }
  // The last run may have been ended in the middle of a line.
  if (text !== '' && !text.endsWith('\n')) await file.appendFile('\n')
  return faces
}

/** A broken line costs one picture's time, no more. */
function readLine(text: string, model: string): { image: string; face: CachedFace } | undefined {
  try {
    const { image, vector } = line.parse(JSON.parse(text))
    return { image, face: vector === undefined ? 'no_face' : Embedding.from(toFloats(vector), model) }
  } catch {
    return undefined
  }
}

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4)
  vector.forEach((value, at) => bytes.writeFloatLE(value, at * 4))
  return bytes.toString('base64')
}

function toFloats(base64: string): readonly number[] {
  const bytes = Buffer.from(base64, 'base64')
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => bytes.readFloatLE(at * 4))
}
