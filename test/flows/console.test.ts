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

  async function addApp(fields: Readonly<Record<string, string>> = {}): Promise<{ id: string; made: Page }> {
    count += 1
    const id = `app-${count}`
    const made = await owner.visitor.submit(await open('/clients-new'), '/clients-new', {
      client_id: id,
      name: `App ${count}`,
      type: 'confidential',
      redirect_uris: 'https://app.example/callback\nhttps://app.example/other',
      scope_email: 'yes',
      grant_code: 'yes',
      ...fields,
    })
    return { id, made }
  }

  it('shows what there is: every place opens, and says where one is', async () => {
    const places = ['', '/subjects', '/clients', '/sessions', '/keys', '/audit', '/calibration', '/workers']
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

  describe('apps', () => {
    it('are added by a form, with a secret that is shown this once and works', async () => {
      const { id, made } = await addApp()
      assert.equal(made.status, 200, made.text)
      const secret = /aria-label="secret"><code>([\w-]{43})<\/code>/.exec(made.text)?.[1] ?? ''
      assert.notEqual(secret, '')
      const page = await open(`/clients/${id}`)
      assert.notInclude(page.text, secret)
      assert.include(page.text, 'https://app.example/other')
      assert.include(page.text, `client_id:     ${id}`)
      assert.include(page.text, 'Made here')
      assert.equal(await tokenFault(id, secret), 'unsupported_grant_type', 'the secret is right')
      assert.equal(await tokenFault(id, `${secret.slice(0, -4)}AAAA`), 'invalid_client')
    })

    it('keep what was typed where something is wrong with it, and say what', async () => {
      const { made } = await addApp({ redirect_uris: 'not an address', name: 'Kept' })
      assert.equal(made.status, 400)
      assert.include(made.text, 'Nothing was saved yet')
      assert.match(made.text, /<li>redirect_uris/)
      assert.include(made.text, 'value="Kept"')
      assert.include(made.text, 'not an address</textarea>')
    })

    it('are edited, and what the form does not show stays', async () => {
      const { id } = await addApp({ minimum_acr: 'urn:mien:acr:passkey' })
      const form = await open(`/clients/${id}/edit`)
      assert.include(form.text, '<option value="urn:mien:acr:passkey" selected>')
      const saved = await owner.visitor.submit(
        form,
        '/edit',
        fieldsOf(form, { name: 'Renamed', consent: 'once' }),
      )
      assert.equal(said(saved), 'The settings are saved.', problemsOf(saved))
      assert.include(saved.text, 'Renamed')
      assert.include(saved.text, 'Asked once, then remembered')
      assert.include(saved.text, 'https://app.example/callback')
      const late = await owner.visitor.submit(form, '/edit', fieldsOf(form, { name: 'Too late' }))
      assert.equal(late.status, 412)
      assert.include(late.text, 'Somebody else has changed this meanwhile')
    })

    it('get a new secret beside the old one, which is then retired', async () => {
      const { id, made } = await addApp()
      const old = /<code>([\w-]{43})<\/code>/.exec(made.text)?.[1] ?? ''
      const rotated = await owner.visitor.submit(await open(`/clients/${id}`), '/secret')
      const fresh = /<code>([\w-]{43})<\/code>/.exec(rotated.text)?.[1] ?? ''
      assert.notEqual(fresh, old)
      assert.equal(await tokenFault(id, old), 'unsupported_grant_type')
      assert.equal(await tokenFault(id, fresh), 'unsupported_grant_type')
      const page = await open(`/clients/${id}`)
      assert.include(page.text, 'Two are taken')
      const retired = await owner.visitor.submit(page, '/retire')
      assert.equal(said(retired), 'The old secret is retired.')
      assert.equal(await tokenFault(id, old), 'invalid_client')
      assert.equal(await tokenFault(id, fresh), 'unsupported_grant_type')
    })

    it('of clients.yaml are shown and not changed', async () => {
      const page = await open('/clients/demo')
      assert.include(page.text, 'Change it there.')
      assert.notMatch(page.text, /href="[^"]*\/(edit|remove)"/)
      assert.equal((await open('/clients/demo/edit')).status, 403)
      const list = await open('/clients?source=file')
      assert.include(list.text, 'Demo Shop')
      assert.notInclude(list.text, 'Made here</span>')
    })

    it('are removed after their identifier was typed', async () => {
      const { id } = await addApp()
      const ask = await open(`/clients/${id}/remove`)
      assert.equal((await owner.visitor.submit(ask, '/remove', { typed: 'other' })).status, 400)
      const gone = await owner.visitor.submit(ask, '/remove', { typed: id })
      assert.equal(said(gone), 'The app is removed.')
      assert.equal((await open(`/clients/${id}`)).status, 404)
    })
  })

  describe('the audit trail', () => {
    it('is filtered by what, whose and when, and says what an administrator did', async () => {
      const { page, path } = await somebody()
      await owner.visitor.submit(page, '/switch')
      const id = path.split('/').at(-1) ?? ''
      const events = await open('/audit?type=admin_subjects_disable')
      assert.include(events.text, 'Switched an account off')
      assert.include(events.text, `href="/admin/subjects/${id}"`)
      assert.notInclude(events.text, 'mark-good">Signed in')
      const whose = await open(`/audit?subject=${id}`)
      assert.include(whose.text, 'Account created')
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

  /** What a client is told that authenticates and then asks for nothing that exists. */
  async function tokenFault(id: string, secret: string): Promise<string> {
    const answer = await fetch(`${there(house).origin}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'nothing' }),
    })
    const body: unknown = await answer.json()
    return typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : ''
  }
})

const problemsOf = (page: Page): string => /<ul class="problems">.*?<\/ul>/s.exec(page.text)?.[0] ?? ''

/** Everything that a browser would send along: what is typed, chosen and ticked already. */
function fieldsOf(page: Page, changed: Readonly<Record<string, string>>): Record<string, string> {
  const unescape = (text: string): string =>
    text.replaceAll('&#39;', "'").replaceAll('&#34;', '"').replaceAll('&amp;', '&')
  const fields: Record<string, string> = {}
  for (const [, name = '', value = ''] of page.text.matchAll(
    /<input id="[^"]*" name="([^"]*)" type="text"[^>]* value="([^"]*)"/g,
  )) {
    fields[name] = unescape(value)
  }
  for (const [, name = '', value = ''] of page.text.matchAll(
    /<textarea id="[^"]*" name="([^"]*)"[^>]*>([^<]*)</g,
  )) {
    fields[name] = unescape(value)
  }
  for (const [, name = '', inside = ''] of page.text.matchAll(
    /<select id="[^"]*" name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g,
  )) {
    fields[name] = /<option value="([^"]*)" selected>/.exec(inside)?.[1] ?? ''
  }
  for (const [, name = ''] of page.text.matchAll(
    /<input id="[^"]*" name="([^"]*)" type="checkbox" value="yes" checked/g,
  )) {
    fields[name] = 'yes'
  }
  return { ...fields, ...changed }
}
