import { assert } from 'chai'
import { sealedDocuments } from '../../src/provider/private-documents.ts'
import { openSecrets } from '../../src/provider/secrets.ts'
import { openKeyRing } from '../../src/provider/key-ring.ts'
import { openSigningKeys, rotateSigningKeys } from '../../src/provider/signing-keys.ts'
import { createVault } from '../../src/provider/vault.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import type { Database } from '../../src/store/database.ts'
import { createStoredDocuments } from '../../src/store/private-documents.ts'
import { describeOnPostgres, openPostgresTestStore } from './engines.ts'
import type { AnyTestStore } from './fixtures.ts'

const key = Buffer.alloc(32, 1).toString('base64url')
const other = Buffer.alloc(32, 2).toString('base64url')

describeOnPostgres('The secrets and keys of several nodes', () => {
  let test: AnyTestStore
  let nodes: readonly Database[]
  const clock = (): Date => new Date('2026-01-01T12:00:00Z')
  const documentsAt = (at: number, with_ = key) => {
    const node = nodes[at]
    if (node === undefined) throw new RangeError('there is no such node')
    return sealedDocuments(createStoredDocuments(node, clock), createVault(with_))
  }
  beforeEach(async () => {
    test = await openPostgresTestStore()
    nodes = await Promise.all([0, 1, 2].map(() => openDatabase(test.location)))
  })
  afterEach(async () => {
    await Promise.all(nodes.map((node) => node.close()))
    await test.close()
  })

  it('are one set, also where the nodes start at the same moment with an empty database', async () => {
    const secrets = await Promise.all(nodes.map((_, at) => openSecrets({ documents: documentsAt(at) })))
    assert.deepEqual(secrets[1], secrets[0])
    assert.deepEqual(secrets[2], secrets[0])
    const keys = await Promise.all(nodes.map((_, at) => openSigningKeys(documentsAt(at))))
    assert.deepEqual(keys[1], keys[0])
    assert.deepEqual(keys[2], keys[0])
  })

  it('lie in the database sealed, and open with the key of the operator alone', async () => {
    const { recordKey } = await openSecrets({ documents: documentsAt(0) })
    const dump = (await test.dump()).toString()
    assert.include(dump, 'sealed')
    assert.notInclude(dump, recordKey.toString('base64url'))
    let refusal = ''
    await openSecrets({ documents: documentsAt(1, other) }).catch((error: unknown) => {
      refusal = String(error)
    })
    assert.include(
      refusal,
      'the private document “secrets” in the database cannot be opened with MIEN_KEYS_KEY',
    )
  })

  it('are rotated once, by one of the nodes, and taken up by the others', async () => {
    const rotation = { now: clock(), sessionSeconds: 43_200 }
    const { keys: old } = await openSigningKeys(documentsAt(0), { now: clock() })
    let now = clock()
    const rings = await Promise.all(
      nodes.map((_, at) =>
        openKeyRing({
          documents: documentsAt(at),
          clock: () => now,
          rotationDays: 90,
          sessionSeconds: 43_200,
        }),
      ),
    )
    now = new Date(rotation.now.getTime() + 91 * 86_400_000)
    assert.deepEqual(await Promise.all(rings.map((ring) => ring.refresh())), [true, true, true])
    const [first, ...others] = rings.map((ring) => ring.current().keys.map(({ kid }) => kid))
    for (const kids of others) assert.deepEqual(kids, first)
    assert.lengthOf(first ?? [], old.length * 2)
    await rotateSigningKeys(documentsAt(2), { now, sessionSeconds: 43_200, isLeaked: true })
    assert.isTrue(await rings[0]?.refresh())
    assert.isTrue(await rings[1]?.refresh())
    assert.isEmpty(rings[0]?.current().keys.filter(({ kid }) => first?.includes(kid)))
  })

  it('are not there where making them failed', async () => {
    const documents = documentsAt(0)
    const failure = await documents
      .change('secrets', () => Promise.reject(new Error('it failed')))
      .catch((error: unknown) => String(error))
    assert.equal(failure, 'Error: it failed')
    assert.isUndefined(await documents.read('secrets'))
    assert.isUndefined(await documents.change('secrets', (found) => Promise.resolve({ value: found })))
    assert.isUndefined(await documentsAt(1).read('secrets'))
  })
})
