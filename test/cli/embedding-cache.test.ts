import { assert } from 'chai'
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CachedFace, openEmbeddingCache } from '../../src/cli/embedding-cache.ts'
import { compare } from '../../src/face/comparison.ts'
import { drawGalleries, model } from './people.ts'

const source = { model, detector: 'b'.repeat(64), imageAdapter: 'sharp' } as const
const [[one, other] = []] = drawGalleries(1, 2)
const picture = (name: string) => Buffer.from(name)

describe('The cache of embeddings', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-cache-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  async function fill(faces: Readonly<Record<string, CachedFace>>): Promise<string> {
    const cache = await openEmbeddingCache(join(folder, 'cache'), source)
    for (const [name, face] of Object.entries(faces)) await cache.add(picture(name), face)
    await cache.close()
    return cache.path
  }

  async function find(name: string, from: Parameters<typeof openEmbeddingCache>[1] = source) {
    const cache = await openEmbeddingCache(join(folder, 'cache'), from)
    await cache.close()
    return cache.find(picture(name))
  }

  it('gives back what the last run measured, and that a picture shows no face', async () => {
    await fill({ one: one!, other: other!, landscape: 'no_face' })
    const found = await find('one')
    if (found === undefined || found === 'no_face') return assert.fail('the embedding is gone')
    assert.closeTo(compare(found, one!), 1, 1e-6)
    assert.closeTo(compare(found, other!), compare(one!, other!), 1e-6)
    assert.equal(await find('landscape'), 'no_face')
    assert.isUndefined(await find('another'))
  })

  it('is for its owner alone, whoever could read it before', async () => {
    const path = await fill({ one: one! })
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.equal(statSync(join(folder, 'cache')).mode & 0o777, 0o700)
  })

  it('names no picture, only its checksum', async () => {
    const path = await fill({ 'somebody.jpg': one! })
    assert.notInclude(readFileSync(path, 'utf8'), 'somebody')
  })

  it('goes on after a run that was ended in the middle of a line', async () => {
    const path = await fill({ one: one!, other: other! })
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, whole.slice(0, -40))
    assert.isUndefined(await find('other'))
    await fill({ other: other! })
    assert.notEqual(await find('one'), undefined)
    assert.notEqual(await find('other'), undefined)
  })

  it('leaves out lines that are none', async () => {
    const path = await fill({ one: one! })
    appendFileSync(path, '{"image":"x"}\nnull\n{"image":"' + 'c'.repeat(64) + '","vector":"AAAA"}\n')
    assert.notEqual(await find('one'), undefined)
  })

  it('never takes what another network, detector or image adapter made', async () => {
    await fill({ one: one! })
    for (const foreign of [
      { ...source, model: `${'d'.repeat(64)}/1` },
      { ...source, model: `${'a'.repeat(64)}/2` },
      { ...source, detector: 'e'.repeat(64) },
      { ...source, imageAdapter: 'opencv' as const },
    ]) {
      assert.isUndefined(await find('one', foreign))
    }
  })

  it('follows no link to a file elsewhere', async () => {
    const path = await fill({ one: one! })
    rmSync(path)
    const elsewhere = join(folder, 'elsewhere')
    writeFileSync(elsewhere, '')
    symlinkSync(elsewhere, path)
    await fill({ one: one! }).then(
      () => assert.fail('the link was followed'),
      () => undefined,
    )
    assert.equal(readFileSync(elsewhere, 'utf8'), '')
    assert.lengthOf(readdirSync(join(folder, 'cache')), 1)
  })
})
