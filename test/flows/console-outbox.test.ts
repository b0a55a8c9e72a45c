import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { until } from '../until.ts'
import { becomeAdministrator, type Administrator } from './administrators.ts'
import { freePort, startHouse, type House } from './house.ts'
import type { Page } from './visitor.ts'

describe('Mail that waits, in the console, over HTTP', function () {
  this.timeout(60_000)
  let house: House | undefined
  let owner: Administrator

  before(async function () {
    if (modelsDir === undefined) this.skip()
    // The account is made while mails still arrive; then the mail server is gone.
    const before = await startHouse()
    const link = (await before.app.beginAdministration()) ?? ''
    owner = await becomeAdministrator(before, { link, email: 'olga@example.com' })
    await before.close(true)
    house = await startHouse({
      port: Number(new URL(before.origin).port),
      dataDir: before.dataDir,
      settings: {
        MIEN_SMTP_URL: `smtp://localhost:${await freePort()}`,
        MIEN_MAIL_FROM: 'Mien <id@example.com>',
      },
    })
  })
  after(async () => {
    await house?.close()
  })

  const said = (page: Page): string =>
    /<p class="done" role="status">([^<]*)</.exec(page.text)?.[1]?.trim() ?? ''

  /** A mail that nobody is there to take. */
  async function askForMail(): Promise<void> {
    await owner.visitor.submit(await owner.visitor.open('/account/profile'), '/verify/send')
  }

  async function waiting(): Promise<Page> {
    let page = await owner.visitor.open('/admin/outbox')
    await until(async () => {
      page = await owner.visitor.open('/admin/outbox')
      return page.text.includes('o…@example.com')
    }, 'a mail that waits')
    return page
  }

  it('is listed without its words, sent again, and dropped', async () => {
    assert.include((await owner.visitor.open('/admin/outbox')).text, 'Nothing waits.')
    await askForMail()
    const page = await waiting()
    const list = /<table[\s\S]*<\/table>/.exec(page.text)?.[0] ?? ''
    assert.notInclude(list, 'olga@example.com')
    assert.notMatch(list, /token=|\b\d{4} \d{4}\b/)
    const tile = /Mail<\/span> <span class="tile-state">([^<]*)/.exec(
      (await owner.visitor.open('/admin')).text,
    )
    assert.notEqual(tile?.[1], 'All sent')
    assert.equal(said(await owner.visitor.submit(page, '/outbox/retry')), 'The mail is sent at once.')
    const gone = await owner.visitor.submit(await waiting(), '/outbox/drop')
    assert.equal(said(gone), 'The mail is dropped.')
    assert.include(gone.text, 'Nothing waits.')
  })
})
