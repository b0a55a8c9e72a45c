import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { assert } from 'chai'
import { clients } from '../../src/cli/clients.ts'
import { mien } from '../../src/cli/mien.ts'
import { openClients, policyFor } from '../../src/provider/clients.ts'

describe('mien clients secret', () => {
  const show = async (): Promise<string> => {
    const lines: string[] = []
    const terminal = { print: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) }
    await clients(['secret'], { terminal, withClients: () => assert.fail('it needs no database') })
    return lines.join('\n')
  }

  it('shows a new secret of 256 bits and the line of its digest, which the clients file takes', async () => {
    const text = await show()
    const secret = /^ {2}([A-Za-z0-9_-]{43})$/m.exec(text)?.[1] ?? ''
    const line = /sha256:[A-Za-z0-9_-]{43}/.exec(text)?.[0] ?? ''
    assert.equal(line, `sha256:${createHash('sha256').update(secret).digest('base64url')}`)
    const folder = mkdtempSync(join(tmpdir(), 'mien-secret-'))
    const file = join(folder, 'clients.yaml')
    const entry = { client_id: 'shop', name: 'Shop', type: 'confidential', secret_digests: [line] }
    writeFileSync(file, JSON.stringify([{ ...entry, redirect_uris: ['https://shop.example/'] }]))
    const digests = policyFor(openClients({ file }), 'shop').secretDigests
    assert.deepEqual(digests, [{ digest: createHash('sha256').update(secret).digest(), until: undefined }])
    rmSync(folder, { recursive: true })
  })

  it('shows another one each time', async () => {
    assert.notEqual(await show(), await show())
  })

  it('wants to be called so', async () => {
    for (const args of [['clients'], ['clients', 'burn'], ['clients', 'secret', 'x']])
      assert.equal(await mien(args, { print: () => undefined, warn: () => undefined }), 2)
  })
})

describe('mien keys', () => {
  let dataDir: string
  beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'mien-cli-keys-'))))
  afterEach(() => {
    rmSync(dataDir, { recursive: true, force: true })
  })

  const run = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/mien.ts', 'keys', ...args], {
      encoding: 'utf8',
      env: { ...process.env, MIEN_DATA_DIR: dataDir },
    })
    return { status, lines: stdout.trim().split('\n'), stderr }
  }

  it('lists what signs, and after a rotation what is to sign in two hours', () => {
    const first = run('list')
    assert.equal(first.status, 0, first.stderr)
    assert.lengthOf(first.lines, 2)
    for (const line of first.lines) assert.match(line, / {2}(RS256|ES256) {2}signs$/)
    const { lines } = run('rotate')
    assert.lengthOf(lines, 4)
    assert.lengthOf(
      lines.filter((line) => /signs, shown until 2\d{3}-/.test(line)),
      2,
    )
    assert.lengthOf(
      lines.filter((line) => /signs from 2\d{3}-[^,]+$/.test(line)),
      2,
    )
    assert.lengthOf(run('rotate', '--leaked').lines, 2)
  }).timeout(60_000)

  it('is refused where it is called wrongly', () => {
    assert.equal(run('forget').status, 2)
    assert.equal(run('rotate', '--now').status, 2)
  }).timeout(30_000)
})
