/** What every place of the provider's records does, told as tests: two nodes on one engine, and a clock that the tests move. */
import { assert } from 'chai'
import type { OidcPayload, OidcRecords, OidcStore } from '../../src/store/oidc-records.ts'

export interface TwoRecordNodes {
  readonly one: OidcStore
  readonly other: OidcStore
  readonly clock: () => Date
  pass(seconds: number): void
  /** All that the engine holds, as bytes. */
  dump(): Promise<Buffer>
  close(): Promise<void>
}

const payload = {
  jti: 'the-bearer-value',
  accountId: 'anna',
  grantId: 'grant-1',
  nonce: 'n',
  kind: 'AuthorizationCode',
}

/** @param open once for each test; nothing of the test before is there */
export function itKeepsRecords(open: () => Promise<TwoRecordNodes>): void {
  let nodes: TwoRecordNodes
  beforeEach(async () => {
    nodes = await open()
  })
  afterEach(() => nodes.close())

  const here = (model: string): OidcRecords => nodes.one.recordsOf(model)
  const there = (model: string): OidcRecords => nodes.other.recordsOf(model)
  const race = <T>(work: (records: OidcRecords) => Promise<T>, model = 'AuthorizationCode'): Promise<T[]> =>
    Promise.all(Array.from({ length: 20 }, (_, at) => work(at % 2 === 0 ? here(model) : there(model))))
  const jtisOf = (payloads: readonly OidcPayload[]) => payloads.map(({ jti }) => jti)

  it('come back on the other node as they were saved', async () => {
    const codes = here('AuthorizationCode')
    await codes.upsert('the-bearer-value', payload, 60)
    assert.deepEqual(await there('AuthorizationCode').find('the-bearer-value'), payload)
    assert.isUndefined(await codes.find('another'))
    assert.isUndefined(await here('AccessToken').find('the-bearer-value'))
    await there('AuthorizationCode').upsert('the-bearer-value', { ...payload, nonce: 'm' }, 60)
    assert.equal((await codes.find('the-bearer-value'))?.['nonce'], 'm')
    await codes.destroy('the-bearer-value')
    assert.isUndefined(await there('AuthorizationCode').find('the-bearer-value'))
  })

  it('of sessions are found by uid, of devices by user code', async () => {
    const sessions = here('Session')
    await sessions.upsert('cookie-value', { jti: 'cookie-value', uid: 'uid-1', accountId: 'anna' }, 60)
    assert.equal((await there('Session').findByUid('uid-1'))?.['jti'], 'cookie-value')
    // A session that gets a new identifier keeps its uid.
    await sessions.destroy('cookie-value')
    assert.isUndefined(await sessions.findByUid('uid-1'))
    await sessions.upsert('next-value', { jti: 'next-value', uid: 'uid-1', accountId: 'anna' }, 60)
    assert.equal((await sessions.findByUid('uid-1'))?.['jti'], 'next-value')
    const devices = here('DeviceCode')
    await devices.upsert('device', { jti: 'device', userCode: 'ABCD-EFGH' }, 60)
    assert.equal((await there('DeviceCode').findByUserCode('ABCD-EFGH'))?.['jti'], 'device')
    assert.isUndefined(await devices.findByUserCode('ABCD-EFGX'))
  })

  it('belong to whom they were saved for last: a device code that is allowed, a session that changes hands', async () => {
    await here('DeviceCode').upsert('device', { jti: 'device', userCode: 'ABCD' }, 60)
    assert.isEmpty(await nodes.other.listOf('DeviceCode', 'anna'))
    const allowed = { jti: 'device', userCode: 'ABCD', accountId: 'anna', grantId: 'grant-1' }
    await there('DeviceCode').upsert('device', allowed, 60)
    assert.deepEqual(jtisOf(await nodes.one.listOf('DeviceCode', 'anna')), ['device'])
    await here('Session').upsert('s', { jti: 's', uid: 'u', accountId: 'anna' }, 60)
    await here('Session').upsert('s', { jti: 's', uid: 'v', accountId: 'ben' }, 60)
    assert.isEmpty(await nodes.other.listOf('Session', 'anna'))
    assert.deepEqual(jtisOf(await nodes.other.listOf('Session', 'ben')), ['s'])
    assert.isUndefined(await there('Session').findByUid('u'))
    await nodes.one.destroyOf('anna')
    assert.isDefined(await there('Session').findByUid('v'))
    assert.isUndefined(await there('DeviceCode').findByUserCode('ABCD'))
  })

  it('are consumed exactly once by twenty at once on two nodes', async () => {
    await here('AuthorizationCode').upsert('code', payload, 60)
    const spent = await race((codes) => codes.consume('code'))
    assert.lengthOf(spent.filter(Boolean), 1)
    const { consumed } = (await here('AuthorizationCode').find('code')) ?? {}
    assert.equal(consumed, Math.floor(nodes.clock().getTime() / 1000))
  })

  it('that were consumed stay so when they are saved again, and what was never saved is not consumed', async () => {
    const codes = here('AuthorizationCode')
    await codes.upsert('code', payload, 60)
    assert.isTrue(await codes.consume('code'))
    await there('AuthorizationCode').upsert('code', payload, 60)
    assert.isFalse(await codes.consume('code'))
    assert.isFalse(await codes.consume('never saved'))
    assert.isFalse(await codes.consume('never saved'), 'and consuming saves nothing')
  })

  it('of what was seen once count once, however many see it at the same moment', async () => {
    const seen = await race(async (records) => {
      await records.upsert('jti', {}, 60)
      return records.consume('jti')
    }, 'ReplayDetection')
    assert.lengthOf(seen.filter(Boolean), 1)
  })

  it('of one grant and model are revoked together', async () => {
    const tokens = here('AccessToken')
    await tokens.upsert('one', payload, 60)
    await tokens.upsert('two', payload, 60)
    await tokens.upsert('three', { ...payload, grantId: 'grant-2' }, 60)
    await here('AuthorizationCode').upsert('four', payload, 60)
    await there('AccessToken').revokeByGrantId('grant-1')
    assert.isUndefined(await tokens.find('one'))
    assert.isUndefined(await tokens.find('two'))
    assert.isDefined(await tokens.find('three'))
    assert.isDefined(await here('AuthorizationCode').find('four'))
  })

  it('are gone when they are over, by the clock of the house', async () => {
    const sessions = here('Session')
    await sessions.upsert('short', { jti: 'short', uid: 'u', accountId: 'anna' }, 60)
    await sessions.upsert('long', { jti: 'long', uid: 'v', accountId: 'anna' }, 600)
    await sessions.upsert('for ever', { jti: 'for ever', uid: 'w', accountId: 'anna' })
    nodes.pass(74)
    assert.isDefined(await sessions.find('short'), 'the clock of an app may go a quarter of a minute wrong')
    nodes.pass(2)
    assert.isUndefined(await there('Session').find('short'))
    assert.isUndefined(await there('Session').findByUid('u'))
    assert.sameMembers(jtisOf(await nodes.other.listOf('Session', 'anna')), ['long', 'for ever'])
    nodes.pass(600)
    assert.deepEqual(jtisOf(await nodes.other.listOf('Session', 'anna')), ['for ever'])
  })

  it('of one subject end together', async () => {
    await here('Session').upsert('s', { accountId: 'anna', uid: 'u' }, 60)
    await here('Grant').upsert('g', { accountId: 'anna' }, 60)
    await here('RefreshToken').upsert('r', { accountId: 'anna', grantId: 'g' }, 60)
    await here('AccessToken').upsert('a', { accountId: 'anna', grantId: 'g' }, 60)
    await here('Session').upsert('t', { accountId: 'ben', uid: 'v' }, 60)
    await nodes.other.destroyOf('anna')
    assert.isUndefined(await here('Session').find('s'))
    for (const [model, id] of Object.entries({ Grant: 'g', RefreshToken: 'r', AccessToken: 'a' }))
      assert.isUndefined(await here(model).find(id), model)
    assert.isDefined(await here('Session').find('t'))
  })

  it('show a copy of the engine neither bearer values nor what they stand for', async () => {
    const secretParts = ['the-bearer-value', 'anna@example.com', 'grant-1', 'user-code', 'the-uid']
    const secret = {
      jti: 'the-bearer-value',
      email: 'anna@example.com',
      grantId: 'grant-1',
      userCode: 'user-code',
      uid: 'the-uid',
    }
    for (const model of ['DeviceCode', 'RefreshToken'])
      await here(model).upsert('the-bearer-value', secret, 60)
    const dump = await nodes.dump()
    assert.isTrue(dump.includes('DeviceCode'))
    for (const each of secretParts) {
      assert.isFalse(dump.includes(each), each)
      assert.isFalse(dump.includes(Buffer.from(each).toString('base64url')), each)
    }
  })
}
