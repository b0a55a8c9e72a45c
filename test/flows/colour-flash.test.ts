import { assert } from 'chai'
import { facesDir, frames, modelsDir } from '../media.ts'
import { startHouse, there, type House } from './house.ts'
import { findScenes, shineOn, streamLit, type LitCapture, type Scene, type ScreenShares } from './lit.ts'
import { readRecords } from './records.ts'
import { comeBack, createRelyingParty, goToCamera, type RelyingParty, type Request } from './relying-party.ts'
import { createAccountWithFace, password } from './stories.ts'
import { createVisitor, streamCapture, type Page, type Visitor } from './visitor.ts'

describe('Coloured light in a sign-in', function () {
  this.timeout(180_000)
  let house: House | undefined
  let party: RelyingParty | undefined
  let film: readonly Buffer[] = []
  let scenes: readonly Scene[] = []
  const ada = 'ada@example.com'

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    house = await startHouse({ settings: { MIEN_COLOUR_FLASH: 'on' } })
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    await createAccountWithFace(house, ada, await frames('d12', { from: 0, to: 3.5, fps: 8 }))
    film = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    scenes = await findScenes(film)
  })
  after(async () => {
    await house?.close()
  })
  afterEach(() => house?.pass(3600))

  interface Visit {
    readonly visitor: Visitor
    readonly page: Page
    readonly request: Request
  }

  async function visit(): Promise<Visit> {
    const { origin, rpOrigin } = there(house)
    const visitor = createVisitor(origin, [rpOrigin])
    const request = await there(party).begin()
    return { visitor, page: await goToCamera(visitor, request.url, ada), request }
  }

  const sceneAt = (sequence: number): Scene => scenes[sequence % scenes.length]!

  async function showUnder(
    shares: ScreenShares,
    lightOf = (light: string) => light,
  ): Promise<LitCapture & Visit> {
    const own = await visit()
    const lit = await streamLit(own.visitor, own.page, (sequence, light) =>
      shineOn(sceneAt(sequence), light === '' ? '#ffffff' : lightOf(light), shares),
    )
    return { ...lit, ...own }
  }

  async function lastAttempt(): Promise<{ readonly outcome: unknown; readonly signals: unknown }> {
    const sql = "SELECT outcome, signals FROM attempts WHERE factor = 'face' ORDER BY at DESC LIMIT 1"
    const [row] = await readRecords(there(house), sql)
    return { outcome: row?.['outcome'], signals: JSON.parse(String(row?.['signals'])) }
  }

  it('lets in the face that answers it; each colour is told when the one before was seen', async () => {
    const { last, lights, visitor } = await showUnder({ face: 0.15, backdrop: 0.02 })
    assert.equal(last.body.state, 'done', JSON.stringify(last.body))
    assert.isTrue((await comeBack(visitor, last.body.location ?? '')).searchParams.has('code'))
    assert.lengthOf(lights, 5)
    for (const light of lights) assert.match(light, /^#[0-9a-f]{6}$/)
  })

  for (const [what, shares, lightOf] of [
    ['goes on as before, as a recording does', { face: 0, backdrop: 0 }, undefined],
    ['is tinted all over, as a program does it that knows no face', { face: 0.2, backdrop: 0.2 }, undefined],
    [
      'answers another colour',
      { face: 0.2, backdrop: 0 },
      (light: string) => `#${light.slice(3)}${light.slice(1, 3)}`,
    ],
  ] as const) {
    it(`refuses a picture that ${what}, with the words of any other refusal`, async () => {
      const { last } = await showUnder(shares, lightOf)
      assert.equal(last.body.state, 'failed', JSON.stringify(last.body))
      assert.notMatch(JSON.stringify(last.body), /light|colour|flash/i)
      const { outcome, signals } = await lastAttempt()
      assert.equal(outcome, 'presentation_attack')
      assert.includeMembers(signals as string[], ['colour_flash_unanswered'])
    })
  }

  it('may be refused by the person, who then gives the password too; the refusal is written down', async () => {
    const { visitor, page, request } = await visit()
    assert.include(page.text, 'No coloured light')
    const { last } = await streamCapture(visitor, page, { frames: film, wish: { canFlash: false } })
    assert.equal(last.body.state, 'done')
    assert.deepEqual(await lastAttempt(), {
      outcome: 'accept',
      signals: ['camera_unreported', 'colour_flash_declined'],
    })
    const next = await visitor.open(last.body.location ?? '')
    assert.include(next.text, 'without the coloured light')
    const back = await visitor.submit(next, '/password', { password })
    const callback = back.status === 200 ? (await visitor.submit(back, '/consent')).url : back.url
    const tokens = await there(party).finish(request, callback)
    assert.deepEqual(tokens.claims()?.['amr'], ['face', 'pwd'])
  })
})
