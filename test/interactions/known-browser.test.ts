import { randomBytes } from 'node:crypto'
import { assert } from 'chai'
import type { Context } from 'koa'
import { browserFamily } from '../../src/interactions/browser-family.ts'
import { createKnownBrowsers } from '../../src/interactions/known-browser.ts'
import { openHouse, type Answer } from '../http/requests.ts'

const issuer = 'https://id.example'
const secret = randomBytes(32)
const browsers = createKnownBrowsers({ issuer, secret })

/** What a step answers to a browser that sends these cookies. */
async function ask(step: (ctx: Context) => string | undefined, cookie = ''): Promise<Answer> {
  const house = await openHouse(() => (ctx) => {
    ctx.body = step(ctx) ?? 'nothing'
  })
  try {
    return await house.ask({ headers: cookie === '' ? {} : { cookie } })
  } finally {
    await house.close()
  }
}

const cookieOf = (answer: Answer): string => answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
const remember = (owner: string) => (ctx: Context) => browsers.remember(ctx, owner)
const digest = (owner: string) => (ctx: Context) => browsers.digestOf(ctx, owner)

describe('A known browser', () => {
  it('keeps a random number that no script and no other host can read', async () => {
    const answer = await ask(remember('ada'))
    const attributes = answer.headers['set-cookie']?.[0]?.split('; ').slice(1) ?? []
    assert.match(cookieOf(answer), /^__Host-mien_browser=[\w-]{43}\.[\w-]{43}$/)
    assert.sameMembers(attributes, ['Path=/', 'Max-Age=34560000', 'HttpOnly', 'SameSite=Lax', 'Secure'])
  })

  it('is recognised when it comes back, and keeps its number', async () => {
    const first = await ask(remember('ada'))
    const cookie = cookieOf(first)
    assert.equal((await ask(digest('ada'), cookie)).text, first.text)
    assert.equal(cookieOf(await ask(remember('ada'), cookie)), cookie)
    assert.equal((await ask((ctx) => browsers.idOf(ctx), `a=b; ${cookie}; c=d`)).text.length, 43)
  })

  it('looks like another browser to each of the people who use it', async () => {
    const first = await ask(remember('ada'))
    const second = await ask(remember('ben'), cookieOf(first))
    assert.notEqual(second.text, first.text)
    assert.equal((await ask(digest('ben'), cookieOf(first))).text, second.text)
  })

  it('is a stranger where its cookie is missing, made up, cut, or of another house', async () => {
    const theirs = createKnownBrowsers({ issuer, secret: randomBytes(32) })
    const foreign = cookieOf(await ask((ctx) => theirs.remember(ctx, 'ada')))
    const own = cookieOf(await ask(remember('ada')))
    const name = '__Host-mien_browser='
    const others = ['', name, `${name}a.b`, own.slice(0, -1), `${own}x`, foreign, own.replace('.', '')]
    const swapped = own.replace(/=(.)/, (_all, letter: string) => `=${letter === 'A' ? 'B' : 'A'}`)
    for (const cookie of [...others, swapped]) {
      assert.equal((await ask((ctx) => browsers.idOf(ctx), cookie)).text, 'nothing', cookie)
      assert.equal((await ask(digest('ada'), cookie)).text, 'nothing', cookie)
    }
  })

  it('needs a whole secret', () => {
    assert.throws(() => createKnownBrowsers({ issuer, secret: new Uint8Array(31) }), TypeError)
  })
})

describe('The name of a browser', () => {
  it('is one that its owner knows again', () => {
    const names: Readonly<Record<string, string>> = {
      'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0': 'Firefox on Linux',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36':
        'Chrome on Windows',
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0':
        'Edge on Windows',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15':
        'Safari on Mac',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0 Mobile/15E148 Safari/604.1':
        'Chrome on iPhone',
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36':
        'Samsung Internet on Android',
    }
    for (const [agent, name] of Object.entries(names)) assert.equal(browserFamily(agent), name)
  })

  it('is made of our own words, whatever the browser says', () => {
    for (const agent of ['', 'curl/8', '<script>alert(1)</script>', '\n\n', 'Ω'.repeat(100_000)]) {
      assert.equal(browserFamily(agent), 'A browser', agent.slice(0, 40))
    }
  })
})
