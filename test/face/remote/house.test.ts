import { assert } from 'chai'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { comeBack, createRelyingParty, goToCamera } from '../../flows/relying-party.ts'
import { freePort, type House, startHouse } from '../../flows/house.ts'
import { createAccountWithFace } from '../../flows/stories.ts'
import { createVisitor, streamCapture } from '../../flows/visitor.ts'
import { valueOf } from '../../telemetry/scrape.ts'
import { facesDir, frames, modelsDir } from '../../media.ts'
import { type Authority, makeAuthority } from '../../servers/certificates.ts'

const cli = fileURLToPath(new URL('../../../src/cli/mien.ts', import.meta.url))

describe('A server whose faces are measured elsewhere', function () {
  this.timeout(120_000)
  let authority: Authority | undefined
  let worker: ChildProcess | undefined
  let house: House | undefined

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) return this.skip()
    authority = await makeAuthority()
    if (authority === undefined) return this.skip()
  })
  after(async () => {
    await house?.close()
    worker?.kill('SIGKILL')
    await authority?.remove()
  })

  it('signs people in with no network of its own, and ends the worker’s service without a lost word', async () => {
    const files = await authority!.worker('worker', 'localhost')
    const url = await startWorker(files)
    const own = await authority!.server('server')
    const metricsPort = await freePort()
    house = await startHouse({
      settings: {
        MIEN_METRICS_PORT: String(metricsPort),
        // Nothing is there: what measures is the other machine.
        MIEN_MODELS_DIR: '/nowhere',
        MIEN_FACE_WORKER_URLS: url,
        MIEN_FACE_WORKER_CERT_FILE: own.certFile,
        MIEN_FACE_WORKER_KEY_FILE: own.keyFile,
        MIEN_FACE_WORKER_CA_FILE: own.caFile,
      },
    })
    await house.app.ready
    const email = 'ada@example.com'
    await createAccountWithFace(house, email, await frames('d12', { from: 0, to: 3.5, fps: 8 }))
    const party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    const request = await party.begin()
    const visitor = createVisitor(house.origin, [house.rpOrigin])
    const page = await goToCamera(visitor, request.url, email)
    const { last } = await streamCapture(visitor, page, {
      frames: await frames('d12', { from: 3.5, to: 7, fps: 8 }),
    })
    assert.equal(last.body.state, 'done', JSON.stringify(last.body))
    const tokens = await party.finish(request, await comeBack(visitor, last.body.location ?? ''))
    assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:face')
    const text = await (await fetch(`http://localhost:${metricsPort}/metrics`)).text()
    for (const stage of ['decode', 'detect', 'align', 'embed', 'pose', 'backdrop'])
      assert.isAbove(
        valueOf(text, `mien_frame_stage_duration_seconds_count{stage="${stage}"}`) ?? 0,
        0,
        stage,
      )
    worker!.kill('SIGTERM')
    assert.deepEqual(await once(worker!, 'exit'), [0, null])
    const ready = await fetch(`${house.origin}/readyz`)
    assert.include([200, 503], ready.status)
  })

  async function startWorker(files: { certFile: string; keyFile: string; caFile: string }): Promise<string> {
    worker = spawn(process.execPath, [cli, 'face-worker', '--listen', 'localhost:0'], {
      env: {
        ...process.env,
        MIEN_MODELS_DIR: modelsDir,
        MIEN_FACE_WORKERS: '1',
        MIEN_IMAGE_ADAPTER: 'sharp',
        MIEN_FACE_WORKER_CERT_FILE: files.certFile,
        MIEN_FACE_WORKER_KEY_FILE: files.keyFile,
        MIEN_FACE_WORKER_CA_FILE: files.caFile,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    for await (const piece of worker.stdout!) {
      said += String(piece)
      const url = /https:\/\/localhost:\d+/.exec(said)?.[0]
      if (url !== undefined) return url
    }
    throw new Error(`the face worker did not start: ${said}`)
  }
})
