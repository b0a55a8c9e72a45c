import { assert } from 'chai'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { modelsDir } from '../media.ts'

describe('The network runtime', () => {
  it('reports its use to nobody: it leaves no device id and no event database behind', async function () {
    this.timeout(60_000)
    if (modelsDir === undefined) this.skip()
    const home = await mkdtemp(join(tmpdir(), 'mien-home-'))
    const script = `
      import { startWorkerPool } from './src/face/worker-pool.ts'
      const pool = await startWorkerPool({ workers: 1, imageAdapter: 'sharp', modelFolders: [process.argv[1]], maxQueue: 1, frameTimeoutMs: 5000 })
      await pool.ready
      const { readManifest } = await import('./src/face/manifest.ts')
      const { readVerifiedModel } = await import('./src/face/model-files.ts')
      const { openModel } = await import('./src/face/models.ts')
      await openModel(await readVerifiedModel(readManifest().models[0], [process.argv[1]]))
      await pool.close()`
    const environment = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      TMPDIR: home,
      XDG_CACHE_HOME: join(home, 'cache'),
    }
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, modelsDir], {
      env: environment,
    })
    assert.deepEqual(await readdir(home), [])
    await rm(home, { recursive: true })
  })
})
