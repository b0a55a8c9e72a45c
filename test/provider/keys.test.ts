import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from 'chai'
import { privateFiles, sealedDocuments, type PrivateDocuments } from '../../src/provider/private-documents.ts'
import { openSecrets } from '../../src/provider/secrets.ts'
import { createVault } from '../../src/provider/vault.ts'
import { openSigningKeys, rotateSigningKeys } from '../../src/provider/signing-keys.ts'

describe('the keys of the house', () => {
  let dataDir: string
  let documents: PrivateDocuments
  let keysDir: string
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'mien-keys-'))
    keysDir = join(dataDir, 'keys')
    documents = sealedDocuments(privateFiles(dataDir))
  })
  afterEach(() => {
    rmSync(dataDir, { recursive: true, force: true })
  })

  const modeOf = (path: string): number => statSync(path).mode & 0o777
  const refusalOf = async (promise: Promise<unknown>): Promise<string> => {
    try {
      await promise
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'private_file_refused')
        return error.message
      throw error
    }
    return ''
  }

  it('are made at the first start, readable by their owner alone, and the same at the next', async () => {
    const keys = await openSigningKeys(documents)
    const secrets = await openSecrets({ documents })
    assert.deepEqual(
      keys.keys.map(({ alg }) => alg),
      ['RS256', 'ES256'],
    )
    assert.equal(modeOf(keysDir), 0o700)
    for (const name of ['signing-keys.json', 'secrets.json'])
      assert.equal(modeOf(join(keysDir, name)), 0o600, name)
    assert.deepEqual(await openSigningKeys(documents), keys)
    assert.deepEqual(await openSecrets({ documents }), secrets)
    assert.sameMembers(readdirSync(keysDir), ['signing-keys.json', 'secrets.json'])
  })

  it('are those of the first where two starts fall together', async () => {
    const both = await Promise.all([
      openSigningKeys(documents),
      openSigningKeys(documents),
      openSecrets({ documents }),
      openSecrets({ documents }),
    ])
    assert.deepEqual(both[0], both[1])
    assert.deepEqual(both[2], both[3])
  })

  it('are refused where the group or others may read them, with the command that mends it', async () => {
    await openSigningKeys(documents)
    await openSecrets({ documents })
    for (const mode of [0o640, 0o604, 0o660, 0o666]) {
      for (const name of readdirSync(keysDir)) chmodSync(join(keysDir, name), mode)
      assert.include(await refusalOf(openSigningKeys(documents)), 'chmod 600')
      assert.include(await refusalOf(openSecrets({ documents })), 'chmod 600')
    }
  })

  it('are refused where their file is damaged, without a word of what it holds', async () => {
    await openSigningKeys(documents)
    await openSecrets({ documents })
    for (const name of ['signing-keys.json', 'secrets.json']) {
      const path = join(keysDir, name)
      const text = readFileSync(path, 'utf8')
      for (const damaged of [
        '',
        '{}',
        text.slice(0, -20),
        text.replace(/"(d|recordKey)": "[^"]{20}/g, '"$1": "'),
      ]) {
        writeFileSync(path, damaged)
        const refusal = await refusalOf(
          name === 'secrets.json' ? openSecrets({ documents }) : openSigningKeys(documents),
        )
        assert.include(refusal, name, damaged.slice(0, 20))
        assert.isFalse(text.match(/[A-Za-z0-9_-]{30,}/g)?.some((each) => refusal.includes(each)))
      }
    }
  })

  it('are sealed where the operator keeps a key elsewhere, plain ones too, and open with that key alone', async () => {
    const [key, other] = [
      Buffer.alloc(32, 1).toString('base64url'),
      Buffer.alloc(32, 2).toString('base64url'),
    ]
    const sealed = sealedDocuments(privateFiles(dataDir), createVault(key))
    const plainKeys = await openSigningKeys(documents)
    const plainSecrets = await openSecrets({ documents })
    const read = () =>
      ['signing-keys.json', 'secrets.json'].map((name) => readFileSync(join(keysDir, name), 'utf8'))
    const known = plainSecrets.recordKey.toString('base64url')
    assert.include(read().join(), known)
    assert.deepEqual(await openSigningKeys(sealed), plainKeys)
    assert.deepEqual(await openSecrets({ documents: sealed }), plainSecrets)
    for (const text of read()) assert.match(text, /^\{"sealed":"[A-Za-z0-9_-]+"\}\n$/)
    assert.deepEqual(await openSigningKeys(sealed), plainKeys)
    const rotated = await rotateSigningKeys(sealed, { now: new Date(), sessionSeconds: 1 })
    assert.lengthOf(rotated.keys, 4)
    assert.deepEqual(await openSigningKeys(sealed), rotated)
    for (const vault of [createVault(undefined), createVault(other)]) {
      const wrong = sealedDocuments(privateFiles(dataDir), vault)
      assert.include(await refusalOf(openSigningKeys(wrong)), 'MIEN_KEYS_KEY')
      assert.include(await refusalOf(openSecrets({ documents: wrong })), 'MIEN_KEYS_KEY')
    }
    const [text = ''] = read()
    const bent = text.replace(/.(?="\})/, (last) => (last === 'A' ? 'Q' : 'A'))
    writeFileSync(join(keysDir, 'signing-keys.json'), bent)
    assert.include(await refusalOf(openSigningKeys(sealed)), 'cannot be opened')
    assert.equal(modeOf(join(keysDir, 'secrets.json')), 0o600)
  })

  it('of the templates are the operator’s own where given', async () => {
    const templateKey = Buffer.alloc(32, 7).toString('base64url')
    assert.deepEqual((await openSecrets({ documents, templateKey })).templateKey, Buffer.alloc(32, 7))
    assert.notDeepEqual((await openSecrets({ documents })).templateKey, Buffer.alloc(32, 7))
  })

  it('differ from one another', async () => {
    const { cookieKeys, ...keys } = await openSecrets({ documents })
    const all = [...cookieKeys, ...Object.values(keys).map((key) => key.toString('base64url'))]
    assert.equal(new Set(all).size, 5)
  })
})
