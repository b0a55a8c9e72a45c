import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import { codeOf, inAnotherProcess, purged, type AnyTestStore } from './fixtures.ts'

const payload = {
  jti: 'the-bearer-value',
  accountId: 'anna',
  grantId: 'grant-1',
  nonce: 'n',
  kind: 'AuthorizationCode',
}

describeOnEachEngine('records of the provider', (openTestStore) => {
  let test: AnyTestStore
  beforeEach(async () => (test = await openTestStore()))
  afterEach(() => test.close())

  it('come back as they were saved', async () => {
    const codes = test.store.oidc.recordsOf('AuthorizationCode')
    await codes.upsert('the-bearer-value', payload, 60)
    assert.deepEqual(await codes.find('the-bearer-value'), payload)
    assert.isUndefined(await codes.find('another'))
    assert.isUndefined(await test.store.oidc.recordsOf('AccessToken').find('the-bearer-value'))
    await codes.upsert('the-bearer-value', { ...payload, nonce: 'm' }, 60)
    assert.equal((await codes.find('the-bearer-value'))?.['nonce'], 'm')
  })

  it('of sessions are found by uid, of devices by user code', async () => {
    const sessions = test.store.oidc.recordsOf('Session')
    await sessions.upsert('cookie-value', { jti: 'cookie-value', uid: 'uid-1', accountId: 'anna' }, 60)
    assert.equal((await sessions.findByUid('uid-1'))?.['jti'], 'cookie-value')
    // A session that gets a new identifier keeps its uid.
    await sessions.destroy('cookie-value')
    await sessions.upsert('next-value', { jti: 'next-value', uid: 'uid-1', accountId: 'anna' }, 60)
    assert.equal((await sessions.findByUid('uid-1'))?.['jti'], 'next-value')
    const devices = test.store.oidc.recordsOf('DeviceCode')
    await devices.upsert('device', { jti: 'device', userCode: 'ABCD-EFGH' }, 60)
    assert.equal((await devices.findByUserCode('ABCD-EFGH'))?.['jti'], 'device')
    assert.isUndefined(await devices.findByUserCode('ABCD-EFGX'))
  })

  it('are consumed exactly once by twenty at once', async () => {
    const codes = test.store.oidc.recordsOf('AuthorizationCode')
    await codes.upsert('code', payload, 60)
    const spent = await Promise.all(Array.from({ length: 20 }, () => codes.consume('code')))
    assert.equal(spent.filter(Boolean).length, 1)
    assert.equal((await codes.find('code'))?.['consumed'], test.clock().getTime() / 1000)
  })

  it('are consumed exactly once by twenty at once in two processes', async () => {
    await test.store.oidc.recordsOf('AuthorizationCode').upsert('code', payload, 60)
    const spent = await Promise.all([
      inAnotherProcess(test.location, 'consume'),
      inAnotherProcess(test.location, 'consume'),
    ])
    assert.equal(spent[0] + spent[1], 1)
  })

  it('that were consumed stay so when they are saved again', async () => {
    const codes = test.store.oidc.recordsOf('AuthorizationCode')
    await codes.upsert('code', payload, 60)
    assert.isTrue(await codes.consume('code'))
    await codes.upsert('code', payload, 60)
    assert.isFalse(await codes.consume('code'))
    assert.isFalse(await codes.consume('never saved'))
  })

  it('of one grant and model are revoked together', async () => {
    const tokens = test.store.oidc.recordsOf('AccessToken')
    await tokens.upsert('one', payload, 60)
    await tokens.upsert('two', payload, 60)
    await tokens.upsert('three', { ...payload, grantId: 'grant-2' }, 60)
    await test.store.oidc.recordsOf('RefreshToken').upsert('four', payload, 60)
    await tokens.revokeByGrantId('grant-1')
    assert.isUndefined(await tokens.find('one'))
    assert.isUndefined(await tokens.find('two'))
    assert.isDefined(await tokens.find('three'))
    assert.isDefined(await test.store.oidc.recordsOf('RefreshToken').find('four'))
  })

  it('are gone when they have expired, and are purged so many at a time', async () => {
    const codes = test.store.oidc.recordsOf('AuthorizationCode')
    for (let at = 0; at < 5; at += 1) await codes.upsert(`code-${at}`, payload, 60)
    await codes.upsert('long', payload, 600)
    await codes.upsert('for ever', payload)
    assert.equal(await purged(test.store, 'oidc_records', { limit: 100 }), 0)
    test.pass(76)
    assert.isUndefined(await codes.find('code-0'))
    assert.equal(await purged(test.store, 'oidc_records', { limit: 3 }), 3)
    assert.equal(await purged(test.store, 'oidc_records', { limit: 3 }), 2)
    assert.isDefined(await codes.find('long'))
    assert.isDefined(await codes.find('for ever'))
  })

  it('show a copy of the database neither bearer values nor what they stand for', async () => {
    const secretParts = ['the-bearer-value', 'anna@example.com', 'grant-1', 'user-code', 'the-uid']
    await test.store.oidc.recordsOf('RefreshToken').upsert(
      'the-bearer-value',
      {
        jti: 'the-bearer-value',
        email: 'anna@example.com',
        grantId: 'grant-1',
        userCode: 'user-code',
        uid: 'the-uid',
      },
      60,
    )
    const dump = await test.dump()
    for (const each of secretParts) {
      assert.isFalse(dump.includes(each), each)
      assert.isFalse(dump.includes(Buffer.from(each).toString('base64url')), each)
    }
  })

  it('cannot be exchanged for one another in the database', async () => {
    const codes = test.store.oidc.recordsOf('AuthorizationCode')
    await codes.upsert('mine', { ...payload, accountId: 'mallory' }, 60)
    await codes.upsert('yours', payload, 60)
    await test.sql(
      "UPDATE oidc_records SET sealedPayload = (SELECT sealedPayload FROM oidc_records WHERE subjectId = 'anna') WHERE subjectId = 'mallory'",
    )
    assert.equal(await codeOf(codes.find('mine')), 'seal_broken')
  })

  it('of one subject end together', async () => {
    await test.store.oidc.recordsOf('Session').upsert('s', { accountId: 'anna', uid: 'u' }, 60)
    await test.store.oidc.recordsOf('Grant').upsert('g', { accountId: 'anna' }, 60)
    await test.store.oidc.recordsOf('Session').upsert('t', { accountId: 'ben', uid: 'v' }, 60)
    await test.store.oidc.destroyOf('anna')
    assert.isUndefined(await test.store.oidc.recordsOf('Session').find('s'))
    assert.isUndefined(await test.store.oidc.recordsOf('Grant').find('g'))
    assert.isDefined(await test.store.oidc.recordsOf('Session').find('t'))
  })
})
