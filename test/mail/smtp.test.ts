import { assert } from 'chai'
import { createComposer } from '../../src/mail/compose.ts'
import type { Letter } from '../../src/mail/letter.ts'
import { createSmtpTransport } from '../../src/mail/smtp.ts'
import { startMailServer, startSilentServer, textOf } from './servers.ts'

const compose = createComposer('Mien <no-reply@id.example>')
const letter: Letter = {
  name: 'test',
  to: 'ada@example.com',
  subject: 'A subject',
  paragraphs: ['It’s a <b>mail</b> & no more.'],
  code: '1234 5678',
  link: { text: 'Open it', url: 'https://id.example/account/confirm?token=abc' },
  footnotes: ['Ignore it.'],
}
const never = new AbortController().signal
const quick = { connectionTimeout: 300, greetingTimeout: 300, socketTimeout: 300 }

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  return undefined
}

describe('Sending by SMTP', () => {
  it('delivers text and HTML to the one address of the letter', async () => {
    const server = await startMailServer()
    const outcome = await createSmtpTransport(server.url).send(compose(letter), never)
    await server.close()
    assert.equal(outcome, 'sent')
    const [mail] = server.mails
    assert.deepEqual(mail?.to, ['ada@example.com'])
    assert.equal(mail?.from, 'no-reply@id.example')
    const text = textOf(mail?.raw ?? '')
    assert.include(text, 'It’s a <b>mail</b> & no more.')
    assert.include(text, 'It’s a &lt;b&gt;mail&lt;/b&gt; &amp; no more.')
    assert.include(text, 'https://id.example/account/confirm?token=abc')
    assert.match(mail?.raw ?? '', /^Auto-Submitted: auto-generated\r$/m)
  })

  it('is over for good where the server refuses for good, and tried again where it refuses for now', async () => {
    const forGood = await startMailServer({ refusals: 1, replyCode: 550 })
    const forNow = await startMailServer({ refusals: 1, replyCode: 451 })
    assert.equal(await createSmtpTransport(forGood.url).send(compose(letter), never), 'refused')
    assert.instanceOf(await failureOf(createSmtpTransport(forNow.url).send(compose(letter), never)), Error)
    await forGood.close()
    await forNow.close()
  })

  it('gives up on a server that takes the connection and says nothing', async () => {
    const server = await startSilentServer()
    const startedAt = performance.now()
    const failure = await failureOf(createSmtpTransport(server.url, quick).send(compose(letter), never))
    await server.close()
    assert.instanceOf(failure, Error)
    assert.isBelow(performance.now() - startedAt, 5000)
  })

  it('is cut short where the house closes', async () => {
    const server = await startSilentServer()
    const cutting = new AbortController()
    const sending = failureOf(createSmtpTransport(server.url).send(compose(letter), cutting.signal))
    setTimeout(() => cutting.abort(), 50)
    assert.instanceOf(await sending, Error)
    await server.close()
  })

  it('says nothing in clear to a server elsewhere that offers no encryption', async () => {
    const server = await startMailServer()
    // Another name of this machine, which the transport does not know as such.
    const url = server.url.replace('127.0.0.1', '127.0.0.2')
    const elsewhere = createSmtpTransport(url.replace('127.0.0.2', '0x7f.1'), quick)
    const failure = await failureOf(elsewhere.send(compose(letter), never))
    await server.close()
    assert.instanceOf(failure, Error)
    assert.isEmpty(server.mails)
  })
})

describe('A letter', () => {
  it('goes to one plain address and to no other', () => {
    const hostile = [
      'ada@example.com\r\nBcc: eve@example.com',
      'ada@example.com, eve@example.com',
      'Ada <ada@example.com>',
      'ada@example.com eve@example.com',
      'group:ada@example.com;',
      '"a b"@example.com',
      'ada@example.com\u0000',
      'ada@example.com\u2028',
      'ada',
      '',
      `${'a'.repeat(250)}@example.com`,
    ]
    for (const to of hostile) assert.throws(() => compose({ ...letter, to }), TypeError, '', to)
    assert.equal(compose({ ...letter, to: 'Jörg.o’hara+1@exämple.com' }).to, 'Jörg.o’hara+1@exämple.com')
  })

  it('keeps its subject on one line, whatever it says', () => {
    const { subject } = compose({
      ...letter,
      subject: `Hello\r\nBcc: eve@example.com\u0085${'x'.repeat(300)}`,
    })
    assert.notMatch(subject, /[\r\n\u0085]/)
    assert.isAtMost(subject.length, 120)
  })
})
