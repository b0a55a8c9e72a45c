import { assert } from 'chai'
import type { Letter } from '../../src/mail/letter.ts'
import { createNotices, type Happening } from '../../src/mail/notices.ts'

const issuer = 'https://id.example'

function openNotices(emailVerified = true, createdAt = new Date('2025-12-01T12:00:00Z')) {
  const letters: Letter[] = []
  const failures: unknown[] = []
  const notices = createNotices({
    issuer,
    clock: () => new Date('2026-01-01T12:34:00Z'),
    findSubject: (id) => {
      if (id === 'broken') return Promise.reject(new Error('no database'))
      return Promise.resolve(
        id === 'ada' ? { email: 'ada@example.com', emailVerified, createdAt } : undefined,
      )
    },
    readReceipt: (subjectId, id) =>
      Promise.resolve(id === 'lost' ? undefined : `Receipt ${id} of ${subjectId}\n`),
    post: (letter) => letters.push(letter),
    onFailure: (error) => failures.push(error),
  })
  return { notices, letters, failures }
}

const changed: Happening = { type: 'password_changed', subjectId: 'ada' }

describe('A notice', () => {
  it('says what happened, when, from which browser, and what to do if it was somebody else', async () => {
    const { notices, letters } = openNotices()
    await notices.happened({ ...changed, detail: { browser: 'Firefox on Linux' } })
    const [letter] = letters
    assert.equal(letter?.to, 'ada@example.com')
    assert.deepEqual(letter?.paragraphs, ['The password of your account was changed.'])
    assert.deepEqual(letter?.facts, [
      { name: 'When', value: '1 January 2026 at 12:34 UTC' },
      { name: 'Browser', value: 'Firefox on Linux' },
    ])
    assert.include(letter?.footnotes.join(' '), `${issuer}/account/recover`)
  })

  it('goes out for what changes an account, and not for what happens every day', async () => {
    const { notices, letters } = openNotices()
    const everyday = [
      'signed_in',
      'templates_opened',
      'email_verified',
      'session_ended',
      'constructor',
      '__proto__',
    ]
    for (const type of everyday) await notices.happened({ type, subjectId: 'ada' })
    assert.isEmpty(letters)
    const noticed = [
      'passkey_added',
      'totp_removed',
      'recovery_codes_made',
      'face_enrolled',
      'device_trusted',
    ]
    for (const type of noticed) await notices.happened({ type, subjectId: 'ada' })
    assert.lengthOf(letters, noticed.length)
  })

  it('goes to no mailbox that nobody has confirmed, and to nobody for an account that is gone', async () => {
    const { notices, letters } = openNotices(false)
    await notices.happened(changed)
    await notices.happened({ ...changed, subjectId: 'nobody' })
    await notices.happened({ type: 'password_changed' })
    assert.isEmpty(letters)
  })

  it('of a used recovery code tells how many are left', async () => {
    const { notices, letters } = openNotices()
    await notices.happened({ type: 'recovery_code_used', subjectId: 'ada', detail: { left: 2 } })
    assert.deepInclude(letters[0]?.facts ?? [], { name: 'Recovery codes left', value: '2' })
  })

  it('is not sent for what is part of making the account', async () => {
    const { notices, letters } = openNotices(true, new Date('2026-01-01T12:30:00Z'))
    await notices.happened({ type: 'device_trusted', subjectId: 'ada' })
    await notices.happened({ type: 'face_enrolled', subjectId: 'ada' })
    assert.isEmpty(letters)
    await notices.happened(changed)
    assert.lengthOf(letters, 1)
  })

  it('of an account that is gone sends nobody to a new password', async () => {
    const { notices, letters } = openNotices()
    await notices.happened({ type: 'account_closed', subjectId: 'ada' })
    assert.notInclude(letters[0]?.footnotes.join(' '), '/account/recover')
  })

  it('carries no detail but a browser, a name and a count, each on one bounded line', async () => {
    const { notices, letters } = openNotices()
    const detail = { secret: 'JBSWY3DP', score: 0.73, name: `Key\r\nBcc: eve@example.com${'x'.repeat(200)}` }
    await notices.happened({ type: 'passkey_added', subjectId: 'ada', detail })
    const text = JSON.stringify(letters)
    assert.notMatch(text, /JBSWY3DP|0\.73/)
    assert.notMatch(text, /\\r|\\n/)
    assert.isBelow(text.length, 700)
  })

  it('of consent and of its end brings the receipts along', async () => {
    const { notices, letters } = openNotices()
    for (const type of ['consent_given', 'consent_withdrawn', 'face_removed', 'face_erased_unused']) {
      await notices.happened({ type, subjectId: 'ada', receipts: ['r1', undefined, 'lost', 'r2'] })
    }
    assert.lengthOf(letters, 4)
    for (const { enclosed } of letters) assert.deepEqual(enclosed, ['Receipt r1 of ada', 'Receipt r2 of ada'])
    assert.notInclude(letters[3]?.footnotes.join(), 'If it was not you', 'nobody did that')
  })

  it('that cannot be written undoes nothing', async () => {
    const { notices, failures } = openNotices()
    await notices.happened({ ...changed, subjectId: 'broken' })
    assert.lengthOf(failures, 1)
  })
})
