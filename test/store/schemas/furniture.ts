/** Something in every table, written by the stores, and the reading of it by which a later version shows that it still understands. */
import { assert } from 'chai'
import type { Store } from '../../../src/store/open-store.ts'
import { embeddingOf, model } from '../fixtures.ts'

/** By what the furniture is found again. */
export interface Facts {
  readonly subjectId: string
  readonly mailToken: string
  readonly noticeToken: string
  readonly invitation: string
}

const recoveryCode = 'abcd-efgh-jkmn-pqrs'
const seed = new Uint8Array(20).fill(65)
const credential = {
  credentialId: 'credential',
  publicKey: 'pQECAyYgASFYIA',
  counter: 4_000_000_000,
  transports: ['internal', 'hybrid'],
  backupEligible: true,
  backedUp: false,
  aaguid: '00000000-0000-0000-0000-000000000000',
}

export async function furnishStore(store: Store, at: Date): Promise<Facts> {
  const ada = await store.subjects.create({
    email: 'Ada@Example.com',
    passwordHash: '$argon2id$v=19$x',
    emailVerified: true,
  })
  const subjectId = ada.id
  await furnishFactors(store, subjectId, at)
  const { token: mailToken } = await store.mailProofs.issue({
    purpose: 'recovery',
    binding: subjectId,
    subjectId,
    emailDigest: 'digest',
    codeSeconds: 600,
    tokenSeconds: 3600,
  })
  await store.emailChanges.ask({ subjectId, email: 'ada@other.example', isOldConfirmed: false })
  const browser = await store.knownBrowsers.remember({
    subjectId,
    browserDigest: 'digest',
    family: 'Firefox on Linux',
  })
  await store.browserSessions.see({
    uid: 'uid',
    subjectId,
    family: 'Firefox on Linux',
    acr: 'urn:mien:acr:face',
    loginAt: at,
  })
  const notice = { subjectId, knownBrowserId: browser.id, family: 'Firefox on Linux', signedInAt: at }
  const noticeToken = await store.browserNotices.ask(notice)
  await store.oidc
    .recordsOf('RefreshToken')
    .upsert('refresh', { accountId: subjectId, grantId: 'grant' }, 86_400)
  await store.logoutDeliveries.enqueue({ clientId: 'shop', subjectId, sid: 'sid' })
  await store.jobLocks.hold('purge', 60, () => Promise.resolve())
  await store.shortLived.put({ kind: 'kept', id: 'value' }, Buffer.from('value'), later(at))
  await store.shortLived.append({ kind: 'kept', id: 'list' }, Buffer.from('piece'), later(at))
  await store.mailQueue.add({ kind: 'notice', letter: { to: 'ada@example.com', subject: 'Hello' } }, 10)
  const owner = await store.administrators.renewFirst()
  await store.administrators.accept(owner.token, subjectId)
  const { token: invitation } = await store.administrators.invite('auditor')
  const entry = { client_id: 'till', name: 'Till', type: 'public', redirect_uris: ['https://till.example/'] }
  const change = { kind: 'client', id: 'till', entry, version: 0, event: 'client_created' } as const
  await store.managedClients.write([change], { name: 'ada' })
  await store.audit.append({
    type: 'signed_in',
    subjectId,
    clientId: 'shop',
    address: '192.0.2.1',
    acr: 'x',
    detail: { n: 1 },
  })
  return { subjectId, mailToken, noticeToken, invitation }
}

async function furnishFactors(store: Store, subjectId: string, at: Date): Promise<void> {
  const samples = [1, 2, 3].map((each) => ({ embedding: embeddingOf(each), pose: 'front' }))
  await store.templates.replaceAll(subjectId, samples, 'Firefox on Linux')
  await store.consents.record({ subjectId, version: '1', textDigest: 'digest' })
  const origin = { identifierDigest: 'ada', factor: 'face', clientId: 'shop', address: '192.0.2.1' } as const
  const { attemptId } = await store.attempts.begin(origin, () => ({ outcome: 'proceed' }))
  await store.attempts.settle(attemptId, { outcome: 'no_match', subjectId })
  await store.deviceKeys.trust({ subjectId, publicKey: '{"kty":"EC"}', thumbprint: 'thumb', name: 'Laptop' })
  await store.totpSeeds.confirm(await store.totpSeeds.offer(subjectId, seed), 100)
  await store.recoveryCodes.replaceAll(subjectId, [recoveryCode, 'zzzz-zzzz-zzzz-zzzz'])
  await store.passkeys.handleOf(subjectId)
  await store.passkeys.add({ subjectId, name: 'Phone', ...credential })
  await store.passkeys.spendChallenge('spent', later(at))
}

function later(at: Date): Date {
  return new Date(at.getTime() + 3_600_000)
}

/** @param at a moment within the hour in which it was written */
export async function readFurniture(
  store: Store,
  { subjectId, mailToken, noticeToken, invitation }: Facts,
): Promise<void> {
  const subject = await store.subjects.findByEmail('ada@example.com')
  assert.deepInclude(subject, { id: subjectId, email: 'Ada@Example.com', emailVerified: true })
  const gallery = await store.templates.openGallery(subjectId, model)
  assert.deepInclude(
    gallery.map(({ vector }) => vector.join()),
    embeddingOf(2).vector.join(),
  )
  assert.equal((await store.consents.find(subjectId))?.version, '1')
  assert.isNotEmpty(await store.receipts.list(subjectId))
  assert.lengthOf(await store.attempts.recent(subjectId, 10), 1)
  assert.equal((await store.deviceKeys.find(subjectId, 'thumb'))?.name, 'Laptop')
  const active = await store.totpSeeds.findActive(subjectId)
  assert.deepEqual(Buffer.from(active?.seed ?? []), Buffer.from(seed))
  assert.isDefined(await store.recoveryCodes.find(subjectId, recoveryCode))
  assert.deepInclude(await store.passkeys.find('credential'), { ...credential, name: 'Phone' })
  assert.isFalse(await store.passkeys.spendChallenge('spent', new Date('2026-01-01T13:00:00Z')))
  assert.equal((await store.mailProofs.findToken('recovery', mailToken))?.subjectId, subjectId)
  assert.equal((await store.emailChanges.find(subjectId))?.email, 'ada@other.example')
  assert.equal((await store.browserNotices.find(noticeToken))?.family, 'Firefox on Linux')
  assert.equal((await store.browserSessions.list(subjectId))[0]?.acr, 'urn:mien:acr:face')
  assert.isDefined(await store.knownBrowsers.find(subjectId, 'digest'))
  const record = await store.oidc.recordsOf('RefreshToken').find('refresh')
  assert.deepInclude(record, { accountId: subjectId, grantId: 'grant' })
  assert.equal((await store.logoutDeliveries.list(1))[0]?.clientId, 'shop')
  const value = await store.shortLived.get({ kind: 'kept', id: 'value' })
  assert.equal(Buffer.from(value?.value ?? []).toString(), 'value')
  assert.lengthOf(await store.shortLived.list({ kind: 'kept', id: 'list' }), 1)
  assert.deepInclude((await store.mailQueue.takeDue(1, 60))[0], { kind: 'notice' })
  assert.equal((await store.administrators.find(subjectId))?.role, 'owner')
  assert.equal((await store.administrators.findInvitation(invitation))?.role, 'auditor')
  assert.deepInclude((await store.managedClients.find('client', 'till'))?.entry, { name: 'Till' })
  assert.deepInclude(await store.audit.verify(), { isWhole: true })
  assert.isNotEmpty(await store.outbox.due(10))
}
