import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from 'chai'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, SignJWT, importJWK } from 'jose'
import { keysMaxAgeSeconds } from '../../src/provider/key-schedule.ts'
import { openKeyRing, type KeyRing } from '../../src/provider/key-ring.ts'
import { privateFiles } from '../../src/provider/private-documents.ts'
import { rotateSigningKeys } from '../../src/provider/signing-keys.ts'

const sessionSeconds = 12 * 3600
const minute = 60
const hour = 3600
const day = 86_400

describe('The signing keys, over time', () => {
  let dataDir: string
  let now: Date
  const pass = (seconds: number): void => {
    now = new Date(now.getTime() + seconds * 1000)
  }
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'mien-rotation-'))
    now = new Date('2026-01-01T00:00:00Z')
  })
  afterEach(() => {
    rmSync(dataDir, { recursive: true, force: true })
  })

  const open = (rotationDays = 90) =>
    openKeyRing({ documents: privateFiles(dataDir), clock: () => now, rotationDays, sessionSeconds })
  const rotate = (isLeaked = false) =>
    rotateSigningKeys(privateFiles(dataDir), { now, sessionSeconds, isLeaked })
  const signerOf = (ring: KeyRing, alg = 'ES256') => ring.current().keys.find((key) => key.alg === alg)
  const kidsOf = (ring: KeyRing) => ring.current().keys.map(({ kid }) => kid)
  const publicOf = (ring: KeyRing) => ({
    keys: ring.current().keys.map((key) => {
      const { kty, kid, alg, use } = key
      const common = { kty, kid, alg, use }
      return key.kty === 'RSA'
        ? { ...common, n: key.n, e: key.e }
        : { ...common, crv: key.crv, x: key.x, y: key.y }
    }),
  })
  const issue = async (ring: KeyRing): Promise<string> => {
    const key = signerOf(ring)
    if (key === undefined) return assert.fail('no key signs')
    return new SignJWT({})
      .setProtectedHeader({ alg: key.alg, kid: key.kid })
      .setIssuedAt(now)
      .sign(await importJWK(key))
  }

  it('never fail an app that keeps the list as long as it may, however the keys change', async () => {
    const ring = await open(1)
    let list = createLocalJWKSet(publicOf(ring))
    let keptSince = now.getTime()
    const tokens: { readonly jwt: string; readonly at: number }[] = []
    const signers = new Set<string>()
    for (let minutes = 0; minutes < 4 * 24 * 60; minutes += 13) {
      pass(13 * minute)
      await ring.refresh()
      // The worst of apps: it asks again when its list is too old, and at no other time.
      if (now.getTime() - keptSince >= keysMaxAgeSeconds * 1000) {
        list = createLocalJWKSet(publicOf(ring))
        keptSince = now.getTime()
      }
      const jwt = await issue(ring)
      signers.add(decodeProtectedHeader(jwt).kid ?? '')
      tokens.push({ jwt, at: now.getTime() })
      await jwtVerify(jwt, list)
      const oldest = tokens.find(({ at }) => now.getTime() - at < sessionSeconds * 1000)
      await jwtVerify(oldest?.jwt ?? '', list)
    }
    assert.isAtLeast(signers.size, 3)
    assert.isAtMost(kidsOf(ring).length, 6)
  }).timeout(60_000)

  it('are shown for two hours before they sign, and the old ones until the last session has ended', async () => {
    const ring = await open()
    const [first] = [signerOf(ring)?.kid]
    await rotate()
    assert.isTrue(await ring.refresh())
    assert.lengthOf(kidsOf(ring), 4)
    assert.equal(signerOf(ring)?.kid, first)
    pass(2 * keysMaxAgeSeconds - minute)
    assert.isFalse(await ring.refresh())
    pass(2 * minute)
    assert.isTrue(await ring.refresh())
    assert.notEqual(signerOf(ring)?.kid, first)
    pass(sessionSeconds)
    await ring.refresh()
    assert.include(kidsOf(ring), first)
    pass(hour)
    await ring.refresh()
    assert.notInclude(kidsOf(ring), first)
    assert.lengthOf(kidsOf(ring), 2)
  })

  it('change by themselves after the days that the operator chose, once, however many servers look', async () => {
    const rings = await Promise.all([open(30), open(30), open(30)])
    const before = kidsOf(rings[0])
    pass(30 * day - hour)
    assert.isFalse(await rings[0].refresh())
    pass(2 * hour)
    await Promise.all(rings.map((ring) => ring.refresh()))
    await Promise.all(rings.map((ring) => ring.refresh()))
    for (const ring of rings) assert.deepEqual(kidsOf(ring), kidsOf(rings[0]))
    assert.lengthOf(kidsOf(rings[0]), 4)
    assert.includeMembers(kidsOf(rings[0]), before)
  }).timeout(20_000)

  it('change never where the operator wants it so', async () => {
    const ring = await open(0)
    pass(3650 * day)
    assert.isFalse(await ring.refresh())
  })

  it('that have leaked are gone at once', async () => {
    const ring = await open()
    const before = kidsOf(ring)
    await rotate(true)
    await ring.refresh()
    assert.lengthOf(kidsOf(ring), 2)
    for (const kid of before) assert.notInclude(kidsOf(ring), kid)
    assert.notInclude(readFileSync(join(dataDir, 'keys', 'signing-keys.json'), 'utf8'), before[0] ?? '?')
  })

  it('are not rotated in a file that others may read', async () => {
    await open()
    chmodSync(join(dataDir, 'keys', 'signing-keys.json'), 0o644)
    const refusal = await rotate().then(
      () => '',
      (error: unknown) => String(error),
    )
    assert.include(refusal, 'chmod 600')
  })
})
