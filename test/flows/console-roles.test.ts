import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { becomeAdministrator, linkOf, type Administrator } from './administrators.ts'
import { browserOf, signUp } from './control-stories.ts'
import { startHouse, there, type House } from './house.ts'
import { attributeOf, formsOf, type Page, type Visitor } from './visitor.ts'

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
  '/outbox',
  '/administrators',
]

interface ActRow {
  readonly path: string
  readonly fields?: Readonly<Record<string, string>>
  /** Who is not refused for the role: all others get 403. */
  readonly by: readonly ('owner' | 'operator' | 'auditor')[]
}

const changers = ['owner', 'operator'] as const

describe('The roles of the console, over HTTP', function () {
  this.timeout(60_000)
  let house: House | undefined
  let people: Readonly<Record<'owner' | 'operator' | 'auditor', Administrator>>
  let subject = ''
  let email = ''
  let ordinary: Visitor

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse()
    const link = (await house.app.beginAdministration()) ?? ''
    const owner = await becomeAdministrator(house, { link, email: 'olga@example.com' })
    const invited = async (role: 'operator' | 'auditor'): Promise<Administrator> =>
      becomeAdministrator(there(house), { link: await invite(owner, role), email: `${role}@example.com` })
    people = { owner, operator: await invited('operator'), auditor: await invited('auditor') }
    email = 'somebody@example.com'
    ordinary = browserOf(house)
    await signUp(house, email, ordinary)
    const list = await owner.visitor.open(`/admin/subjects?q=${email}`)
    subject = linkOf(list, email)
  })
  after(async () => {
    await house?.close()
  })

  async function invite({ visitor }: Administrator, role: string): Promise<string> {
    const made = await visitor.submit(await visitor.open('/admin/administrators'), '/invite', { role })
    const url = /aria-label="link"><code>([^<]+)</.exec(made.text)?.[1] ?? ''
    assert.include(url, '/admin/first?token=', made.text.slice(0, 500))
    return url
  }

  const csrfOf = async ({ visitor }: Pick<Administrator, 'visitor'>): Promise<string> =>
    formsOf((await visitor.open('/admin/keys')).text)[0]?.hidden['csrf'] ?? ''

  const post = (
    visitor: Visitor,
    path: string,
    fields: Readonly<Record<string, string>>,
  ): Promise<Response> =>
    visitor.request(new URL(path, there(house).origin), {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { accept: 'text/html' },
    })

  function actRows(): ActRow[] {
    const nobody = '00000000-0000-4000-8000-000000000000'
    return [
      { path: `${subject}/switch`, fields: { to: 'on' }, by: changers },
      { path: `${subject}/reset`, fields: { factor: 'passkeys' }, by: changers },
      { path: `${subject}/end-sessions`, by: changers },
      { path: `${subject}/revoke`, fields: { app: 'demo' }, by: changers },
      { path: `${subject}/erase`, fields: { typed: 'something else' }, by: changers },
      { path: '/admin/sessions/end', fields: { session: nobody }, by: changers },
      { path: '/admin/clients-new', fields: { name: 'Bad' }, by: changers },
      { path: '/admin/clients/nothing/edit', fields: { name: 'Bad' }, by: ['owner', 'operator', 'auditor'] },
      { path: '/admin/clients/nothing/secret', by: changers },
      { path: '/admin/clients/nothing/retire', by: changers },
      { path: '/admin/clients/nothing/remove', fields: { typed: 'nothing' }, by: changers },
      { path: '/admin/apis-new', fields: { identifier: 'bad' }, by: changers },
      { path: '/admin/apis/nothing/edit', by: ['owner', 'operator', 'auditor'] },
      { path: '/admin/apis/nothing/remove', by: changers },
      { path: '/admin/keys/leaked', by: changers },
      { path: '/admin/outbox/retry', fields: { mail: nobody }, by: changers },
      { path: '/admin/outbox/drop', fields: { mail: nobody }, by: changers },
      { path: '/admin/audit/verify', by: ['owner', 'operator', 'auditor'] },
      { path: '/admin/administrators/withdraw', fields: { invitation: nobody }, by: ['owner'] },
      { path: '/admin/administrators/role', fields: { administrator: nobody, role: 'owner' }, by: ['owner'] },
      { path: '/admin/administrators/remove', fields: { administrator: nobody }, by: ['owner'] },
      { path: '/admin/administrators/invite', fields: { role: 'owner' }, by: ['owner'] },
      { path: '/admin/keys/rotate', by: changers },
    ]
  }

  it('each may do what the table says, and is refused the rest by a page that leads back', async () => {
    for (const role of ['auditor', 'operator', 'owner'] as const) {
      const { visitor } = people[role]
      const csrf = await csrfOf(people[role])
      for (const { path, fields, by } of actRows()) {
        const answer = await post(visitor, path, { csrf, ...fields })
        const text = await answer.text()
        const isAllowed = by.includes(role)
        const what = `${role}: ${path} (${answer.status})`
        assert.equal(answer.status === 403, !isAllowed, what)
        if (isAllowed) continue
        assert.include(text, 'Your role does not allow this', what)
        assert.include(text, 'href="/admin"', what)
      }
    }
  })

  it('no form is taken without its token, whoever sends it', async () => {
    const { visitor } = people.owner
    for (const { path, fields } of actRows()) {
      const none = await post(visitor, path, { ...fields })
      assert.equal(none.status, 403, path)
      assert.include(await none.text(), 'This form did not come from this page')
      const others = await post(visitor, path, { csrf: await csrfOf(people.auditor), ...fields })
      assert.equal(others.status, 403, `${path} with the token of somebody else`)
    }
  })

  it('and none that another site has a browser send', async () => {
    const csrf = await csrfOf(people.owner)
    for (const { path, fields } of actRows()) {
      const answer = await people.owner.visitor.request(new URL(path, there(house).origin), {
        method: 'POST',
        body: new URLSearchParams({ csrf, ...fields }),
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      })
      assert.equal(answer.status, 403, path)
    }
  })

  it('an auditor sees every place, and no button but those that look and leave', async () => {
    const harmless = [
      '/admin/sign-out',
      '/admin/audit/verify',
      '/admin/audit',
      '/admin/subjects',
      '/admin/clients',
      '/admin/apis',
      '/admin/sessions',
      '/admin/grants',
    ]
    for (const path of [...places.map((each) => `/admin${each}`), subject, '/admin/clients/demo']) {
      const page = await people.auditor.visitor.open(path)
      assert.equal(page.status, 200, path)
      assert.include(page.text, 'You are an auditor')
      for (const { action } of formsOf(page.text)) assert.include(harmless, action, path)
      for (const href of hrefsOf(page))
        assert.notMatch(href, /\/(erase|edit|remove|rotate|leaked)$|(clients|apis)-new/, path)
    }
  })

  it('an operator has nothing to do with administrators: not their place, and not their accounts', async () => {
    const { visitor } = people.operator
    assert.notInclude((await visitor.open('/admin')).text, 'href="/admin/administrators"')
    assert.equal((await visitor.open('/admin/administrators')).status, 403)
    const list = await visitor.open('/admin/subjects?q=olga@example.com')
    const olga = await visitor.open(linkOf(list, 'olga@example.com'))
    assert.include(olga.text, 'This person is an administrator')
    assert.notMatch(olga.text, /action="[^"]*\/(switch|reset)"|href="[^"]*\/erase"/)
  })

  it('pages that ask before they act are closed to who may not act', async () => {
    for (const path of [
      `${subject}/erase`,
      '/admin/keys/rotate',
      '/admin/keys/leaked',
      '/admin/clients-new',
    ]) {
      assert.equal((await people.auditor.visitor.open(path)).status, 403, path)
    }
  })

  it('somebody who is no administrator, and nobody at all, get no further than signing in', async () => {
    for (const path of [...places.map((each) => `/admin${each}`), subject, '/admin/audit.csv']) {
      const asked = await browserOf(there(house)).open(path)
      assert.match(asked.url.pathname, /^\/interaction\//, path)
      const weak = await ordinary.open(path)
      assert.match(weak.url.pathname, /^\/interaction\//, `${path}, with one factor`)
      assert.notInclude(weak.text, 'aria-label="Console"')
    }
    for (const { path, fields } of actRows()) {
      const answer = await post(browserOf(there(house)), path, { ...fields })
      assert.equal(answer.status, 401, path)
    }
  })

  it('a role is changed by an owner and counts at the next request, and so does a removal', async () => {
    const { visitor } = people.owner
    const id = (await idOf('operator@example.com')) ?? ''
    const page = await visitor.open('/admin/administrators')
    await visitor.submit(page, '/role', { administrator: id, role: 'auditor' })
    assert.include((await people.operator.visitor.open('/admin')).text, 'You are an auditor')
    const csrf = await csrfOf(people.owner)
    await post(visitor, '/admin/administrators/remove', { csrf, administrator: id })
    const gone = await people.operator.visitor.open('/admin')
    assert.equal(gone.status, 403)
    assert.include(gone.text, 'Your role does not allow this')
  })

  it('the last owner stays one', async () => {
    const id = (await idOf('olga@example.com')) ?? ''
    const csrf = await csrfOf(people.owner)
    const answer = await post(people.owner.visitor, '/admin/administrators/remove', {
      csrf,
      administrator: id,
    })
    assert.equal(answer.status, 409)
    assert.include(await answer.text(), 'This is the last owner')
  })

  it('an invitation works once, and not after it was withdrawn', async () => {
    const { visitor } = people.owner
    const link = await invite(people.owner, 'auditor')
    let page = await visitor.open('/admin/administrators')
    while (page.text.includes('/administrators/withdraw')) page = await visitor.submit(page, '/withdraw')
    const closed = await browserOf(there(house)).open(link)
    assert.equal(closed.status, 410)
    assert.include(closed.text, 'This link was used already, or it is over')
  })

  async function idOf(address: string): Promise<string | undefined> {
    const page = await people.owner.visitor.open('/admin/administrators')
    return linkOf(page, address).split('/').at(-1)
  }
})

function hrefsOf({ text }: Page): string[] {
  return [...text.matchAll(/<a\b[^>]*>/g)].map(([tag]) => attributeOf(tag, 'href') ?? '')
}
