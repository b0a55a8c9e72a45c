import { assert } from 'chai'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildDescription, chooseModules, chooseSources } from '../../scripts/lib/opencv-build.mjs'
import { cachedBinding, copyWhole, findHeaders } from '../../scripts/lib/opencv-cache.mjs'

describe('The OpenCV binding', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-opencv-test-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('is compiled from the sources of the modules in use alone', () => {
    const gyp =
      '"cc/opencv4nodejs.cc", "cc/core/Mat.cc", "cc/dnn/Net.cc", "cc/face/Facemark.cc", "cc/tracking/Trackers/TrackerKCF.cc"'
    const least = ['cc/opencv4nodejs.cc', 'cc/core/Mat.cc']
    assert.deepEqual(chooseSources(gyp, ['core', 'dnn']), [...least, 'cc/dnn/Net.cc'])
    assert.deepEqual(chooseSources(gyp, ['core']), least)
  })

  it('does without the networks of an OpenCV that has none: the server runs its own elsewhere', () => {
    mkdirSync(join(folder, 'opencv2'))
    const needed = ['core', 'imgproc', 'imgcodecs', 'videoio', 'highgui']
    assert.deepEqual(chooseModules({ includes: [folder] }), needed)
    writeFileSync(join(folder, 'opencv2', 'dnn.hpp'), '')
    assert.deepEqual(chooseModules({ includes: ['/nowhere', folder] }), [...needed, 'dnn'])
  })

  it('is linked against the libraries where pkg-config says they are', () => {
    const opencv = { version: '4.6.0', includes: ['/opt/include'], libraryFolders: ['-L/opt/lib'] }
    const [target] = buildDescription(opencv, { modules: ['core'], sources: [], nan: '/nan' }).targets
    assert.deepEqual(target?.libraries.slice(0, 2), ['-L/opt/lib', '-lopencv_core'])
    assert.equal(target?.include_dirs[0], 'shim')
  })

  it('is cached apart for each version of OpenCV, of the package and of Node', () => {
    const build = { version: '7.1.2', opencv: '4.6.0', abi: '137' }
    const path = (change: Partial<typeof build>) =>
      cachedBinding({ ...build, ...change }, { XDG_CACHE_HOME: '/cache' })
    assert.equal(path({}), `/cache/mien/opencv-7.1.2-4.6.0-137-${process.arch}/opencv4nodejs.node`)
    const others = [path({}), path({ version: '7.1.3' }), path({ opencv: '4.10.0' }), path({ abi: '141' })]
    assert.lengthOf(new Set(others), 4)
  })

  it('is built for the OpenCV whose headers are found', () => {
    assert.isUndefined(findHeaders([folder]))
    mkdirSync(join(folder, 'opencv2', 'core'), { recursive: true })
    const header =
      '#define CV_VERSION_MAJOR    4\n#define CV_VERSION_MINOR 10\n#define CV_VERSION_REVISION 0\n'
    writeFileSync(join(folder, 'opencv2', 'core', 'version.hpp'), header)
    assert.deepEqual(findHeaders(['/nowhere', folder]), { version: '4.10.0', include: folder })
  })

  it('is copied whole or not at all', () => {
    writeFileSync(join(folder, 'built'), 'machine code')
    const target = join(folder, 'build', 'Release', 'opencv4nodejs.node')
    copyWhole(join(folder, 'built'), target)
    assert.equal(readFileSync(target, 'utf8'), 'machine code')
    assert.throws(() => {
      copyWhole(join(folder, 'absent'), join(folder, 'other', 'file'))
    })
    assert.deepEqual(readdirSync(join(folder, 'other')), [])
  })
})
