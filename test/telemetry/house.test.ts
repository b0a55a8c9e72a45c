import { assert } from 'chai'
import { facesDir, frames, modelsDir } from '../media.ts'
import { freePort, startHouse, there, type House } from '../flows/house.ts'
import { comeBack, createRelyingParty, goToCamera } from '../flows/relying-party.ts'
import { createAccountWithFace, password } from '../flows/stories.ts'
import { createVisitor, streamCapture } from '../flows/visitor.ts'
import { described } from '../../src/telemetry/metric-table.ts'
import { valueOf } from './scrape.ts'

describe('The figures of a running house', function () {
  this.timeout(120_000)
  let house: House | undefined
  let text = ''
  const ada = 'ada-lovelace@example.com'

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    const own = await frames('d12', { from: 0, to: 3.5, fps: 8 })
    const second = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    const port = await freePort()
    house = await startHouse({ settings: { MIEN_METRICS_PORT: String(port) } })
    await createAccountWithFace(house, ada, own)
    const party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    const visitor = createVisitor(house.origin, [house.rpOrigin])
    const request = await party.begin()
    const page = await goToCamera(visitor, request.url, ada)
    const { last } = await streamCapture(visitor, page, { frames: second })
    await party.finish(request, await comeBack(visitor, last.body.location ?? ''))
    const other = await goToCamera(visitor, (await party.begin({ prompt: 'login' })).url, ada)
    const form = await visitor.open(other.url.pathname.replace(/\/face$/, '/password'))
    await visitor.submit(form, '/password', { password: `${password}, but not hers` })
    await visitor.open('/nowhere-at-all')
    await fetch(`${house.origin}/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'evil-grant' }),
    })
    text = await (await fetch(`http://localhost:${port}/metrics`)).text()
  })
  after(() => house?.close())

  it('tell of a sign-in by level and factor, and of a refused one by factor', () => {
    const accepted = 'mien_sign_ins_total{outcome="accepted",acr="urn:mien:acr:face",factor="face"}'
    assert.isAtLeast(valueOf(text, accepted) ?? 0, 1)
    assert.equal(valueOf(text, 'mien_factor_attempts_total{factor="face",outcome="accept"}'), 1)
    assert.equal(valueOf(text, 'mien_sign_ins_total{outcome="refused",acr="none",factor="password"}'), 1)
    assert.isAtLeast(valueOf(text, 'mien_token_grants_total{grant_type="authorization_code"}') ?? 0, 1)
    assert.equal(valueOf(text, 'mien_captures_total{outcome="satisfied"}'), 1)
  })

  it('tell how long each stage of a frame took, and the verdict', () => {
    for (const stage of ['decode', 'detect', 'align', 'embed', 'pose', 'backdrop'])
      assert.isAbove(
        valueOf(text, `mien_frame_stage_duration_seconds_count{stage="${stage}"}`) ?? 0,
        0,
        stage,
      )
    for (const part of ['compare', 'whole'])
      assert.equal(valueOf(text, `mien_verdict_duration_seconds_count{part="${part}"}`), 1)
    assert.equal(valueOf(text, 'mien_capture_duration_seconds_count'), 1)
    assert.equal(
      valueOf(text, 'mien_face_workers{state="able"}'),
      valueOf(text, 'mien_face_workers{state="wanted"}'),
    )
  })

  it('tell of requests by template alone, and of refusals by code', () => {
    assert.include(
      text,
      'route="/interaction/:uid/capture/:captureId/frames/:sequence",method="POST",status="2xx"',
    )
    assert.include(text, 'route="unmatched",method="GET",status="4xx"')
    assert.isAtLeast(valueOf(text, 'mien_refusals_total{code="page_not_found"}') ?? 0, 1)
    assert.notInclude(text, 'evil-grant')
    assert.notInclude(text, 'nowhere')
  })

  it('count people, and name nobody: no address, no id, no client, no score', () => {
    assert.equal(valueOf(text, 'mien_subjects'), 1)
    assert.isAtLeast(valueOf(text, 'mien_templates') ?? 0, 1)
    assert.notMatch(text, /ada|lovelace|@|example\.com|demo|127\.0\.0\.1|score/i)
    assert.notMatch(text, /[0-9a-f]{8}-[0-9a-f]{4}-/)
  })

  it('hold every metric of the table but those of engines that are not in use', () => {
    const absent = Object.keys(described).filter((name) => !new RegExp(`^# TYPE ${name} `, 'm').test(text))
    assert.deepEqual(absent, [])
  })

  it('are not on the public port (security check 76)', async () => {
    const answer = await fetch(`${there(house).origin}/metrics`)
    assert.equal(answer.status, 404)
    assert.notInclude(await answer.text(), 'mien_')
  })
})
