import { assert } from 'chai'
import { startMailServer, startSilentServer, textOf, type MailServer } from '../mail/servers.ts'
import { modelsDir } from '../media.ts'
import { until } from '../until.ts'
import { startHouse, there, type House } from './house.ts'
import { createRelyingParty } from './relying-party.ts'
import { password } from './stories.ts'
import { assertSameTime } from './timing.ts'
import { createVisitor, type Page, type Visitor } from './visitor.ts'

interface Arrived {
  readonly subject: string
  readonly code: string
  readonly text: string
}

async function awaitMail(server: MailServer, to: string, after = 0): Promise<Arrived> {
  const arrived = () => server.mails.filter((mail) => mail.to.includes(to))
  await until(() => arrived().length > after, `mail ${after + 1} to ${to}`)
  const text = textOf(there(arrived().at(-1)).raw)
  const subject = /^Subject: (.*)$/m.exec(text)?.[1] ?? ''
  return { subject, text, code: (/\b(\d{4} \d{4})\b/.exec(text)?.[1] ?? '').replace(' ', '') }
}

describe('A provider that sends real mails', function () {
  this.timeout(60_000)
  let server: MailServer | undefined
  let house: House | undefined

  before(async function () {
    if (modelsDir === undefined) this.skip()
    server = await startMailServer()
    house = await startHouse({
      settings: { MIEN_SMTP_URL: there(server).url, MIEN_MAIL_FROM: 'Mien <id@example.com>' },
    })
  })
  after(async () => {
    await house?.close()
    await server?.close()
  })

  const stranger = (at: Pick<House, 'origin' | 'rpOrigin'> = there(house)): Visitor =>
    createVisitor(at.origin, [at.rpOrigin])

  async function register(visitor: Visitor, email: string, secret = password): Promise<Page> {
    const home = await visitor.open('/')
    const link = /href="([^"]*prompt=create[^"]*)"/.exec(home.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
    return visitor.submit(await visitor.open(link), '/register', { email, password: secret })
  }

  async function join(email: string): Promise<{ visitor: Visitor; page: Page }> {
    const visitor = stranger()
    const page = await register(visitor, email)
    const { code } = await awaitMail(there(server), email)
    return { visitor, page: await visitor.submit(page, '/confirm-address', { code }) }
  }

  it('makes an account when its address has been confirmed, and it stays confirmed', async () => {
    const visitor = stranger()
    const page = await register(visitor, 'first@example.com')
    assert.include(page.text, 'Look into your mailbox')
    assert.match((await visitor.open('/account')).url.pathname, /^\/interaction\//, 'nobody is signed in yet')
    const { code, subject } = await awaitMail(there(server), 'first@example.com')
    assert.equal(subject, 'Your code to create an account')
    const wrong = await visitor.submit(page, '/confirm-address', { code: code.replace(/^./, '_') })
    assert.equal(wrong.status, 401)
    const account = await visitor.submit(wrong, '/confirm-address', { code })
    assert.equal(account.url.pathname, '/account')
    assert.include((await visitor.open('/account/profile')).text, '>Confirmed<')
  })

  it('does not tell who registers that an address is taken; its owner is told by mail', async () => {
    await join('taken@example.com')
    const plain = ({ text, status }: Page, email: string): string =>
      `${status} ${text}`
        .replaceAll(email, '…')
        .replaceAll(/name="csrf" value="[^"]+"/g, '')
        .replaceAll(/interaction\/[^/"]+/g, '')
    const seen: string[] = []
    for (const email of ['taken@example.com', 'free@example.com']) {
      const visitor = stranger()
      const page = await register(visitor, email, 'quite another password')
      const wrong = await visitor.submit(page, '/confirm-address', { code: '1234 5678' })
      seen.push(plain(page, email) + plain(wrong, email))
    }
    assert.equal(seen[1], seen[0])
    const mail = await awaitMail(there(server), 'taken@example.com', 1)
    assert.equal(mail.subject, 'You already have an account')
    assert.equal(mail.code, '')
    assert.include(mail.text, `${there(house).origin}/account/recover`)
  })

  it('takes as long to register an address that is taken', async () => {
    await join('timed@example.com')
    const timed = async (email: string): Promise<number> => {
      const visitor = stranger()
      const home = await visitor.open('/')
      const link = /href="([^"]*prompt=create[^"]*)"/.exec(home.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
      const form = await visitor.open(link)
      const startedAt = performance.now()
      await visitor.submit(form, '/register', { email, password })
      return performance.now() - startedAt
    }
    await assertSameTime(
      2,
      () => timed('timed@example.com'),
      (round) => timed(`free${round}@example.com`),
    )
  })

  it('limits how many mails one mailbox gets, whoever asks and whether or not it has an account', async () => {
    const strict = await startHouse({ isGenerous: false, settings: { MIEN_SMTP_URL: there(server).url } })
    for (const email of ['flooded@example.com', 'nobody@example.com']) {
      const statuses: number[] = []
      for (let asked = 0; asked < 8; asked += 1) {
        const visitor = stranger(strict)
        const form = await visitor.open('/account/recover')
        statuses.push((await visitor.submit(form, '/recover', { email })).status)
      }
      assert.deepEqual(statuses, [200, 200, 200, 200, 200, 200, 429, 429], email)
    }
    await strict.close()
  })

  it('keeps nobody waiting for a mail server that says nothing, and closes in good time', async () => {
    const silent = await startSilentServer()
    const patient = await startHouse({ settings: { MIEN_SMTP_URL: silent.url } })
    const party = await createRelyingParty(patient.origin, `${patient.rpOrigin}/callback`)
    const visitor = stranger(patient)
    const startedAt = performance.now()
    const page = await register(visitor, 'ada@example.com')
    assert.include(page.text, 'Look into your mailbox')
    assert.equal((await visitor.open((await party.begin()).url)).status, 200)
    assert.isBelow(performance.now() - startedAt, 5000)
    const closingAt = performance.now()
    await patient.close()
    assert.isBelow(performance.now() - closingAt, 8000)
    await silent.close()
  })
})
