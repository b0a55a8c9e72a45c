import { assert } from 'chai'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDemo } from '../../examples/demo-relying-party/server.ts'
import { cameraFile, canBrowse, withBrowser } from '../browser/chromium.ts'
import { enrol, fillInRegistration, signIn } from '../browser/people.ts'
import { freePort, there } from '../flows/house.ts'
import { startFleet, type Fleet } from './fleet.ts'

const email = 'ada@example.com'

describe('In a real browser, whose every request goes to another node', function () {
  this.timeout(180_000)
  let fleet: Fleet | undefined
  let demo: { close(): Promise<void> } | undefined
  let app = ''
  let folder = ''

  before(async function () {
    if (!canBrowse) this.skip()
    folder = await mkdtemp(join(tmpdir(), 'mien-cameras-'))
    const rpPort = await freePort()
    fleet = await startFleet(this, { hasRedis: false, rpPort })
    app = `http://localhost:${rpPort}`
    demo = await startDemo({ issuer: fleet.origin, port: rpPort, clientId: 'demo', baseUrl: app })
  })
  after(async () => {
    await demo?.close()
    await fleet?.close()
    if (folder !== '') await rm(folder, { recursive: true, force: true })
  })

  it('a person creates an account, enrols, and signs in to the app by face', async () => {
    await withBrowser(await cameraFile(folder, 'd12', 'first'), async (page) => {
      await fillInRegistration(page, there(fleet), email)
      await enrol(page)
    })
    await withBrowser(await cameraFile(folder, 'd12', 'second'), async (page) => {
      const { claims } = await signIn(page, app, email)
      assert.equal(claims['acr'], 'urn:mien:acr:face')
    })
    const counts = [...there(fleet).proxy.counts().values()]
    assert.lengthOf(counts, 2)
    assert.isAtMost(Math.abs((counts[0] ?? 0) - (counts[1] ?? 0)), 1)
  })

  it('a node is killed while the camera runs, and the person notices nothing but a moment', async () => {
    await withBrowser(await cameraFile(folder, 'd12', 'second'), async (page) => {
      const killing = page
        .waitForResponse((response) => response.url().includes('/frames/0'))
        .then(async () => {
          await there(fleet).nodes()[0]?.kill()
        })
      const { claims } = await signIn(page, app, email)
      await killing
      assert.equal(claims['acr'], 'urn:mien:acr:face')
    })
    assert.lengthOf(there(fleet).nodes(), 1)
  })
})
