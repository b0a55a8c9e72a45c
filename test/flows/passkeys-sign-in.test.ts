import { assert } from 'chai'
import type { Lies } from '../authenticator.ts'
import { modelsDir } from '../media.ts'
import { there } from './house.ts'
import {
  acr,
  ada,
  ben,
  goToConfirmation,
  goToPasskey,
  openPasskeyHouse,
  ownPage,
  refused,
  type PasskeyHouse,
} from './passkey-house.ts'
import { password } from './stories.ts'
import { answerOn, createPlainAccount, optionsOn, partOf, postJson, signInOn } from './passkey.ts'

describe('A passkey as the first factor', function () {
  this.timeout(120_000)
  let stage: PasskeyHouse | undefined

  before(async function () {
    if (modelsDir === undefined) this.skip()
    stage = await openPasskeyHouse()
  })
  after(async () => {
    await stage?.house.close()
  })

  it('signs in without an address, and says by its amr whether it is bound to its device', async () => {
    const bound = await there(stage).added(there(stage).adas, ada)
    const first = await there(stage).visit()
    assert.deepEqual(
      await there(stage).claimsOf(first, await signInOn(first.visitor, first.page, { authenticator: bound })),
      {
        acr: acr('passkey'),
        amr: ['hwk'],
        email: ada,
      },
    )
    const synced = await there(stage).added(there(stage).adas, ada, { isSynced: true })
    const second = await there(stage).visit()
    assert.deepEqual(
      await there(stage).claimsOf(
        second,
        await signInOn(second.visitor, second.page, { authenticator: synced }),
      ),
      { acr: acr('passkey'), amr: ['swk'], email: ada },
    )
  })

  it('signs in after an address, and only to the account of that address', async () => {
    const made = await there(stage).added(there(stage).adas, ada)
    const own = await there(stage).visit()
    const page = await goToPasskey(own, ada)
    assert.equal(
      (await there(stage).claimsOf(own, await signInOn(own.visitor, page, { authenticator: made }))).email,
      ada,
    )
    const other = await there(stage).visit()
    const his = await goToPasskey(other, ben)
    refused(await signInOn(other.visitor, his, { authenticator: made }))
    const nobodys = await there(stage).visit()
    const strange = await goToPasskey(nobodys, 'nobody@example.com')
    refused(await signInOn(nobodys.visitor, strange, { authenticator: made }))
  })

  it('tells nobody which addresses have one: the same page and the same options for everyone', async () => {
    await there(stage).added(there(stage).adas, ada)
    const seen: string[] = []
    for (const email of [ada, 'plain@example.com', 'nobody@example.com']) {
      if (email.startsWith('plain')) await createPlainAccount(there(stage).house, email)
      const at = await there(stage).visit()
      const page = await goToPasskey(at, email)
      const options = await optionsOn(at.visitor, page)
      assert.deepEqual(options.allowCredentials, [])
      const uid = page.url.pathname.split('/')[2] ?? ''
      const text = [partOf(page).csrf, email, uid].reduce((all, part) => all.replaceAll(part, '*'), page.text)
      seen.push(`${text}${JSON.stringify({ ...options, challenge: options.challenge.length })}`)
    }
    assert.lengthOf(new Set(seen), 1)
  })

  it('is refused by one door, whatever was wrong', async () => {
    const made = await there(stage).added(there(stage).adas, ada)
    const lies: readonly Lies[] = [
      { origin: 'https://evil.example' },
      { rpId: 'evil.example' },
      { isUserVerified: false },
      { isSignatureTampered: true },
      { counter: 1 },
      { userHandle: Buffer.alloc(32, 5).toString('base64url') },
      { userHandle: '' },
      { id: Buffer.alloc(32, 5).toString('base64url') },
      { challenge: Buffer.alloc(72, 5).toString('base64url') },
      { isSynced: true },
    ]
    for (const lie of lies) {
      const { visitor, page } = await there(stage).visit()
      refused(await signInOn(visitor, page, { authenticator: made, lies: lie }))
    }
    const stranger = there(stage).authenticator()
    const { visitor, page } = await there(stage).visit()
    refused(await signInOn(visitor, page, { authenticator: stranger }))
    const good = await there(stage).visit()
    const answer = await signInOn(good.visitor, good.page, { authenticator: made })
    assert.equal(answer.body.state, 'done', 'none of it has switched the passkey off')
  })

  it('of a stranger, however often it is tried, keeps the owner from no other way in', async () => {
    const at = await there(stage).visit()
    const page = await goToPasskey(at, ben)
    const authenticator = there(stage).authenticator()
    for (let tries = 0; tries < 25; tries += 1) refused(await signInOn(at.visitor, page, { authenticator }))
    const own = await there(stage).visit()
    const camera = await own.visitor.submit(own.page, '/identify', { email: ben })
    const form = await own.visitor.open(camera.url.pathname.replace(/\w+$/, 'password'))
    const next = await own.visitor.submit(form, '/password', { password })
    assert.include(next.text, 'Allow', 'the right password, in a browser that is new to the account')
  })

  it('is taken once, in its own visit, within five minutes', async () => {
    const made = await there(stage).added(there(stage).adas, ada)
    const [one, other] = [await there(stage).visit(), await there(stage).visit()]
    const options = await optionsOn(one.visitor, one.page)
    const answer = made.assert(options)
    refused(await answerOn(other.visitor, other.page, { credential: answer }))
    const late = made.assert(await optionsOn(other.visitor, other.page))
    there(stage).house.pass(301)
    refused(await answerOn(other.visitor, other.page, { credential: late }))
    const fresh = await there(stage).visit()
    const used = made.assert(await optionsOn(fresh.visitor, fresh.page))
    assert.equal((await answerOn(fresh.visitor, fresh.page, { credential: used })).body.state, 'done')
    refused(await answerOn(fresh.visitor, fresh.page, { credential: used }))
  })

  it('answers what is no answer at all as a form that is wrong', async () => {
    const { visitor, page } = await there(stage).visit()
    const good = there(stage)
      .authenticator()
      .assert(await optionsOn(visitor, page))
    const wrong: readonly object[] = [
      {},
      { credential: null },
      { credential: { ...good, id: 'not base64url!' } },
      { credential: { ...good, type: 'password' } },
      { credential: { ...good, response: { ...good.response, signature: 'A'.repeat(5000) } } },
      { credential: { ...good, response: {} } },
      { credential: good, anyAccount: 'yes' },
    ]
    for (const content of wrong) {
      const answer = await postJson(visitor, page, { url: partOf(page).answerUrl, content })
      assert.deepEqual([answer.status, answer.body.code], [400, 'form_invalid'], JSON.stringify(content))
    }
  })

  it('raises a session that an app finds too weak, and is asked of its own subject alone', async () => {
    const made = await there(stage).added(there(stage).adas, ada)
    const bens = await there(stage).added(there(stage).bens, ben)
    const { visitor, page: begun } = await there(stage).visit()
    const camera = await visitor.submit(begun, '/identify', { email: ada })
    const form = await visitor.open(camera.url.pathname.replace(/\w+$/, 'password'))
    const consent = await visitor.submit(form, '/password', { password })
    if (consent.status === 200) await visitor.submit(consent, '/consent')
    const { request } = await there(stage).visit({ acr_values: acr('passkey') })
    const page = await visitor.open(request.url)
    assert.match(page.url.pathname, /\/passkey$/)
    const { allowCredentials } = await optionsOn(visitor, page)
    assert.include(
      allowCredentials.map(({ id }) => id),
      made.credentialId,
    )
    refused(await signInOn(visitor, page, { authenticator: bens }))
    const answer = await signInOn(visitor, page, { authenticator: made })
    assert.deepEqual(await there(stage).claimsOf({ visitor, request, page }, answer), {
      acr: acr('passkey'),
      amr: ['pwd', 'hwk', 'mfa'],
      email: ada,
    })
  })

  it('signs in no more once it was removed', async () => {
    const visitor = await createPlainAccount(there(stage).house, 'eve@example.com')
    const made = await there(stage).added(visitor, 'eve@example.com')
    const before = await there(stage).visit()
    const answer = await signInOn(before.visitor, before.page, { authenticator: made })
    assert.equal((await there(stage).claimsOf(before, answer)).email, 'eve@example.com')
    await visitor.submit(await ownPage(visitor, 'eve@example.com'), '/remove')
    const after = await there(stage).visit()
    refused(await signInOn(after.visitor, after.page, { authenticator: made }))
  })

  it('counts as a fresh sign-in for changes of the account', async () => {
    const visitor = await createPlainAccount(there(stage).house, 'fay@example.com')
    const made = await there(stage).added(visitor, 'fay@example.com')
    there(stage).house.pass(601)
    const stale = await visitor.open('/account/passkeys')
    const identify = await goToConfirmation(visitor, stale)
    const form = await visitor.submit(identify, '/identify', { email: 'fay@example.com' })
    const passkeyLink = /href="([^"]*\/passkey)"/.exec(form.text)?.[1]
    assert.isString(passkeyLink, 'the page of the password offers the passkey')
    const done = await signInOn(visitor, await visitor.open(passkeyLink!), { authenticator: made })
    const back = await visitor.open(done.body.location ?? '')
    assert.equal(back.url.pathname, '/account/passkeys')
    assert.include(back.text, 'data-passkey-name')
  })

  it('leaves nothing of its keys in the log', async () => {
    const made = await there(stage).added(there(stage).adas, ada)
    const { visitor, page } = await there(stage).visit()
    await signInOn(visitor, page, { authenticator: made, lies: { isSignatureTampered: true } })
    const logged = there(stage).house.logged()
    assert.notInclude(logged, made.credentialId)
    assert.notInclude(logged, 'clientDataJSON')
  })
})
