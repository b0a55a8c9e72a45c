import { assert } from 'chai'
import type { Lies } from '../authenticator.ts'
import { modelsDir } from '../media.ts'
import { there } from './house.ts'
import { awaitMail, linksOf, mailsTo } from './mailbox.ts'
import { ada, ben, confirm, openPasskeyHouse, ownPage, type PasskeyHouse } from './passkey-house.ts'
import { readRecords } from './records.ts'
import { addOn, answerOn, createPlainAccount, optionsOn, partOf, postJson, signInOn } from './passkey.ts'

describe('A passkey in the account', function () {
  this.timeout(120_000)
  let stage: PasskeyHouse | undefined

  before(async function () {
    if (modelsDir === undefined) this.skip()
    stage = await openPasskeyHouse()
  })
  after(async () => {
    await stage?.house.close()
  })

  it('is added with a name, told apart as synced or not, renamed and removed', async () => {
    const visitor = await createPlainAccount(there(stage).house, 'cy@example.com')
    const before = await visitor.open('/account/passkeys')
    assert.include(before.text, 'There are none yet.')
    const synced = {
      authenticator: there(stage).authenticator({ isSynced: true }),
      more: { name: ' My\n phone ' },
    }
    assert.equal((await addOn(visitor, before, synced)).body.location, '/account/passkeys?changed')
    const page = await visitor.open('/account/passkeys')
    assert.include(page.text, '>My phone<')
    assert.include(page.text, 'Synced between your devices')
    assert.include(page.text, 'This is your last passkey.')
    await addOn(visitor, page, { authenticator: there(stage).authenticator() })
    const both = await visitor.open('/account/passkeys')
    assert.include(both.text, '>Passkey<', 'one without a name')
    assert.include(both.text, 'On one device or security key')
    assert.notInclude(both.text, 'This is your last passkey.')
    // The newest stands first.
    const renamed = await visitor.submit(both, '/rename', { name: 'Key ring' })
    assert.include(renamed.text, '>Key ring<')
    const removed = await visitor.submit(renamed, '/remove')
    assert.notInclude(removed.text, '>Key ring<')
    assert.include(removed.text, '>My phone<')
    const none = await visitor.submit(removed, '/remove')
    assert.include(none.text, 'There are none yet.')
  })

  it('is not added twice: the authenticator is told which it holds, and the server sees to it', async () => {
    const made = await there(stage).added(there(stage).adas, ada)
    const page = await ownPage(there(stage).adas, ada)
    const options = await optionsOn(there(stage).adas, page)
    assert.include(
      options.excludeCredentials.map(({ id }) => id),
      made.credentialId,
    )
    assert.equal(options.user.name, ada)
    const again = await answerOn(there(stage).adas, page, { credential: made.register(options) })
    assert.deepEqual([again.status, again.body.code], [409, 'passkey_known'])
    const others = await ownPage(there(stage).bens, ben)
    const stolen = await answerOn(there(stage).bens, others, {
      credential: made.register(await optionsOn(there(stage).bens, others)),
    })
    assert.deepEqual([stolen.status, stolen.body.code], [409, 'passkey_known'])
  })

  it('is known to authenticators by a random handle, and not by the subject', async () => {
    const [first, second] = [await ownPage(there(stage).adas, ada), await ownPage(there(stage).bens, ben)]
    const handle = (await optionsOn(there(stage).adas, first)).user.id
    assert.equal((await optionsOn(there(stage).adas, first)).user.id, handle)
    assert.notEqual((await optionsOn(there(stage).bens, second)).user.id, handle)
    assert.lengthOf(Buffer.from(handle, 'base64url'), 32)
  })

  it('is added and removed after a fresh sign-in alone, and the page leads there', async () => {
    const visitor = await createPlainAccount(there(stage).house, 'dot@example.com')
    const page = await visitor.open('/account/passkeys')
    await there(stage).added(visitor, 'dot@example.com')
    const withOne = await visitor.open('/account/passkeys')
    const options = await optionsOn(visitor, page)
    there(stage).house.pass(601)
    const url = partOf(page).answerUrl
    const content = { credential: there(stage).authenticator().register(options) }
    const late = await postJson(visitor, page, { url, content })
    assert.deepEqual([late.status, late.body.code], [403, 'fresh_authentication_required'])
    const asked = await postJson(visitor, page, { url: `${url}/options`, content: {} })
    assert.equal(asked.status, 403)
    assert.equal((await visitor.submit(withOne, '/remove')).status, 403)
    const stale = await visitor.open('/account/passkeys')
    assert.include(stale.text, 'Confirm that it is you')
    assert.notInclude(stale.text, 'Yes, remove it')
    const back = await confirm(visitor, stale, 'dot@example.com')
    assert.equal(back.url.pathname, '/account/passkeys')
    assert.include(back.text, 'data-passkey-name')
  })

  it('is somebody’s own: nobody else renames or removes it', async () => {
    await there(stage).added(there(stage).adas, ada)
    const hers = await ownPage(there(stage).adas, ada)
    const id = /name="passkey" value="([^"]+)"/.exec(hers.text)?.[1] ?? ''
    await there(stage).added(there(stage).bens, ben)
    const his = await ownPage(there(stage).bens, ben)
    const renamed = await there(stage).bens.submit(his, '/rename', { passkey: id, name: 'Mine' })
    assert.equal(renamed.status, 404)
    assert.equal((await there(stage).bens.submit(his, '/remove', { passkey: id })).status, 404)
    assert.include((await there(stage).adas.open('/account/passkeys')).text, id)
  })

  it('is refused where it was made elsewhere, for another session, or a second time with one challenge', async () => {
    const page = await ownPage(there(stage).adas, ada)
    const lies: readonly Lies[] = [
      { origin: 'https://evil.example' },
      { rpId: 'evil.example' },
      { isUserVerified: false },
    ]
    for (const lie of lies) {
      const answer = await addOn(there(stage).adas, page, {
        authenticator: there(stage).authenticator(),
        lies: lie,
      })
      assert.deepEqual([answer.status, answer.body.code], [400, 'passkey_refused'])
    }
    const his = await ownPage(there(stage).bens, ben)
    const made = there(stage)
      .authenticator()
      .register(await optionsOn(there(stage).bens, his))
    assert.equal((await answerOn(there(stage).adas, page, { credential: made })).body.code, 'passkey_refused')
    const options = await optionsOn(there(stage).adas, page)
    assert.equal(
      (
        await answerOn(there(stage).adas, page, {
          credential: there(stage).authenticator().register(options),
        })
      ).status,
      201,
    )
    const again = await answerOn(there(stage).adas, page, {
      credential: there(stage).authenticator().register(options),
    })
    assert.equal(again.body.code, 'passkey_refused')
  })

  it('tells the owner by mail when one is added or removed, by its name', async () => {
    const { house } = there(stage)
    const email = 'hal@example.com'
    const visitor = await createPlainAccount(house, email)
    const [link = ''] = linksOf(await awaitMail(house, { to: email, subject: 'Confirm your' }))
    const asked = await visitor.open(link)
    await visitor.submit(asked, asked.url.pathname)
    await there(stage).added(visitor, email)
    const subject = 'Your account was changed'
    const added = await awaitMail(house, { to: email, subject })
    assert.include(added.text, 'A passkey was added to your account.')
    assert.include(added.text, 'Test key')
    await visitor.submit(await visitor.open('/account/passkeys'), '/remove')
    const removed = await awaitMail(house, { to: email, subject, after: 1 })
    assert.include(removed.text, 'A passkey was removed from your account.')
  })

  it('leaves an entry in the audit trail for each change, with its name and from where', async () => {
    const email = 'ida@example.com'
    const visitor = await createPlainAccount(there(stage).house, email)
    await there(stage).added(visitor, email)
    await visitor.submit(await visitor.open('/account/passkeys'), '/rename', { name: 'Key ring' })
    await visitor.submit(await visitor.open('/account/passkeys'), '/remove')
    const rows = await readRecords(
      there(stage).house,
      `SELECT type, address, detail FROM audit_events WHERE type LIKE 'passkey_%' AND "subjectId" =
        (SELECT id FROM subjects WHERE "emailKey" = '${email}') ORDER BY seq`,
    )
    const entries = rows.map(({ type, address, detail }) => {
      const { name } = JSON.parse(String(detail)) as { readonly name?: string }
      return [type, name, typeof address === 'string' && address !== '']
    })
    assert.deepEqual(entries, [
      ['passkey_added', 'Test key', true],
      ['passkey_renamed', 'Key ring', true],
      ['passkey_removed', 'Key ring', true],
    ])
  })

  it('whose counter goes back is refused, and its owner is told that there may be a copy of it', async () => {
    const { house } = there(stage)
    const email = 'jo@example.com'
    const visitor = await createPlainAccount(house, email)
    const [link = ''] = linksOf(await awaitMail(house, { to: email, subject: 'Confirm your' }))
    const asked = await visitor.open(link)
    await visitor.submit(asked, asked.url.pathname)
    const made = await there(stage).added(visitor, email)
    for (const lies of [{ isSignatureTampered: true, counter: 1 }, { counter: 1 }]) {
      const at = await there(stage).visit()
      const answer = await signInOn(at.visitor, at.page, { authenticator: made, lies })
      assert.deepEqual([answer.status, answer.body.code], [401, 'sign_in_failed'])
    }
    const mail = await awaitMail(house, { to: email, subject: 'A passkey was refused' })
    assert.include(mail.text, 'Test key')
    const mails = (await mailsTo(house, email)).filter(({ subject }) => subject.includes('was refused'))
    assert.lengthOf(mails, 1, 'whoever does not have the key has nobody written to')
    assert.include((await visitor.open('/account/activity')).text, 'Passkey refused')
  })

  it('wants the token of its page', async () => {
    const page = await ownPage(there(stage).adas, ada)
    const url = partOf(page).optionsUrl
    const headers = {
      'content-type': 'application/json',
      'x-csrf-token': partOf(await ownPage(there(stage).bens, ben)).csrf,
    }
    const answer = await there(stage).adas.post(url, page, { headers, body: '{}' })
    assert.deepEqual([answer.status, answer.body.code], [403, 'forgery_suspected'])
  })
})
