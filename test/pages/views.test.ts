import { assert } from 'chai'
import type { PageLocals, PageName } from '../../src/http/pages.ts'
import { pageNames, pagePaths, startDevServer, type DevServer } from './dev-server.ts'
import { sampleLocals } from './sample-locals.ts'
import { happyScript } from './scripts.ts'
import { openHouse } from '../http/requests.ts'

const hostile = `"><script>alert(1)</script><img src=x onerror='alert(2)'>&`

/** The same locals with hostile text in every string, ISO times aside. */
function poison(value: unknown): unknown {
  if (typeof value === 'string') return /^\d{4}-\d\d-\d\dT/.test(value) ? value : hostile
  if (Array.isArray(value)) return value.map(poison)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poison(each)]))
}

async function renderPoisoned(name: PageName): Promise<string> {
  const house = await openHouse(
    (render) => (ctx) =>
      // The poisoned copy has the shape of the sample; the type system cannot follow.
      render(ctx, name, poison(sampleLocals[name]) as PageLocals[typeof name]),
  )
  try {
    return (await house.ask()).text
  } finally {
    await house.close()
  }
}

describe('Every page', () => {
  let dev: DevServer
  const html = new Map<string, string>()
  before(async () => {
    dev = await startDevServer(happyScript)
    for (const path of pagePaths) html.set(path, await (await fetch(`${dev.origin}/pages/${path}`)).text())
  })
  after(() => dev.close())

  it('carries the headers, and the camera where it needs one', async () => {
    for (const path of pagePaths) {
      const { status, headers } = await fetch(`${dev.origin}/pages/${path}`)
      assert.equal(status, 200, path)
      assert.equal(headers.get('cache-control'), 'no-store', path)
      assert.include(headers.get('content-security-policy'), "frame-ancestors 'none'", path)
      const camera = /^(camera|enrol)(~|$)/.test(path) ? 'camera=(self)' : 'camera=()'
      assert.include(headers.get('permissions-policy'), camera, path)
    }
  })

  for (const name of pageNames) {
    it(`shows text as text, whatever it says: ${name}`, async () => {
      const page = await renderPoisoned(name)
      assert.notInclude(page, hostile)
      assert.notMatch(page, /<script>|<img src=x/)
      // No attribute was left: each quote of the text is an entity.
      assert.notMatch(page, /"><script/)
    })
  }

  it('has no inline script or style, and asks nothing of other hosts', () => {
    for (const [path, page] of html) {
      assert.notMatch(page, /\sstyle=|\son[a-z]+=|<style/i, path)
      assert.notMatch(page, /<script(?![^>]*\ssrc="\/assets\/)/i, path)
      assert.notMatch(page, /(src|href)="(https?:)?\/\//i, path)
    }
  })

  it('says its language, its title, one heading and one main part', () => {
    for (const [path, page] of html) {
      assert.include(page, '<html lang="en">', path)
      assert.match(page, /<title>[^<]+ · Mien<\/title>/, path)
      assert.lengthOf(page.match(/<h1/g) ?? [], 1, path)
      assert.lengthOf(page.match(/<main/g) ?? [], 1, path)
    }
  })

  it('sends its forms with a token, and a search without one', () => {
    for (const [path, page] of html) {
      for (const [form] of page.matchAll(/<form[^]*?<\/form>/g)) {
        if (/^<form[^>]* method="get"[^>]* role="search"/.test(form)) {
          // What a search asks for stands in the address, where a token would be seen.
          assert.notMatch(form, /name="(csrf|xsrf)"/, path)
          continue
        }
        assert.match(form, /name="(csrf|xsrf)" value="sample/, path)
        assert.match(form, /method="post"/, path)
      }
    }
  })

  it('leaves nothing of the views’ own words behind', () => {
    for (const [path, page] of html) assert.notMatch(page, /<%|%>|undefined|\[object/, path)
  })
})

describe('An asset', () => {
  let dev: DevServer
  let styleUrl: string
  before(async () => {
    dev = await startDevServer(happyScript)
    const page = await (await fetch(`${dev.origin}/pages/home`)).text()
    styleUrl = dev.origin + (/href="([^"]+style\.css)"/.exec(page)?.[1] ?? '')
  })
  after(() => dev.close())

  it('may be kept for good, since its address changes with it', async () => {
    const { status, headers } = await fetch(styleUrl)
    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.match(headers.get('content-type') ?? '', /^text\/css/)
  })

  it('of a page of another version is served for a short while', async () => {
    const { status, headers } = await fetch(styleUrl.replace(/assets\/[\w-]+/, 'assets/older'))
    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'public, max-age=60')
  })

  it('is not sent again where the browser has it', async () => {
    const etag = (await fetch(styleUrl)).headers.get('etag') ?? ''
    // Not by fetch, which adds “no-cache” to such a request.
    const house = await openHouse(() => () => undefined)
    const { pathname } = new URL(styleUrl)
    const again = await house.ask({ path: pathname, headers: { 'if-none-match': etag } })
    await house.close()
    assert.equal(again.status, 304)
    assert.equal(again.text, '')
  })

  it('is one that was there at start, and no other file', async () => {
    const base = styleUrl.slice(0, styleUrl.lastIndexOf('/'))
    for (const name of ['tsconfig.json', '..%2flayout.ejs', '%2e%2e/layout.ejs', '.', 'constructor']) {
      assert.equal((await fetch(`${base}/${name}`)).status, 404, name)
    }
  })

  it('cannot be posted to', async () => {
    assert.equal((await fetch(styleUrl, { method: 'POST' })).status, 405)
  })
})
