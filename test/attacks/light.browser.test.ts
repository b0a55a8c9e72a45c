import { assert } from 'chai'
import { startDemo } from '../../examples/demo-relying-party/server.ts'
import { canBrowse, withBrowser } from '../browser/chromium.ts'
import { fillInRegistration, goToCamera } from '../browser/people.ts'
import { freePort, startHouse, there, type House } from '../flows/house.ts'
import { readRecords } from '../flows/records.ts'
import { openMeshFinder } from './face-mesh.ts'
import { obedient, posePerson, tremor, type Performance } from './performance.ts'
import { enrolByTurning, showFace, stage, type Ending } from './stage.ts'

const email = 'd10@example.com'
const lively = { answers: obedient, picturesPerSecond: 7, sway: tremor } as const

describe('Before a real camera page that asks for head turns and shines in colours', function () {
  this.timeout(120_000)
  let house: House | undefined
  let demo: { close(): Promise<void> } | undefined
  let app = ''
  let poses: Performance['poses'] = []

  before(async function () {
    if (!canBrowse) this.skip()
    const rpPort = await freePort()
    const settings = { MIEN_CHALLENGE: 'turns', MIEN_COLOUR_FLASH: 'on' }
    house = await startHouse({ rpPort, settings })
    app = `http://localhost:${rpPort}`
    demo = await startDemo({ issuer: house.origin, port: rpPort, clientId: 'demo', baseUrl: app })
    const finder = await openMeshFinder()
    const enrolling = await posePerson(finder, 'd10', 'first')
    poses = await posePerson(finder, 'd10', 'second')
    await withBrowser(undefined, async (page) => {
      await stage(page, { poses: enrolling, ...lively })
      await fillInRegistration(page, there(house), email)
      await enrolByTurning(page)
    })
  })
  after(async () => {
    await demo?.close()
    await house?.close()
  })
  afterEach(() => house?.pass(3600))

  const show = (lit: number): Promise<Ending> =>
    withBrowser(undefined, async (page) => {
      await stage(page, { poses, ...lively, lit })
      await goToCamera(page, app, email)
      return (await showFace(page, 45_000)).ending
    })

  async function lastSignals(): Promise<string> {
    const sql = "SELECT outcome, signals FROM attempts WHERE factor = 'face' ORDER BY at DESC LIMIT 1"
    return JSON.stringify(await readRecords(there(house), sql))
  }

  it('a face that takes on the light signs in, and its frames do not come like clockwork', async () => {
    assert.equal(await show(0.2), 'signed in')
    const signals = await lastSignals()
    assert.notInclude(signals, 'frames_too_regular')
    assert.notInclude(signals, 'colour_flash')
    assert.include(signals, 'camera_drawn_by_page', 'the staged camera is a canvas')
  })

  it('the same face, turning as told and taking on no light, does not', async () => {
    assert.equal(await show(0), 'refused by the server')
    assert.include(await lastSignals(), 'colour_flash_unanswered')
  })
})
