import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { becomeAdministrator, linkOf, signInAgain, type Administrator } from './administrators.ts'
import { setUpApp } from './authenticator.ts'
import { browserOf, openParty, signUp, visitApp } from './control-stories.ts'
import { startHouse, there, type House } from './house.ts'
import type { Page, Visitor } from './visitor.ts'

describe('The console, over HTTP', function () {
  this.timeout(60_000)
  let house: House | undefined
  let owner: Administrator
  let count = 0

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse()
    await house.app.ready
    const link = await house.app.beginAdministration()
    owner = await becomeAdministrator(house, { link: link ?? '', email: 'olga@example.com' })
  })
  after(async () => {
    await house?.close()
  })

  const open = (path: string) => owner.visitor.open(`/admin${path}`)
  const said = (page: Page): string =>
    /<p class="done" role="status">([^<]*)</.exec(page.text)?.[1]?.trim() ?? ''

  /** Somebody to look at, by the page of the console. */
  async function somebody(): Promise<{ visitor: Visitor; email: string; path: string; page: Page }> {
    count += 1
    const email = `person-${count}@example.com`
    const visitor = browserOf(there(house))
    await signUp(there(house), email, visitor)
    const list = await open(`/subjects?q=${email}`)
    const page = await owner.visitor.open(linkOf(list, email))
    return { visitor, email, path: page.url.pathname, page }
  }

  const isIn = async (visitor: Visitor): Promise<boolean> =>
    (await visitor.open('/account')).url.pathname === '/account'

  it('shows what there is: every place opens, and says where one is', async () => {
    const places = [
      '',
      '/subjects',
      '/clients',
      '/apis',
      '/sessions',
      '/grants',
      '/keys',
      '/audit',
      '/calibration',
      '/workers',
    ]
    for (const path of [...places, '/outbox', '/administrators']) {
      const page = await open(path)
      assert.equal(page.status, 200, path)
      assert.include(page.text, `href="/admin${path}" aria-current="page"`)
      assert.include(page.text, 'olga@example.com')
      assert.equal(page.headers.get('cache-control'), 'no-store')
    }
  })

  it('tells on its first page how sign-ins went, and that everything is well', async () => {
    await somebody()
    const { text } = await open('')
    assert.include(text, 'Sign-ins of the last 24 hours')
    assert.match(text, /aria-label="\d+ sign-ins? and \d+ refusals?, by the hour/)
    for (const tile of ['Face workers', 'Database', 'Mail', 'Signing keys', 'Audit trail', 'Face matching']) {
      assert.include(text, tile)
    }
    assert.include(text, 'Ready')
  })

  describe('people', () => {
    it('are found by the beginning of their address, and nobody is said so', async () => {
      const { email } = await somebody()
      assert.include((await open(`/subjects?q=${email.slice(0, 9)}`)).text, email)
      assert.include((await open('/subjects?q=zebra')).text, 'Nobody fits.')
      const off = await open(`/subjects?q=${email}&state=off`)
      assert.notInclude(off.text, `>${email}<`)
    })

    it('are switched off at once, wherever they are, and on again', async () => {
      const { visitor, path, page } = await somebody()
      const off = await owner.visitor.submit(page, '/switch')
      assert.equal(off.url.pathname, path)
      assert.equal(said(off), 'The account is switched off, and signed out everywhere.')
      assert.include(off.text, 'Switched off')
      assert.isFalse(await isIn(visitor))
      assert.equal(said(await owner.visitor.open(path)), '', 'said once')
      const on = await owner.visitor.submit(off, '/switch')
      assert.equal(said(on), 'The account is switched on again.')
    })

    it('get a way to sign in reset, and what happened is told on their page', async () => {
      const { visitor, path } = await somebody()
      await setUpApp(visitor, there(house))
      const page = await owner.visitor.open(path)
      assert.include(page.text, 'On, not used yet')
      const factors = page.text.split('<form').filter((each) => each.includes('value="authenticator_app"'))
      assert.lengthOf(factors, 1)
      const after = await owner.visitor.submit(page, '/reset', { factor: 'authenticator_app' })
      assert.equal(said(after), 'It is reset, and the person is told by mail.')
      assert.notInclude(after.text, 'value="authenticator_app"')
      assert.include(after.text, 'Way to sign in reset by an administrator')
    })

    it('are signed out of one browser, or of all of them', async () => {
      const { visitor, path, page } = await somebody()
      const ended = await owner.visitor.submit(page, '/sessions/end')
      assert.equal(ended.url.pathname, path, 'back where it was begun')
      assert.isFalse(await isIn(visitor))
      const next = await somebody()
      const all = await owner.visitor.submit(next.page, '/end-sessions')
      assert.equal(said(all), 'All sessions are ended, and the apps are told.')
      assert.include(all.text, 'Not signed in anywhere.')
      assert.isFalse(await isIn(next.visitor))
    })

    it('lose what an app was given', async () => {
      const { visitor, path } = await somebody()
      await visitApp(visitor, await openParty(there(house)), { scope: 'openid email' })
      const page = await owner.visitor.open(path)
      assert.include(page.text, 'Demo Shop')
      const after = await owner.visitor.submit(page, '/revoke')
      assert.equal(said(after), 'The access is taken back.')
      assert.include(after.text, 'No app has access.')
    })

    it('are found by their sessions and the access they gave, which end there and come back there', async () => {
      const { visitor, email } = await somebody()
      await visitApp(visitor, await openParty(there(house)), { scope: 'openid email' })
      const grants = await open(`/grants?q=${email}&app=demo`)
      assert.include(grants.text, `>${email}</a>`)
      assert.include((await open(`/grants?q=${email}&app=other`)).text, 'Nothing fits.')
      const without = await owner.visitor.submit(grants, '/revoke')
      assert.equal(said(without), 'The access is taken back.')
      assert.equal(without.url.searchParams.get('q'), email)
      assert.include(without.text, 'Nothing fits.')
      const sessions = await open(`/sessions?q=${email}`)
      assert.notInclude(sessions.text, '>olga@example.com</a>')
      const ended = await owner.visitor.submit(sessions, '/sessions/end')
      assert.include(ended.text, 'Nobody who fits is signed in.')
      assert.isFalse(await isIn(visitor))
    })

    it('are erased after their address was typed, and not before', async () => {
      const { path, email } = await somebody()
      const ask = await owner.visitor.open(`${path}/erase`)
      assert.include(ask.text, `Erase ${email}?`)
      const wrong = await owner.visitor.submit(ask, '/erase', { typed: 'somebody@else.example' })
      assert.equal(wrong.status, 400)
      assert.include(wrong.text, 'Type the address as it stands below.')
      const gone = await owner.visitor.submit(wrong, '/erase', { typed: email.toUpperCase() })
      assert.equal(said(gone), 'The account is erased.')
      assert.equal((await owner.visitor.open(path)).status, 404)
    })
  })

  describe('the audit trail', () => {
    it('is filtered by what, whose and when, and says what an administrator did', async () => {
      const { page, path, email } = await somebody()
      await owner.visitor.submit(page, '/switch')
      const id = path.split('/').at(-1) ?? ''
      const events = await open('/audit?type=admin_subjects_disable')
      assert.include(events.text, 'Switched an account off')
      assert.include(events.text, `href="/admin/subjects/${id}"`)
      assert.notInclude(events.text, 'mark-good">Signed in')
      const whose = await open(`/audit?subject=${id}`)
      assert.include(whose.text, 'Account created')
      const byAddress = await open(`/audit?subject=${encodeURIComponent(email.toUpperCase())}`)
      const rowsOf = ({ text }: Page): string => /<tbody>.*<\/tbody>/s.exec(text)?.[0] ?? ''
      assert.equal(rowsOf(byAddress), rowsOf(whose), 'by address as by identifier')
      assert.include((await open('/audit?subject=nobody@example.com')).text, 'Nothing fits.')
      assert.include((await open('/audit?until=2020-01-01')).text, 'Nothing fits.')
      assert.include((await open('/audit?since=yesterday')).text, 'Write dates like')
    })

    it('is downloaded as CSV, with the same filter', async () => {
      const { visitor } = owner
      const page = await visitor.open('/admin/audit?type=account_created')
      const csv = await visitor.open(linkOf(page, 'Download as CSV'))
      assert.match(csv.headers.get('content-type') ?? '', /^text\/csv/)
      assert.match(
        csv.headers.get('content-disposition') ?? '',
        /^attachment; filename="audit-\d{4}-\d\d-\d\d\.csv"/,
      )
      const [head = '', ...lines] = csv.text.trim().split('\r\n')
      assert.include(head, 'type')
      assert.isNotEmpty(lines)
      for (const line of lines) assert.include(line, 'account_created')
    })

    it('is checked by a button, and what came of it stands there and on the first page', async () => {
      const checked = await owner.visitor.submit(await open('/audit'), '/verify')
      assert.equal(said(checked), 'The audit trail was checked.')
      assert.match(checked.text, /Whole<\/span>\s*<span>[\d,]+ events, none missing or changed/)
      assert.match((await open('')).text, /Audit trail<\/span> <span class="tile-state">Whole/)
    })

    it('is read a page at a time', async () => {
      const first = await open('/audit')
      const second = await owner.visitor.open(linkOf(first, 'Next page'))
      assert.equal(second.status, 200)
      assert.include(second.text, 'First page')
    })
  })

  describe('what cannot be undone', () => {
    it('wants a sign-in of the last minutes, and comes back to where it was', async () => {
      there(house).pass(700)
      const asked = await open('/keys/rotate')
      assert.match(asked.url.pathname, /^\/interaction\//)
      const back = await signInAgain(owner, there(house), asked)
      assert.equal(back.url.pathname, '/admin/keys/rotate', back.text.slice(0, 300))
      const rotated = await owner.visitor.submit(back, '/keys/rotate')
      assert.equal(said(rotated), 'New keys are made. They sign in two hours.')
      assert.include(rotated.text, '>Next</span>')
    })

    it('like leaked keys, is done after a box was ticked', async () => {
      const ask = await open('/keys/leaked')
      const unticked = await owner.visitor.submit(ask, '/keys/leaked')
      assert.equal(unticked.status, 400)
      const before = kidsOf(await open('/keys'))
      const done = await owner.visitor.submit(ask, '/keys/leaked', { understood: 'yes' })
      assert.equal(said(done), 'The old keys are gone, and new ones sign.')
      for (const kid of kidsOf(done)) assert.notInclude(before, kid)
    })
  })

  it('signs out', async () => {
    const page = await open('')
    const out = await owner.visitor.submit(page, '/admin/sign-out')
    assert.equal(out.url.pathname, '/')
    const asked = await open('')
    assert.match(asked.url.pathname, /^\/interaction\//)
    const back = await signInAgain(owner, there(house), asked)
    assert.equal(back.url.pathname, '/admin')
  })

  function kidsOf(page: Page): string[] {
    return [...page.text.matchAll(/data-label="Identifier"><code[^>]*>([^<]+)</g)].map(([, kid = '']) => kid)
  }
})
