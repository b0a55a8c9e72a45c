import Router from '@koa/router'
import argon2 from 'argon2'
import { assert } from 'chai'
import { recoveryRoutes, type RecoveryDependencies } from '../../src/account/recovery.ts'
import { createForgeryTokens } from '../../src/http/forgery.ts'
import { hashPassword } from '../../src/interactions/password-sign-in.ts'
import { asForm, openHouse, type Answer, type House } from '../http/requests.ts'
import { openTestStore, type TestStore } from '../store/fixtures.ts'

const email = 'ada@example.com'
const secret = 'the password of before'
const wanted = 'a new and long password'

/** The pages of a recovery over the real store, with a second factor that takes one code. */
describe('A recovery of an account with a second factor', () => {
  let test: TestStore
  let house: House
  let ada = ''
  let events: string[]
  let ended: string[]
  let mailed: string[]
  let codesTried: string[]
  const rightCodes = new Set(['123456'])

  beforeEach(async () => {
    test = await openTestStore()
    ;[events, ended, mailed, codesTried] = [[], [], [], []]
    rightCodes.add('123456')
    const passwordHash = await hashPassword(secret)
    ada = (await test.store.subjects.create({ email, passwordHash, emailVerified: true })).id
    house = await openHouse((render) => {
      const router = new Router()
      recoveryRoutes(router, { ...dependencies(), render })
      return async (ctx, next) => {
        await router.routes()(ctx as Parameters<ReturnType<Router['routes']>>[0], next)
      }
    })
  })
  afterEach(async () => {
    await house.close()
    await test.close()
  })

  function dependencies(): Omit<RecoveryDependencies, 'render'> {
    const { subjects, mailProofs: proofs, digestIdentifier } = test.store
    const free = (): Promise<void> => Promise.resolve()
    return {
      forgery: createForgeryTokens(new Uint8Array(32).fill(7)),
      limits: { takeMail: free, takeMailbox: free, takePassword: free },
      subjects,
      proofs,
      digestIdentifier,
      isCommonPassword: (password) => password === 'password1',
      mails: { recoverAccount: ({ token }) => mailed.push(token) },
      secondFactor: {
        isEnrolled: (subjectId) => Promise.resolve(subjectId === ada),
        verify: (_subjectId, code) => {
          codesTried.push(code)
          return Promise.resolve(rightCodes.delete(code))
        },
      },
      endSessionsOf: (subjectId) => Promise.resolve(ended.push(subjectId)),
      endTrustIn: { devicesOf: () => Promise.resolve(), addressChangeOf: () => Promise.resolve() },
      inBackground: (work) => void work(),
      events: { happened: ({ type }) => Promise.resolve(void events.push(type)) },
      clientId: 'mien-account',
    }
  }

  const csrfIn = ({ text }: Answer): string => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const send = (path: string, fields: Readonly<Record<string, string>>): Promise<Answer> =>
    house.ask({ method: 'POST', path, headers: asForm, body: new URLSearchParams(fields).toString() })

  async function askForLink(): Promise<string> {
    const page = await house.ask({ path: '/account/recover' })
    assert.equal((await send('/account/recover', { csrf: csrfIn(page), email })).status, 200)
    return mailed.at(-1) ?? ''
  }

  async function choose(token: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
    const page = await house.ask({ path: `/account/recover/new?token=${token}` })
    assert.include(page.text, 'Code of your authenticator app')
    return send('/account/recover/new', { csrf: csrfIn(page), token, ...fields })
  }

  async function isPassword(password: string): Promise<boolean> {
    return argon2.verify((await test.store.subjects.findById(ada))?.passwordHash ?? '', password)
  }

  it('asks for its code, and changes nothing without it', async () => {
    const token = await askForLink()
    for (const fields of [{ password: wanted }, { password: wanted, code: '000000' }]) {
      const refused = await choose(token, fields)
      assert.equal(refused.status, 401)
      assert.include(refused.text, 'That code is not right')
    }
    assert.isTrue(await isPassword(secret))
    assert.isEmpty(ended)
    assert.deepEqual(events, ['recovery_asked'])
  })

  it('goes through with the code: new password, no session left, and it is told', async () => {
    const done = await choose(await askForLink(), { password: wanted, code: '123456' })
    assert.equal(done.status, 200)
    assert.isTrue(await isPassword(wanted))
    assert.deepEqual(ended, [ada])
    assert.deepEqual(events, ['recovery_asked', 'account_recovered'])
  })

  it('spends no code on a password that is refused', async () => {
    const token = await askForLink()
    assert.equal((await choose(token, { password: 'password1', code: '123456' })).status, 400)
    assert.isEmpty(codesTried)
    assert.equal((await choose(token, { password: wanted, code: '123456' })).status, 200)
  })

  it('takes its link once, also when two open it at the same time', async () => {
    rightCodes.add('654321')
    const token = await askForLink()
    const page = await house.ask({ path: `/account/recover/new?token=${token}` })
    const fields = { csrf: csrfIn(page), token, password: wanted }
    const answers = await Promise.all([
      send('/account/recover/new', { ...fields, code: '123456' }),
      send('/account/recover/new', { ...fields, code: '654321' }),
    ])
    assert.sameMembers(
      answers.map(({ status }) => status),
      [200, 410],
    )
  })

  it('is over where the account has another address by now', async () => {
    const token = await askForLink()
    await test.store.emailChanges.ask({ subjectId: ada, email: 'new@example.com', isOldConfirmed: true })
    await test.store.emailChanges.confirm(ada, 'new')
    await test.store.emailChanges.apply(ada, test.clock())
    assert.equal((await house.ask({ path: `/account/recover/new?token=${token}` })).status, 410)
  })

  it('does not take the form of another link', async () => {
    const token = await askForLink()
    const page = await house.ask({ path: `/account/recover/new?token=${token}` })
    const other = await askForLink()
    const forged = await send('/account/recover/new', { csrf: csrfIn(page), token: other, password: wanted })
    assert.equal(forged.status, 403)
  })
})
