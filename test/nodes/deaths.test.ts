import { assert } from 'chai'
import { goBy } from '../flows/clocks.ts'
import { openParty } from '../flows/control-stories.ts'
import { there } from '../flows/house.ts'
import { awaitMail, mailsTo } from '../flows/mailbox.ts'
import { comeBack, goToCamera, type RelyingParty } from '../flows/relying-party.ts'
import { createAccount, createAccountWithFace } from '../flows/stories.ts'
import {
  captureOf,
  createVisitor,
  frameIntervalMs,
  sendFrame,
  type JsonAnswer,
  type Page,
  type Visitor,
} from '../flows/visitor.ts'
import { frames } from '../media.ts'
import { startFleet, type Fleet } from './fleet.ts'
import { rowsOf } from './rows.ts'

const ada = 'ada@example.com'

describe('A node that goes', function () {
  this.timeout(120_000)
  let fleet: Fleet | undefined
  let party: RelyingParty
  let second: readonly Buffer[]

  before(async function () {
    fleet = await startFleet(this, {
      hasRedis: false,
      probeEveryMs: 100,
      settings: { MIEN_DRAIN_SECONDS: '1' },
    })
    const own = await frames('d12', { from: 0, to: 3.5, fps: 8 })
    second = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    party = await openParty(fleet)
    await createAccountWithFace(fleet, ada, own)
  })
  after(() => fleet?.close())

  const stranger = (): Visitor => createVisitor(there(fleet).origin, [there(fleet).rpOrigin])

  async function begin(visitor: Visitor, page: Page): Promise<string> {
    const headers = { 'content-type': 'application/json' }
    const issued = await visitor.post(captureOf(page).captureUrl, page, { headers, body: '{}' })
    assert.equal(issued.status, 201)
    return issued.body.framesUrl ?? ''
  }

  /** As the page does it: what no node has answered is sent again. */
  async function send(
    visitor: Visitor,
    page: Page,
    frame: { readonly framesUrl: string; readonly sequence: number; readonly frame: Uint8Array },
  ): Promise<JsonAnswer> {
    for (let tries = 0; tries < 20; tries += 1) {
      const answer = await sendFrame(visitor, page, frame).catch(() => undefined)
      if (answer !== undefined && answer.status < 500) return answer
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    throw new Error('no node answers')
  }

  it('by kill -9 between two frames costs nothing: the other goes on with the capture', async () => {
    const visitor = stranger()
    const request = await party.begin()
    const page = await goToCamera(visitor, request.url, ada)
    const framesUrl = await begin(visitor, page)
    let last: JsonAnswer | undefined
    for (const [sequence, frame] of second.entries()) {
      last = await send(visitor, page, { framesUrl, sequence, frame })
      if (last.body.state !== 'look') break
      if (sequence === 0) await there(fleet).nodes()[0]?.kill()
      await goBy(visitor.origin, frameIntervalMs)
    }
    assert.equal(last?.body.state, 'done', JSON.stringify(last?.body))
    const tokens = await party.finish(request, await comeBack(visitor, last?.body.location ?? ''))
    assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:face')
    await there(fleet).start()
  })

  it('by kill -9 over a frame costs seconds: the same frame is sent again and taken when the dead node’s hold is over', async () => {
    const visitor = stranger()
    const request = await party.begin()
    const page = await goToCamera(visitor, request.url, ada)
    const framesUrl = await begin(visitor, page)
    const [first, ...rest] = second
    const lost = sendFrame(visitor, page, { framesUrl, sequence: 0, frame: first! }).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 15))
    // Whichever has it in hand.
    await Promise.all(
      there(fleet)
        .nodes()
        .map((node) => node.kill()),
    )
    const answered = await lost
    await there(fleet).start()
    let sequence = answered?.status === 200 ? 1 : 0
    let last: JsonAnswer | undefined
    for (const frame of sequence === 0 ? second : rest) {
      last = await send(visitor, page, { framesUrl, sequence, frame })
      if (last.body.state !== 'look') break
      sequence += 1
      await goBy(visitor.origin, frameIntervalMs)
    }
    // Killed after it was written down and before it was said: then the camera is started once more.
    if (last?.body.code === 'capture_out_of_order') return
    assert.equal(last?.body.state, 'done', JSON.stringify(last?.body))
    await there(fleet).start()
  })

  it('by kill -9 loses no mail: what it had in hand falls to another when its hold is over', async () => {
    const email = 'mail@example.com'
    await createAccount(there(fleet), email)
    await Promise.all(
      there(fleet)
        .nodes()
        .map((node) => node.kill()),
    )
    const waiting = await rowsOf(there(fleet).databaseUrl, 'SELECT kind, outcome FROM mail_letters')
    const sent = await mailsTo(there(fleet), email)
    assert.isAtLeast(waiting.length + sent.length, 1)
    for (const row of waiting) assert.deepEqual(row, { kind: 'verify_address', outcome: 'waiting' })
    // Nobody waits a minute and a half here.
    await rowsOf(there(fleet).databaseUrl, 'UPDATE mail_letters SET "nextAt" = 0')
    for (let each = 0; each < 2; each += 1) await there(fleet).start()
    await awaitMail(there(fleet), { to: email, subject: 'Confirm your' })
    assert.isAtMost((await mailsTo(there(fleet), email)).length, 1 + waiting.length)
  })

  it('by an orderly stop loses no request: both are replaced under load, one after the other', async () => {
    const { proxy } = there(fleet)
    const failedBefore = proxy.failures().length
    const load = startLoad(stranger, () => party.begin())
    const [one, other] = [...there(fleet).nodes()]
    for (const old of [one!, other!]) {
      await there(fleet).start()
      assert.equal(await old.stop(), 0, old.logged())
    }
    const { done, faults } = await load.stop()
    assert.isEmpty(faults)
    assert.lengthOf(proxy.failures(), failedBefore)
    assert.isAbove(done, 30)
    assert.lengthOf(there(fleet).nodes(), 2)
    assert.isFalse(one!.isRunning())
  })

  it('answers on while it drains, and tells kept connections to go elsewhere', async () => {
    const [node] = there(fleet).nodes()
    const { origin } = node!
    const before = await fetch(`${origin}/healthz`)
    await before.body?.cancel()
    assert.notEqual(before.headers.get('connection'), 'close')
    const stopped = node!.stop()
    await new Promise((resolve) => setTimeout(resolve, 200))
    const readiness = await fetch(`${origin}/readyz`)
    assert.equal(readiness.status, 503)
    await readiness.body?.cancel()
    const page = await fetch(origin)
    assert.equal(page.status, 200)
    assert.equal(page.headers.get('connection'), 'close')
    await page.body?.cancel()
    assert.equal(await stopped, 0)
    await there(fleet).start()
  })
})

/** Visitors who keep coming, each to the front door and to the beginning of a sign-in, until told to stop. */
function startLoad(
  stranger: () => Visitor,
  begin: () => Promise<{ readonly url: URL }>,
): { readonly stop: () => Promise<{ readonly done: number; readonly faults: readonly string[] }> } {
  let isOver = false
  let done = 0
  const faults: string[] = []
  const keepComing = async (): Promise<void> => {
    while (!isOver) {
      const visitor = stranger()
      const pages = [
        await visitor.open('/'),
        await goToCamera(visitor, (await begin()).url, 'load@example.com'),
      ]
      for (const { status, url } of pages) if (status !== 200) faults.push(`${status} ${url.pathname}`)
      done += pages.length
    }
  }
  const all = Array.from({ length: 3 }, () =>
    keepComing().catch((error: unknown) => {
      faults.push(String(error))
    }),
  )
  return {
    stop: async () => {
      isOver = true
      await Promise.all(all)
      return { done, faults }
    },
  }
}
