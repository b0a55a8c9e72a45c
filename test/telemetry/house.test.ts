import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { assert } from 'chai'
import { findProgram } from '../../scripts/lib/system.mjs'
import { facesDir, frames, modelsDir } from '../media.ts'
import { freePort, startHouse, there, type House } from '../flows/house.ts'
import { comeBack, createRelyingParty, goToCamera } from '../flows/relying-party.ts'
import { createAccountWithFace, password } from '../flows/stories.ts'
import { createVisitor, streamCapture } from '../flows/visitor.ts'
import { described } from '../../src/telemetry/metric-table.ts'
import { startCollector, type Collector } from './collector.ts'
import { metricsIn, valueOf } from './scrape.ts'

const marks = {
  hint: 'hint-of-nobody',
  header: 'header-of-nobody',
  query: 'query-of-nobody',
  agent: 'agent-of-nobody',
}
const strangersTrace = '4bf92f3577b34da6a3ce929d0e0e4736'

describe('The figures of a running house', function () {
  this.timeout(120_000)
  let house: House | undefined
  let collector: Collector | undefined
  let text = ''
  /** Of this very story: what nobody but its people may know. */
  const secrets: string[] = []
  const ada = 'ada-lovelace@example.com'

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    const own = await frames('d12', { from: 0, to: 3.5, fps: 8 })
    const second = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    const port = await freePort()
    collector = await startCollector()
    const settings = {
      MIEN_METRICS_PORT: String(port),
      MIEN_TRACES_URL: collector.url,
      MIEN_TRACES_TOKEN: 'token-of-the-collector',
      MIEN_TRACES_RATIO: '1',
    }
    house = await startHouse({ settings })
    await house.app.ready
    const { visitor: owner } = await createAccountWithFace(house, ada, own)
    const party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    const visitor = createVisitor(house.origin, [house.rpOrigin], {
      traceparent: `00-${strangersTrace}-00f067aa0ba902b7-01`,
      'x-request-id': marks.header,
      'user-agent': marks.agent,
    })
    const request = await party.begin({ login_hint: marks.hint })
    const page = await goToCamera(visitor, request.url, ada)
    const { last, framesUrl } = await streamCapture(visitor, page, { frames: second })
    const callback = await comeBack(visitor, last.body.location ?? '')
    const tokens = await party.finish(request, callback)
    const other = await goToCamera(visitor, (await party.begin({ prompt: 'login' })).url, ada)
    const form = await visitor.open(other.url.pathname.replace(/\/face$/, '/password'))
    await visitor.submit(form, '/password', { password: `${password}, but not hers` })
    await visitor.open(`/nowhere-at-all?${marks.query}`)
    await fetch(`${house.origin}/token?${marks.query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${marks.header}`, cookie: `a=${marks.header}` },
      body: new URLSearchParams({ grant_type: 'evil-grant', code: marks.query }),
    })
    const { verifier, state, nonce } = request
    const code = callback.searchParams.get('code') ?? ''
    const cookies = [owner, visitor].flatMap(({ jar }) => [...jar.values()].map(({ value }) => value))
    secrets.push(verifier, state, nonce, code, tokens.access_token, tokens.id_token ?? '', ...cookies)
    secrets.push(
      ada,
      'ada-lovelace',
      password,
      framesUrl,
      ...Object.values(marks),
      settings.MIEN_TRACES_TOKEN,
    )
    text = await (await fetch(`http://localhost:${port}/metrics`)).text()
  })
  after(async () => {
    await house?.close()
    await collector?.close()
  })

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
    for (const part of ['challenge', 'whole'])
      assert.equal(valueOf(text, `mien_capture_duration_seconds_count{part="${part}"}`), 1)
    const waited = (part: string): number =>
      valueOf(text, `mien_capture_duration_seconds_sum{part="${part}"}`) ?? NaN
    assert.isAtLeast(waited('whole'), waited('challenge'), 'a verdict comes after the last step')
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

  it('are all that the dashboard and the alerts ask for', async () => {
    const exposed = new Set(metricsIn(text))
    for (const file of ['deploy/grafana/mien.json', 'deploy/prometheus/alerts.yml']) {
      const asked = metricsIn(await readFile(file, 'utf8'))
      assert.isAbove(asked.length, 10, file)
      assert.deepEqual(
        asked.filter((name) => !exposed.has(name)),
        [],
        file,
      )
    }
  })

  it('are each told in docs/monitoring.md', async () => {
    const page = await readFile('docs/monitoring.md', 'utf8')
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name ?? '')
    assert.isAbove(names.length, 40)
    for (const name of names)
      assert.isTrue(page.includes(`\`${name}\``) || /^(process|nodejs)_/.test(name), name)
  })

  it('are what promtool takes for well made, and so are the rules', async function () {
    const promtool = findProgram('promtool')
    if (promtool === undefined) return this.skip()
    await promisify(execFile)(promtool, ['check', 'rules', 'deploy/prometheus/alerts.yml'])
    const checked = promisify(execFile)(promtool, ['check', 'metrics'])
    checked.child.stdin?.end(text)
    const said = await checked.then(
      ({ stderr }) => stderr,
      (error: unknown) => String(error),
    )
    assert.notMatch(said, /^mien_/m)
  })

  it('and its log tell nothing that its people alone may know, nor a score or a vector, line by line', () => {
    const log = there(house).logged()
    assert.isAbove(secrets.length, 15)
    for (const told of [log, text])
      for (const secret of secrets.filter((each) => each.length > 5)) assert.notInclude(told, secret)
    assert.notMatch(
      log,
      /127\.0\.0\.1|::1|"(score|embedding|vector|livenessScore|frame|cookie|authorization)"/i,
    )
    assert.notMatch(log, /(-?\d\.\d{4,},){8}/)
    assert.notMatch(log, /\/9j\/|data:image|JFIF/)
  })

  it('and each line of a request has the reference that its answer has, and the number of its trace', async () => {
    const answer = await fetch(`${there(house).origin}/nothing-here`, {
      headers: { 'x-request-id': marks.header },
    })
    const reference = answer.headers.get('x-request-id') ?? ''
    assert.match(reference, /^[0-9a-f]{10}$/)
    assert.include(await answer.text(), reference)
    const lines = there(house)
      .logged()
      .split('\n')
      .filter((line) => line.includes(reference))
    assert.lengthOf(lines, 2, 'the refusal, and the line of the access log')
    for (const line of lines) assert.match(line, /"traceId":"[0-9a-f]{32}"/)
    assert.include(lines.join(), '"route":"unmatched"')
  })

  it('and its traces tell what was done within what, and nothing of whom', async () => {
    await there(house).close()
    house = undefined
    const { spans, said, authorizations } = there(collector)
    assert.deepEqual([...authorizations], ['Bearer token-of-the-collector'])
    const parents = new Set(
      spans.filter(({ name }) => name === 'frame decode').map((each) => each.parentSpanId),
    )
    const route = '/interaction/:uid/capture/:captureId/frames/:sequence'
    const request = spans.find(({ spanId, name }) => parents.has(spanId) && name === `POST ${route}`)
    assert.isDefined(request)
    assert.equal(request.kind, 2, 'of the server')
    assert.isUndefined(request.parentSpanId)
    const whole = spans.find(({ name }) => name === 'verdict whole')
    const inside = spans.filter(({ parentSpanId }) => parentSpanId === whole?.spanId).map(({ name }) => name)
    assert.includeMembers(inside, ['verdict compare', 'database transact'])
    assert.isTrue(spans.some(({ name }) => name === 'mail'))
    for (const { startTimeUnixNano, endTimeUnixNano, name } of spans)
      assert.isAtLeast(Number(endTimeUnixNano), Number(startTimeUnixNano), name)
    const keys = new Set(spans.flatMap(({ attributes }) => attributes.map(({ key }) => key)))
    assert.sameMembers(
      [...keys].filter((key) => key !== 'error.type'),
      ['url.scheme', 'http.request.method', 'http.route', 'http.response.status_code'],
    )
    for (const secret of secrets.filter((each) => each.length > 5)) assert.notInclude(said(), secret)
    assert.notInclude(said(), strangersTrace, 'a trace that a stranger began is not gone on with')
  })
})
