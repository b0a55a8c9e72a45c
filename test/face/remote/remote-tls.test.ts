import { assert } from 'chai'
import { copyFile } from 'node:fs/promises'
import { connect } from 'node:http2'
import { setTimeout as pause } from 'node:timers/promises'
import { readCredentials, tlsRules } from '../../../src/face/remote/credentials.ts'
import type { CredentialFiles } from '../../../src/face/remote/credentials.ts'
import { type Authority, makeAuthority } from '../../servers/certificates.ts'
import { createPark, frame, nothing, type Park, wanted } from './machines.ts'

describe('The certificates of face workers and servers', function () {
  this.timeout(20_000)
  let authority: Authority | undefined
  let worker: CredentialFiles
  let server: CredentialFiles
  let park: Park

  before(async function () {
    authority = await makeAuthority()
    if (authority === undefined) return this.skip()
    worker = await authority.worker('worker', 'localhost')
    server = await authority.server('server')
    park = createPark({ worker, server })
  })
  after(() => authority?.remove())
  afterEach(async () => {
    if (authority !== undefined) await park.clear()
  })

  it('answer nobody without a certificate of their authority', async () => {
    const machine = await park.startMachine()
    const strangers = await makeAuthority()
    const { ca } = readCredentials(server)
    const foreign = readCredentials(await strangers!.server('server'))
    const otherWorker = readCredentials(worker)
    for (const shown of [
      {},
      { cert: foreign.cert, key: foreign.key },
      { cert: otherWorker.cert, key: otherWorker.key },
    ]) {
      const session = connect(machine.url, { ...tlsRules, ...shown, ca })
      const stream = session.request({ ':path': '/v1/face-worker' })
      const outcome = await new Promise<string>((resolve) => {
        session.on('close', () => {
          resolve('refused')
        })
        session.on('error', () => undefined)
        stream.on('error', () => {
          resolve('refused')
        })
        stream.on('response', () => {
          resolve('answered')
        })
      })
      assert.equal(outcome, 'refused', Object.keys(shown).join() || 'without any')
      session.destroy()
    }
    await strangers!.remove()
  })

  it('are not believed where their certificate is another authority’s, or of another name', async () => {
    const strangers = await makeAuthority()
    const impostor = await park.startMachine({ credentials: await strangers!.worker('worker', 'localhost') })
    const misnamed = await park.startMachine({
      credentials: await authority!.worker('misnamed', 'elsewhere.example'),
    })
    const engine = park.openEngine([impostor.url, misnamed.url])
    while (park.events.length < 2) await pause(10)
    assert.isFalse(engine.hasWorker())
    assert.deepEqual(await engine.measure(frame, wanted), { outcome: 'overloaded', retryAfterSeconds: 2 })
    assert.deepEqual([...impostor.frames, ...misnamed.frames], [])
    await strangers!.remove()
  })

  it('take up a renewed certificate without a restart', async () => {
    const renewed = await authority!.worker('renewed', 'elsewhere.example')
    const machine = await park.startMachine({ credentials: renewed, renewalMs: 20 })
    const engine = park.openEngine([machine.url])
    await park.isTold('peer_unfit')
    await copyFile(worker.certFile, renewed.certFile)
    await copyFile(worker.keyFile, renewed.keyFile)
    await engine.ready
    assert.deepEqual(await engine.measure(frame, wanted), nothing)
  })
})
