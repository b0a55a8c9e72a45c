import { assert } from 'chai'
import { startDemo } from '../../examples/demo-relying-party/server.ts'
import { canBrowse, withBrowser } from '../browser/chromium.ts'
import { fillInRegistration, goToCamera } from '../browser/people.ts'
import { freePort, startHouse, there, type House } from '../flows/house.ts'
import { decode, openMeshFinder, type MeshFinder } from './face-mesh.ts'
import {
  contrary,
  obedient,
  posePerson,
  poseReliefs,
  tremor,
  turnsUpTo,
  videoFrames,
  type Performance,
  type Pose,
} from './performance.ts'
import { cardRelief } from './relief.ts'
import { enrolByTurning, showFace, stage, type Ending } from './stage.ts'

const victim = 'd10@example.com'
/** The server takes sixty frames, five a second, and then no more: most of that life is watched, and once the end of it. */
const watchedMs = 12_000
const pastTheEndMs = 45_000
const lively = { picturesPerSecond: 7, sway: tremor } as const

describe('Before a real camera page, the following do not sign in', function () {
  this.timeout(120_000)
  let house: House | undefined
  let demo: { close(): Promise<void> } | undefined
  let finder: MeshFinder | undefined
  let app = ''
  let poses: readonly Pose[] = []
  let film: readonly Buffer[] = []

  before(async function () {
    if (!canBrowse) this.skip()
    const rpPort = await freePort()
    house = await startHouse({
      rpPort,
      settings: { MIEN_CHALLENGE: 'turns', MIEN_CAPTURE_SECONDS: '60' },
    })
    app = `http://localhost:${rpPort}`
    demo = await startDemo({ issuer: house.origin, port: rpPort, clientId: 'demo', baseUrl: app })
    finder = await openMeshFinder()
    const enrolling = await posePerson(finder, 'd10', 'first')
    poses = await posePerson(finder, 'd10', 'second')
    film = await videoFrames('d10', 'second')
    await withBrowser(undefined, async (page) => {
      await stage(page, { poses: enrolling, answers: obedient, ...lively })
      await fillInRegistration(page, there(house), victim)
      await enrolByTurning(page)
    })
  })
  after(async () => {
    await demo?.close()
    await house?.close()
  })
  /** A person who is refused too often waits; what is tested here is each attack by itself. */
  afterEach(() => house?.pass(3600))

  const show = async (performance: Performance, patienceMs = watchedMs): Promise<Ending> =>
    withBrowser(undefined, async (page) => {
      await stage(page, performance)
      await goToCamera(page, app, victim)
      return (await showFace(page, patienceMs)).ending
    })

  const photograph = (): Buffer => {
    const [seen] = film
    if (seen === undefined) throw new Error('the video has no frames')
    return seen
  }
  const asFilm = (jpegs: readonly Uint8Array[]): readonly Pose[] => [{ yaw: 0, pitch: 0, jpegs }]
  const still = { px: 0, degrees: 0, zoom: 0, seconds: 2 } as const

  const card = async (bend: number): Promise<readonly Pose[]> => {
    const raster = await decode(photograph())
    const background = { ...raster, rgb: new Uint8Array(raster.rgb.length).fill(150) }
    return poseReliefs([cardRelief(raster, bend)], turnsUpTo({ yaw: 50, pitch: 50 }), background)
  }
  const cardAnswers = {
    left: { yaw: 50, pitch: 0 },
    right: { yaw: -50, pitch: 0 },
    up: { yaw: 0, pitch: 50 },
    down: { yaw: 0, pitch: -50 },
  } as const

  it('but the person, who turns the head as told, does', async () => {
    assert.equal(await show({ poses, answers: obedient, ...lively }, pastTheEndMs), 'signed in')
  })

  it('a still photo: the server itself ends the capture', async () => {
    const poses = asFilm([photograph()])
    const photo = { poses, answers: {}, picturesPerSecond: 1, sway: still }
    const ending = await show(photo, pastTheEndMs)
    assert.equal(ending, 'refused by the server')
  })

  it('a still photo panned, zoomed and rotated', async () => {
    const sway = { px: 40, degrees: 12, zoom: 0.15, seconds: 3 }
    const poses = asFilm([photograph()])
    assert.notEqual(await show({ poses, answers: {}, picturesPerSecond: 1, sway }), 'signed in')
  })

  it('a photo on a flat card, turned by up to 50° the way that is asked', async () => {
    assert.notEqual(await show({ poses: await card(0), answers: cardAnswers, ...lively }), 'signed in')
  })

  it('a photo bent in perspective, turned by up to 50° the way that is asked', async () => {
    assert.notEqual(await show({ poses: await card(0.25), answers: cardAnswers, ...lively }), 'signed in')
  })

  it('a looping video of the person', async () => {
    const performance = { poses: asFilm(film), answers: {}, ...lively }
    assert.notEqual(await show(performance), 'signed in')
  })

  it('a video whose turns come in the wrong order', async () => {
    assert.notEqual(await show({ poses, answers: contrary, ...lively }), 'signed in')
  })

  it('frames of two people spliced: one looks ahead, the other turns', async () => {
    const others = await posePerson(there(finder), 'd18', 'second')
    const isTurned = ({ yaw, pitch }: Pose): boolean => yaw !== 0 || pitch !== 0
    const spliced = [...poses.filter((pose) => !isTurned(pose)), ...others.filter(isTurned)]
    assert.notEqual(await show({ poses: spliced, answers: obedient, ...lively }), 'signed in')
  })
})
