import { assert } from 'chai'
import { z } from 'zod'
import { modelsDir } from '../media.ts'
import { startHouse, there, type House } from './house.ts'
import { createRelyingParty, type RelyingParty } from './relying-party.ts'
import { createAccount, password } from './stories.ts'
import { attributeOf, createVisitor, type Page, type Visitor } from './visitor.ts'

const email = 'ada@example.com'

describe('A sign-in that cannot be gone on with', function () {
  this.timeout(60_000)
  let house: House | undefined
  let party: RelyingParty

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse()
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    await createAccount(house, email)
  })
  after(() => house?.close())

  const newVisitor = (): Visitor => createVisitor(there(house).origin, [there(house).rpOrigin])
  const begin = async (visitor: Visitor) => {
    const request = await party.begin()
    return { request, page: await visitor.open(request.url) }
  }
  const asPage = { headers: { accept: 'text/html' } }
  const linksOf = (page: Page): Readonly<Record<string, string>> =>
    Object.fromEntries(
      [...page.text.matchAll(/<a class="button[^>]*>([^<]*)</g)].map(([tag, text = '']) => [
        text,
        attributeOf(tag, 'href') ?? '',
      ]),
    )
  /** The line of the log that the reference at the foot of the page finds. */
  const logLine = (page: Page): Record<string, unknown> => {
    const reference = /Reference <code>([0-9a-f]{10})<\/code>/.exec(page.text)?.[1]
    assert.isString(reference)
    const lines = there(house)
      .logged()
      .split('\n')
      .filter((line) => line.includes(`"reference":"${reference}"`) && line.includes('"request refused"'))
    assert.lengthOf(lines, 1)
    return z.record(z.string(), z.unknown()).parse(JSON.parse(lines[0] ?? ''))
  }
  const told = (page: Page, code: string): void => {
    assert.equal(page.status, 400)
    const line = logLine(page)
    assert.deepInclude(line, { code, status: 400, method: 'GET', path: page.url.pathname })
    assert.notInclude(JSON.stringify(line), '?')
  }
  const home = (): string => `${there(house).rpOrigin}/`

  it('expired: it says so, and starts the same request again', async () => {
    const visitor = newVisitor()
    const { page, request } = await begin(visitor)
    there(house).pass(16 * 60)
    const late = await visitor.open(page.url, asPage)
    told(late, 'interaction_expired')
    assert.include(late.text, 'This sign-in has expired')
    const links = linksOf(late)
    assert.equal(links['Go to Demo Shop'], home())
    const again = await visitor.open(links['Start again'] ?? '')
    assert.equal(again.status, 200)
    assert.notEqual(again.url.pathname, page.url.pathname)
    const password1 = await visitor.submit(again, '/identify', { email })
    const asked = await visitor.open(password1.url.pathname.replace(/face$/, 'password'))
    const next = await visitor.submit(asked, '/password', { password })
    const back = next.status === 200 ? (await visitor.submit(next, '/consent')).url : next.url
    const tokens = await party.finish(request, back)
    assert.isString(tokens.claims()?.sub, 'the app takes the answer for its own request')
  })

  it('finished: the back button is told so and leads to the app, not to a second answer', async () => {
    const visitor = newVisitor()
    const { page } = await begin(visitor)
    const camera = await visitor.submit(page, '/identify', { email })
    const asked = await visitor.open(camera.url.pathname.replace(/face$/, 'password'))
    const next = await visitor.submit(asked, '/password', { password })
    if (next.status === 200) await visitor.submit(next, '/consent')
    const back = await visitor.open(page.url, asPage)
    assert.include(['interaction_finished', 'interaction_moved_on'], logLine(back)['code'])
    assert.equal(back.status, 400)
    assert.notProperty(linksOf(back), 'Start again')
    assert.equal(linksOf(back)['Go to Demo Shop'], home())
  })

  it('finished: the address where the sign-in came back is told the same', async () => {
    const visitor = newVisitor()
    const { page } = await begin(visitor)
    const ended = await visitor.submit(page, '/abort')
    assert.equal(ended.url.searchParams.get('error'), 'access_denied')
    const uid = page.url.pathname.split('/')[2] ?? ''
    const resumed = await visitor.open(`/authorize/${uid}`, asPage)
    told(resumed, 'interaction_finished')
    assert.deepEqual(linksOf(resumed), { 'Go to Demo Shop': home() })
    told(await visitor.open(page.url, asPage), 'interaction_finished')
  })

  it('moved on in another tab: the page of the step that is done leads to the next one', async () => {
    const visitor = newVisitor()
    const request = await party.begin({ prompt: 'consent' })
    const page = await visitor.open(request.url)
    const camera = await visitor.submit(page, '/identify', { email })
    const asked = await visitor.open(camera.url.pathname.replace(/face$/, 'password'))
    const consent = await visitor.submit(asked, '/password', { password })
    assert.include(consent.text, 'Demo Shop')
    const old = await visitor.open(page.url, asPage)
    told(old, 'interaction_moved_on')
    const goOn = await visitor.open(linksOf(old)['Go on'] ?? '')
    assert.equal(goOn.url.pathname, consent.url.pathname)
    assert.equal(goOn.status, 200)
  })

  it('its cookie is lost: it is started again', async () => {
    const visitor = newVisitor()
    const { page } = await begin(visitor)
    for (const key of [...visitor.jar.keys()]) if (key.startsWith('mien_interaction')) visitor.jar.delete(key)
    const lost = await visitor.open(page.url, asPage)
    told(lost, 'interaction_replaced')
    assert.equal((await visitor.open(linksOf(lost)['Start again'] ?? '')).status, 200)
  })

  it('no cookie at all: the browser is asked to let them in', async () => {
    const { page } = await begin(newVisitor())
    const bare = await newVisitor().open(page.url, asPage)
    told(bare, 'cookies_missing')
    assert.deepEqual(linksOf(bare), { 'Go to Demo Shop': home() })
  })

  it('another browser learns nothing of it but the app, whether it is open, over or finished', async () => {
    const owner = newVisitor()
    const open = await begin(owner)
    const finished = await begin(owner)
    await owner.submit(finished.page, '/abort')
    const stranger = newVisitor()
    await begin(stranger)
    const seen: string[] = []
    for (const { page } of [open, finished]) {
      const answer = await stranger.open(page.url, asPage)
      told(answer, 'interaction_elsewhere')
      seen.push(answer.text.replace(/<code>.*?<\/code>/, ''))
      assert.notInclude(answer.text, 'state=')
      assert.deepEqual(linksOf(answer), { 'Go to Demo Shop': home() })
    }
    assert.equal(seen[0], seen[1])
  })

  it('an address that nobody was given leads to the front page', async () => {
    const visitor = newVisitor()
    await begin(visitor)
    const made = await visitor.open('/interaction/aaaaaaaaaaaaaaaaaaaaa', asPage)
    told(made, 'interaction_expired')
    assert.deepEqual(linksOf(made), { 'Go to the front page': '/' })
  })

  it('a wrong way back is never linked to: the page leads to what is registered', async () => {
    const request = await party.begin({ redirect_uri: 'https://thief.example/callback' })
    const page = await newVisitor().open(request.url, asPage)
    assert.equal(page.status, 400)
    assert.equal(logLine(page)['code'], 'invalid_redirect_uri')
    assert.notInclude(page.text, 'thief.example')
    assert.equal(linksOf(page)['Go to Demo Shop'], home())
  })

  it('scripts of the page are told the same as JSON, with the reference', async () => {
    const { page } = await begin(newVisitor())
    const answer = await newVisitor().request(page.url, { headers: { accept: 'application/json' } })
    assert.equal(answer.status, 400)
    const problem: unknown = await answer.json()
    assert.containsAllKeys(problem, ['code', 'message', 'reference'])
    assert.deepInclude(problem, { code: 'cookies_missing' })
  })
})
