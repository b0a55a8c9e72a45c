/** A device as a browser has one: a WebCrypto key, and what it signs; it can be told to sign something else. */
import { webcrypto } from 'node:crypto'
import { assert } from 'chai'
import { goBy } from './clocks.ts'
import {
  attributeOf,
  captureOf,
  frameIntervalMs,
  sendFrame,
  type JsonAnswer,
  type Page,
  type Visitor,
} from './visitor.ts'

const json = { 'content-type': 'application/json' }

export interface Device {
  readonly keyId: string
  readonly publicKey: string
  sign(lines: readonly string[]): Promise<string>
}

export async function makeDevice(): Promise<Device> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const { publicKey, privateKey } = await webcrypto.subtle.generateKey(algorithm, false, ['sign', 'verify'])
  const { crv, kty, x, y } = await webcrypto.subtle.exportKey('jwk', publicKey)
  const text = JSON.stringify({ crv, kty, x, y })
  return {
    keyId: await digestOf(Buffer.from(text)),
    publicKey: text,
    sign: async (lines) => {
      const bytes = Buffer.from(lines.join('\n'))
      const signing = { name: 'ECDSA', hash: 'SHA-256' }
      return Buffer.from(await webcrypto.subtle.sign(signing, privateKey, bytes)).toString('base64url')
    },
  }
}

async function digestOf(bytes: Uint8Array): Promise<string> {
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('base64url')
}

/** What the script of the page fills into its form. */
export async function trustFields(device: Device, page: Page): Promise<Record<string, string>> {
  const tag = /<input\b[^>]*\bname="csrf"[^>]*>/.exec(page.text)?.[0] ?? ''
  const token = attributeOf(tag, 'value') ?? ''
  return {
    trustDevice: 'yes',
    deviceKey: device.publicKey,
    deviceName: 'Firefox on Linux',
    deviceProof: await device.sign(['mien-device-trust', token, device.keyId]),
  }
}

export interface DeviceClaim {
  readonly keyId: string
  readonly challenge: string
  readonly signature: string
}

/** Before the camera starts. */
export async function claimBy(visitor: Visitor, page: Page, device: Device): Promise<DeviceClaim> {
  const url = captureOf(page).captureUrl.replace(/capture$/, 'device-challenge')
  const given = await visitor.post(url, page, { headers: json, body: '{}' })
  assert.equal(given.status, 201)
  const challenge = 'challenge' in given.body ? String(given.body.challenge) : ''
  return { keyId: device.keyId, challenge, signature: await device.sign(['mien-device-begin', challenge]) }
}

export function issueWith(visitor: Visitor, page: Page, claim: DeviceClaim): Promise<JsonAnswer> {
  const body = JSON.stringify({ device: claim })
  return visitor.post(captureOf(page).captureUrl, page, { headers: json, body })
}

export interface DeviceCapture {
  readonly device: Device
  /** What the camera shows: one after the other, or by the step that is asked for. */
  readonly frames: readonly Uint8Array[] | ((step: string) => Uint8Array)
  /** Signs these at the end instead of what was sent. */
  readonly signedFrames?: readonly Uint8Array[]
  /** Signs the end instead of the device that began. */
  readonly finisher?: Device
}

/** The server takes no more of a sign-in. */
const mostFrames = 60

/** A whole capture of a browser that has a key; the last answer. */
export async function captureWithDevice(
  visitor: Visitor,
  page: Page,
  { device, frames, signedFrames, finisher = device }: DeviceCapture,
): Promise<JsonAnswer> {
  const claim = await claimBy(visitor, page, device)
  const issued = await issueWith(visitor, page, claim)
  assert.equal(issued.status, 201, JSON.stringify(issued.body))
  const framesUrl = issued.body.framesUrl ?? ''
  const sent: Uint8Array[] = []
  let last = issued
  let step = 'front'
  for (let sequence = 0; sequence < mostFrames; sequence++) {
    const frame = typeof frames === 'function' ? frames(step) : frames[sequence]
    if (frame === undefined) break
    if (sequence > 0) await goBy(visitor.origin, frameIntervalMs)
    last = await sendFrame(visitor, page, { framesUrl, sequence, frame })
    if (last.status === 200) sent.push(frame)
    if (last.status !== 200 || last.body.state !== 'look') break
    step = last.body.step?.name ?? step
  }
  assert.equal(last.body.state, 'finish', JSON.stringify(last.body))
  return finish(visitor, page, { framesUrl, claim, frames: signedFrames ?? sent, device: finisher })
}

interface Finish {
  readonly framesUrl: string
  readonly claim: DeviceClaim
  readonly frames: readonly Uint8Array[]
  readonly device: Device
}

async function finish(
  visitor: Visitor,
  page: Page,
  { framesUrl, claim, frames, device }: Finish,
): Promise<JsonAnswer> {
  const digests = await Promise.all(
    frames.map(async (frame) => Buffer.from(await digestOf(frame), 'base64url')),
  )
  const captureId = framesUrl.slice(framesUrl.lastIndexOf('/') + 1)
  const framesDigest = await digestOf(Buffer.concat(digests))
  const signature = await device.sign(['mien-device-end', claim.challenge, captureId, framesDigest])
  const body = JSON.stringify({ signature })
  return visitor.post(`${framesUrl}/finish`, page, { headers: json, body })
}
