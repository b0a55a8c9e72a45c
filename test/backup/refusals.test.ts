import { assert } from 'chai'
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeIdentity, readArchive, writeArchive, type Entry } from '../../src/backup/archive.ts'
import { bytesOf, names } from '../../src/backup/format.ts'
import { sha256 } from '../../src/backup/make.ts'
import type { Config } from '../../src/config.ts'
import { there } from '../flows/house.ts'
import { openBench, problemOf, type Bench } from './bench.ts'
import { configIn, furnish, openHouse, putBack } from './houses.ts'

describe('A backup that is put back', function () {
  this.timeout(60_000)
  let bench: Bench
  before(async () => {
    bench = await openBench()
  })
  afterEach(() => {
    bench.clear()
  })
  const inside = (name: string): string => join(bench.folder(), name)

  const refusals: Readonly<Record<string, (made: { file: string }) => Promise<string | undefined>>> = {
    'whose key is another': async ({ file }) => {
      const { identity } = await makeIdentity()
      return problemOf(putBack(fresh(), { file, key: { identities: [identity] } }))
    },
    'that was cut short': async ({ file }) => {
      truncateSync(file, statSync(file).size - 1000)
      return problemOf(putBack(fresh(), { file, key: bench.key }))
    },
    'that was cut at the border of a sealed piece': async ({ file }) => {
      const bytes = readFileSync(file)
      const header = bytes.indexOf('\n', bytes.indexOf('\n---')) + 1
      truncateSync(file, header + 16 + 64 * 1024 + 16)
      return problemOf(putBack(fresh(), { file, key: bench.key }))
    },
    'in which a bit has fallen over': async ({ file }) => {
      const bytes = readFileSync(file)
      const at = Math.floor(bytes.length * 0.9)
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
      writeFileSync(file, bytes)
      return problemOf(putBack(fresh(), { file, key: bench.key }))
    },
    'that is something else': async ({ file }) => {
      writeFileSync(file, 'hello')
      return problemOf(putBack(fresh(), { file, key: bench.key }))
    },
    'of another issuer': ({ file }) =>
      problemOf(
        putBack(configIn(inside('new'), { MIEN_ISSUER: 'https://other.example' }), { file, key: bench.key }),
      ),
    'whose faces are sealed under another key than the one that is set': ({ file }) =>
      problemOf(
        putBack(configIn(inside('new'), { MIEN_TEMPLATE_KEY: 't'.repeat(43) }), { file, key: bench.key }),
      ),
  }
  const fresh = (): Config => configIn(inside('new'))
  for (const [title, refuse] of Object.entries(refusals)) {
    it(`${title} is refused, and nothing has changed`, async () => {
      assert.isDefined(await refuse(await bench.kept()))
      assert.isFalse(existsSync(inside('new')))
    })
  }

  it('of another issuer is taken where the operator says so', async () => {
    const { file, subjectId } = await bench.kept()
    const config = configIn(inside('new'), { MIEN_ISSUER: 'https://other.example' })
    await putBack(config, { file, key: bench.key, isAnyIssuer: true })
    const { store } = await openHouse(config)
    assert.isDefined(await store.subjects.findById(subjectId))
    await store.close()
  })

  it('is not put over a house that is there; told to, that house is set aside, whole', async () => {
    const { file, subjectId } = await bench.kept()
    const config = fresh()
    const other = await furnish(config)
    assert.equal(await problemOf(putBack(config, { file, key: bench.key })), 'mismatch')
    const { setAside } = await putBack(config, { file, key: bench.key, isForced: true })
    const { store } = await openHouse(config)
    assert.isDefined(await store.subjects.findById(subjectId))
    assert.isUndefined(await store.subjects.findById(other))
    await store.close()
    const aside = configIn(there(setAside))
    const before = await openHouse(aside)
    assert.isDefined(await before.store.subjects.findById(other))
    await before.store.close()
  })

  /** The same file with other entries in it. */
  const rewritten = async (file: string, change: (entry: Entry) => Entry | undefined): Promise<string> => {
    const to = inside('rewritten.age')
    const changed = async function* (): AsyncGenerator<Entry> {
      for await (const entry of readArchive(file, bench.key)) {
        const other = change(entry)
        if (other !== undefined) yield other
      }
    }
    await writeArchive(to, bench.lock, changed())
    return to
  }
  const ofHeader = (change: object) => (entry: Entry) => {
    if (entry.name !== names.header) return entry
    const header: unknown = JSON.parse(Buffer.from(entry.bytes).toString())
    return { ...entry, bytes: bytesOf(Object.assign({}, header, change)) }
  }

  it('of a newer version is refused by name, before anything is touched', async () => {
    const { file } = await bench.kept()
    const newer = await rewritten(file, ofHeader({ version: 2, program: '9.9.9' }))
    const told = await putBack(fresh(), { file: newer, key: bench.key }).then(String, String)
    assert.match(told, /format 2, of Mien 9\.9\.9/)
    await rm(newer)
    const later = await rewritten(
      file,
      ofHeader({ schema: ['InitialTables1795392000000', 'Later9000000000000'] }),
    )
    assert.match(
      await putBack(fresh(), { file: later, key: bench.key }).then(String, String),
      /newer version .*Later9/,
    )
    assert.isFalse(existsSync(inside('new')))
  })

  it('from which something was taken, or to which something was added, is refused though its seal holds', async () => {
    const { file } = await bench.kept()
    const changes: readonly ((entry: Entry) => Entry | undefined)[] = [
      (entry) => (entry.name.startsWith('tables/receipts/') ? undefined : entry),
      (entry) => (entry.name === names.manifest ? undefined : entry),
      (entry) => (entry.name.startsWith('tables/consents/') ? { ...entry, bytes: bytesOf([]) } : entry),
      (entry) =>
        entry.name === names.clients ? { ...entry, bytes: bytesOf({ list: '[]', secretFiles: [] }) } : entry,
      (entry) => (entry.name === names.keys ? { name: '../../etc/passwd', bytes: entry.bytes } : entry),
    ]
    for (const change of changes) {
      const other = await rewritten(file, change)
      assert.equal(
        await problemOf(putBack(fresh(), { file: other, key: bench.key })),
        'damaged',
        String(change),
      )
      await rm(other)
    }
    assert.isFalse(existsSync(inside('new')))
  })

  it('puts no secret of a client outside the folder of the list, over what belongs to the house, or where programs look by themselves', async () => {
    const { file } = await bench.kept()
    const outside = inside('outside.secret')
    const strange = [
      ...[outside, '../up.secret', 'keys/secrets.json', 'mien.sqlite'],
      ...['.env', '.git/hooks/post-merge', 'in/.npmrc', 'src/node_modules/koa/index.js'],
    ]
    const secretFiles = [...strange, 'in/side.secret'].map((path) => ({ path, text: 'planted' }))
    const clients = bytesOf({ list: '[]', secretFiles })
    const other = await rewritten(file, (entry) => {
      if (entry.name === names.clients) return { ...entry, bytes: clients }
      if (entry.name !== names.manifest) return entry
      const manifest: unknown = JSON.parse(Buffer.from(entry.bytes).toString())
      return { ...entry, bytes: bytesOf(Object.assign({}, manifest, { clientsSha256: sha256(clients) })) }
    })
    const config = fresh()
    const { elsewhere } = await putBack(config, { file: other, key: bench.key })
    assert.deepEqual(
      elsewhere.map(({ named }) => named),
      strange,
    )
    assert.isFalse(existsSync(outside) || existsSync(inside('up.secret')))
    for (const name of ['.env', '.git', 'src']) assert.isFalse(existsSync(join(config.dataDir, name)), name)
    assert.equal(readFileSync(join(config.dataDir, 'in', 'side.secret'), 'utf8'), 'planted')
    assert.notInclude(readFileSync(join(config.dataDir, 'keys', 'secrets.json'), 'utf8'), 'planted')
    const { store } = await openHouse(config)
    await store.close()
  })
})
