/** Engines for the tests of face/: pools on each image adapter that works on this machine. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { opencvEnvironment } from '../../src/face/opencv-environment.ts'
import { startWorkerPool, type WorkerPool, type WorkerPoolOptions } from '../../src/face/worker-pool.ts'
import { modelsDir } from '../media.ts'

/** @throws {Error} where this machine has no networks: tests skip themselves before. */
export async function startPool(options: Partial<WorkerPoolOptions> = {}): Promise<WorkerPool> {
  if (modelsDir === undefined) throw new Error('no networks on this machine')
  return startWorkerPool({
    workers: 1,
    imageAdapter: 'sharp',
    modelFolders: [modelsDir],
    maxQueue: 50,
    frameTimeoutMs: 15_000,
    ...options,
  })
}

/** Whether the OpenCV binding is built here; asked in a process of its own, since loading it is noisy. */
export async function isOpenCvBuilt(): Promise<boolean> {
  const file = fileURLToPath(new URL('../../src/face/image-opencv.ts', import.meta.url))
  const script = `import(${JSON.stringify(file)}).then(async (it) => process.exit((await it.findOpenCv()) ? 0 : 1))`
  try {
    await promisify(execFile)(process.execPath, ['-e', script], { env: { ...opencvEnvironment } })
    return true
  } catch {
    return false
  }
}
