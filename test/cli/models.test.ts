import { assert } from 'chai'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { models } from '../../src/cli/models.ts'
import type { ModelsDependencies } from '../../src/cli/models.ts'
import { UsageError } from '../../src/cli/terminal.ts'
import type { ModelEntry } from '../../src/face/manifest.ts'
import { modelFolders } from '../../src/face/model-store.ts'
import { network, openOrigins, rangeServer, weights } from './networks.ts'
import type { Origins } from './networks.ts'

describe('mien models', () => {
  let folder: string
  let origins: Origins

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-models-'))
    origins = openOrigins()
  })
  afterEach(() => {
    origins.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function withModels(entries: ModelEntry[], fetching: typeof fetch = fetch) {
    const out: string[] = []
    const err: string[] = []
    const dependencies: ModelsDependencies = {
      manifest: { models: entries },
      folders: [folder],
      target: folder,
      fetch: fetching,
      terminal: { print: (line) => out.push(line), warn: (line) => err.push(line) },
    }
    return { dependencies, out, err }
  }
  const offline: typeof fetch = () =>
    Promise.reject(new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND') }))

  it('`pull` shows the licence, fetches what is missing and leaves what is there', async () => {
    const base = await origins.listen(rangeServer([]))
    const here = network('here', Buffer.from('here'), `${base}/never`)
    writeFileSync(join(folder, here.file), 'here')
    const { dependencies, out, err } = withModels([here, network('there', weights, `${base}/w`)])
    assert.equal(await models(['pull'], dependencies), 0)
    assert.deepEqual(out, [
      `here: present, ${join(folder, 'here.onnx')}`,
      `there: fetched, ${join(folder, 'there.onnx')}`,
    ])
    assert.lengthOf(err, 1)
    assert.match(err[0] ?? '', /^there: 0\.3 MB, licence Apache-2\.0/)
  })

  it('`pull --required` leaves optional networks alone', async () => {
    const optional = { ...network('optional', weights, 'https://models.example/w'), required: false }
    const { dependencies, out } = withModels([optional], offline)
    assert.equal(await models(['pull', '--required'], dependencies), 0)
    assert.deepEqual(out, [])
  })

  it('without a network, one message says what to bring from where and where to put it', async () => {
    const entries = [
      network('one', weights, 'https://models.example/one'),
      network('two', Buffer.from('two'), 'https://models.example/two'),
    ]
    const { dependencies, err } = withModels(entries, offline)
    assert.equal(await models(['pull'], dependencies), 1)
    const message = err.at(-1) ?? ''
    for (const entry of entries) {
      for (const needed of [entry.source, entry.sha256, `${entry.bytes} bytes`, entry.file, entry.licence]) {
        assert.include(message, needed ?? '')
      }
    }
    assert.include(message, folder)
  })

  it('`pull` replaces a wrong file of its own folder', async () => {
    const entry = network('damaged', weights, `${await origins.listen(rangeServer([]))}/w`)
    writeFileSync(join(folder, entry.file), 'damaged')
    assert.equal(await models(['pull'], withModels([entry]).dependencies), 0)
    assert.deepEqual(readFileSync(join(folder, entry.file)), weights)
  })

  it('`pull` does not hide a wrong file of another folder behind a right one', async () => {
    const other = mkdtempSync(join(tmpdir(), 'mien-models-'))
    try {
      const entry = network('elsewhere', weights, 'https://models.example/w')
      writeFileSync(join(other, entry.file), 'damaged')
      const { dependencies, err } = withModels([entry], offline)
      assert.equal(await models(['pull'], { ...dependencies, folders: [other, folder] }), 1)
      assert.include(err.join('\n'), join(other, entry.file))
    } finally {
      rmSync(other, { recursive: true, force: true })
    }
  })

  it('a network of unknown name is a wrong call', async () => {
    const { dependencies } = withModels([network('known', weights)])
    for (const args of [
      ['pull', 'unknown'],
      ['verify', 'unknown'],
      ['fetch'],
      [],
      ['add'],
      ['pull', '--force'],
    ]) {
      let thrown: unknown
      await models(args, dependencies).catch((error: unknown) => (thrown = error))
      assert.instanceOf(thrown, UsageError, args.join(' '))
    }
  })

  it('`verify` names the file whose checksum is wrong', async () => {
    const good = network('good', weights)
    const bad = network('bad', Buffer.from('as published'))
    writeFileSync(join(folder, good.file), weights)
    writeFileSync(join(folder, bad.file), 'as tampered')
    const { dependencies, out, err } = withModels([good, bad])
    assert.equal(await models(['verify'], dependencies), 1)
    assert.deepEqual(out, [`good: genuine, ${join(folder, 'good.onnx')}`])
    assert.include(err.join('\n'), join(folder, 'bad.onnx'))
  })

  it('`verify` fails for a required network that is missing and not for an optional one', async () => {
    const needed = network('needed', weights)
    assert.equal(await models(['verify'], withModels([needed]).dependencies), 1)
    assert.equal(await models(['verify'], withModels([{ ...needed, required: false }]).dependencies), 0)
  })

  it('`add` takes a known file under whatever name and gives it the right one', async () => {
    const entry = network('brought', weights)
    const brought = join(folder, 'download (1).bin')
    writeFileSync(brought, weights)
    const { dependencies } = withModels([entry])
    assert.equal(await models(['add', brought], dependencies), 0)
    assert.deepEqual(readFileSync(join(folder, 'brought.onnx')), weights)
  })

  it('`add` refuses an unknown file and tells what is known', async () => {
    const entry = network('known', weights)
    const strange = join(folder, 'strange.onnx')
    writeFileSync(strange, 'strange')
    const { dependencies, err } = withModels([entry])
    assert.equal(await models(['add', strange, join(folder, 'absent')], dependencies), 1)
    assert.include(err.join('\n'), entry.sha256)
    assert.isFalse(existsSync(join(folder, 'known.onnx')))
  })

  it('`--json` gives the same in one value that programs can read', async () => {
    const entry = network('listed', weights)
    writeFileSync(join(folder, entry.file), 'tampered')
    const path = join(folder, entry.file)
    const { dependencies, out } = withModels([entry])
    assert.equal(await models(['list', '--json'], dependencies), 0)
    const listed: unknown = JSON.parse(out.pop() ?? '')
    assert.nestedPropertyVal(listed, '[0].name', 'listed')
    assert.nestedPropertyVal(listed, '[0].path', path)
    assert.equal(await models(['verify', '--json'], dependencies), 1)
    const verified: unknown = JSON.parse(out.pop() ?? '')
    assert.nestedPropertyVal(verified, '[0].outcome', 'failed')
    assert.nestedPropertyVal(verified, '[0].code', 'model_checksum_wrong')
  })

  it('a terminal sees a bar that reaches its end and goes away', async () => {
    const entry = network('watched', weights, `${await origins.listen(rangeServer([]))}/w`)
    const drawn: string[] = []
    const { dependencies } = withModels([entry])
    const terminal = { ...dependencies.terminal, redraw: (text: string) => drawn.push(text) }
    assert.equal(await models(['pull'], { ...dependencies, terminal }), 0)
    assert.equal(drawn.at(-2), `[${'#'.repeat(30)}] 0.3 of 0.3 MB`)
    assert.equal(drawn.at(-1), '')
  })
})

describe('What the server needs', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-models-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('is looked for in the operator’s folder first', () => {
    assert.equal(modelFolders('/srv/models')[0], '/srv/models')
    assert.lengthOf(modelFolders(undefined), 2)
  })
})
