/** The key that stands for this browser: made here, kept here, and never readable by any page, ours included. */

const databaseName = 'mien-device'
const storeName = 'keys'
const keyName = 'device'
const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }

/** @typedef {{ readonly privateKey: CryptoKey, readonly publicKey: JsonWebKey }} Kept */

/**
 * @typedef {object} Device
 * @property {string} keyId thumbprint of the public key (RFC 7638)
 * @property {string} publicKey as JSON
 * @property {(text: string) => Promise<string>} sign
 */

/** The key of earlier visits. @returns {Promise<Device | undefined>} */
export async function findDevice() {
  return withStore(async (database) => {
    const kept = await read(database)
    return kept && deviceOf(kept)
  })
}

/** The key of earlier visits, or a new one. @returns {Promise<Device | undefined>} undefined where the browser cannot make or keep one */
export async function makeDevice() {
  return withStore(async (database) => deviceOf((await read(database)) ?? (await create(database))))
}

/**
 * Private windows and old browsers refuse one step or another, each in its own way: then there is no device key.
 * @param {(database: IDBDatabase) => Promise<Device | undefined>} work
 * @returns {Promise<Device | undefined>}
 */
async function withStore(work) {
  /** @type {IDBDatabase | undefined} */
  let database
  try {
    database = await openDatabase()
    return await work(database)
  } catch {
    return undefined
  } finally {
    database?.close()
  }
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  const request = indexedDB.open(databaseName, 1)
  request.addEventListener('upgradeneeded', () => {
    request.result.createObjectStore(storeName)
  })
  return answerOf(request)
}

/** @param {IDBDatabase} database @returns {Promise<Kept | undefined>} */
function read(database) {
  return answerOf(database.transaction(storeName).objectStore(storeName).get(keyName))
}

/** @param {IDBDatabase} database @returns {Promise<Kept>} */
async function create(database) {
  // `false`: the private key cannot be exported, by anyone; the browser signs with it where it lies.
  const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const made = { privateKey, publicKey: await crypto.subtle.exportKey('jwk', publicKey) }
  try {
    const store = database.transaction(storeName, 'readwrite').objectStore(storeName)
    await answerOf(store.add(made, keyName))
    return made
  } catch (error) {
    // Another tab was quicker: one browser has one key.
    const other = await read(database)
    if (other === undefined) throw error
    return other
  }
}

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function answerOf(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => {
      resolve(request.result)
    })
    request.addEventListener('error', () => {
      reject(request.error ?? new Error('the browser keeps no keys'))
    })
  })
}

/** @param {Kept} kept @returns {Promise<Device>} */
async function deviceOf({ privateKey, publicKey }) {
  const { crv, kty, x, y } = publicKey
  const text = JSON.stringify({ crv, kty, x, y })
  return {
    keyId: toBase64Url(await digestOf(new TextEncoder().encode(text))),
    publicKey: text,
    sign: async (signed) => {
      const bytes = new TextEncoder().encode(signed)
      return toBase64Url(await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, bytes))
    },
  }
}

/** SHA-256 over the SHA-256 digests of the frames that the server took, in order. */
export function createFrameChain() {
  /** @type {ArrayBuffer[]} */
  let digests = []
  return {
    restart: () => {
      digests = []
    },
    /** @param {Blob} frame */
    add: async (frame) => {
      digests.push(await digestOf(await frame.arrayBuffer()))
    },
    digest: async () => toBase64Url(await digestOf(await new Blob(digests).arrayBuffer())),
  }
}

/** @param {BufferSource} bytes @returns {Promise<ArrayBuffer>} */
function digestOf(bytes) {
  return crypto.subtle.digest('SHA-256', bytes)
}

/** @param {ArrayBuffer} buffer */
function toBase64Url(buffer) {
  const text = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
