import { assert } from 'chai'
import { createNoticeAnswers } from '../src/browser-notice-parts.ts'
import { embeddingOf, openTestStore, type TestStore } from './store/fixtures.ts'

describe('Saying that a sign-in was somebody else’s', () => {
  let test: TestStore
  let ada = ''
  let token = ''
  const ended: string[] = []
  beforeEach(async () => {
    test = await openTestStore()
    const { subjects, templates, deviceKeys, knownBrowsers, browserNotices } = test.store
    ada = (await subjects.create({ email: 'ada@example.com', passwordHash: 'h' })).id
    await templates.replaceAll(ada, [{ embedding: embeddingOf(1), pose: 'front' }])
    await deviceKeys.trust({ subjectId: ada, publicKey: 'k', thumbprint: 't', name: 'theirs' })
    const { id } = await knownBrowsers.remember({ subjectId: ada, browserDigest: 'd', family: 'Firefox' })
    const notice = { subjectId: ada, knownBrowserId: id, family: 'Firefox', signedInAt: test.clock() }
    token = await browserNotices.ask(notice)
    ended.length = 0
  })
  afterEach(() => test.close())

  const answers = () =>
    createNoticeAnswers({
      store: test.store,
      clock: test.clock,
      activeSessions: {
        endSessionsIn: (_subjectId, browser) => {
          ended.push(browser)
          return Promise.resolve(1)
        },
      },
      events: { happened: (event) => test.store.audit.append(event) },
    })
  const faceFailures = async () =>
    (await test.store.attempts.tally(test.store.digestIdentifier('ada@example.com'), 'face'))
      .consecutiveFailures

  it('ends that browser, switches the face off, and ends trust in every device', async () => {
    assert.isTrue(await answers().disown(token, '::1'))
    assert.lengthOf(ended, 1)
    assert.equal(await faceFailures(), 50)
    assert.isEmpty(await test.store.deviceKeys.list(ada))
    assert.isUndefined(await test.store.knownBrowsers.find(ada, 'd'))
    const types = (await test.store.audit.listOf(ada, 3)).map(({ type }) => type)
    assert.deepEqual(types, ['sign_in_disowned', 'face_switched_off', 'device_revoked'])
  })

  it('counts once, also when both answers come at once', async () => {
    const both = await Promise.all([answers().own(token, '::1'), answers().disown(token, '::1')])
    assert.lengthOf(both.filter(Boolean), 1)
    assert.isFalse(await answers().disown(token, '::1'))
  })

  it('keeps of the link no more than its digest', () => {
    assert.notInclude(test.dump().toString('latin1'), token)
  })

  it('changes nothing where the owner owns it', async () => {
    assert.isTrue(await answers().own(token, '::1'))
    assert.isEmpty(ended)
    assert.equal(await faceFailures(), 0)
    assert.lengthOf(await test.store.deviceKeys.list(ada), 1)
  })
})
