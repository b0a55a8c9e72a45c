import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { becomeAdministrator, type Administrator } from './administrators.ts'
import { startHouse, there, type House } from './house.ts'
import type { Page } from './visitor.ts'

describe('Apps in the console, over HTTP,', function () {
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

  it('have every setting: what has no field is written in the words of clients.yaml', async () => {
    const { id } = await addApp({ others: 'userinfo_alg: ES256' })
    const form = await open(`/clients/${id}/edit`)
    assert.include(form.text, '>userinfo_alg: ES256</textarea>')
    for (const [others, words] of [
      ['userinfo_alg: [', 'other settings: are not lines of'],
      ['just words', 'other settings: are not lines of'],
      ['a: &a [x]\nb: *a', 'other settings: are not lines of'],
      ['name: Mine', 'other settings: name name, which has a field of its own'],
      ['colour: red', 'colour'],
      ['secret_digests: [x]', 'secret_digests: is made by the provider, and cannot be chosen'],
    ] as const) {
      const refused = await owner.visitor.submit(form, '/edit', fieldsOf(form, { others }))
      assert.equal(refused.status, 400, others)
      assert.include(problemsOf(refused), words)
    }
    const kept = await owner.visitor.submit(form, '/edit', fieldsOf(form, { name: 'Kept' }))
    assert.include(kept.text, 'ES256', problemsOf(kept))
    const again = await open(`/clients/${id}/edit`)
    const without = await owner.visitor.submit(again, '/edit', fieldsOf(again, { others: '' }))
    assert.notInclude(without.text, 'ES256')
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
