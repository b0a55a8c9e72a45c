/** What the store is asked in one sign-in by face, in its order: as the log of statements of a real one tells it, without the pages and the networks. */
import { randomUUID } from 'node:crypto'
import type { Embedding } from '../../src/face/embedding.ts'
import type { Store } from '../../src/store/open-store.ts'

export interface Person {
  readonly subjectId: string
  readonly email: string
}

const proceed = () => ({ outcome: 'proceed' })
const payload = (facts: object) => ({ ...facts, filling: 'x'.repeat(600) })

export async function signIn(store: Store, person: Person, model: Embedding['model']): Promise<void> {
  const visit = await beginVisit(store)
  await showFace(store, person, model)
  await finishVisit(store, person, visit)
}

interface Visit {
  readonly interaction: string
  readonly session: string
  readonly uid: string
}

async function beginVisit(store: Store): Promise<Visit> {
  const visit = { interaction: randomUUID(), session: randomUUID(), uid: randomUUID() }
  const interactions = store.oidc.recordsOf('Interaction')
  const sessions = store.oidc.recordsOf('Session')
  await interactions.upsert(visit.interaction, payload({ uid: visit.interaction }), 3600)
  await sessions.upsert(visit.session, payload({ uid: visit.uid }), 43_200)
  for (let page = 0; page < 3; page += 1) await interactions.find(visit.interaction)
  await interactions.upsert(visit.interaction, payload({ uid: visit.interaction }), 3600)
  for (let frame = 0; frame < 6; frame += 1) await interactions.find(visit.interaction)
  return visit
}

async function showFace(store: Store, person: Person, model: Embedding['model']): Promise<void> {
  await store.subjects.findByEmail(person.email)
  const identifierDigest = store.digestIdentifier(person.email)
  const origin = { identifierDigest, factor: 'face', clientId: 'demo', address: '192.0.2.7' } as const
  const { attemptId } = await store.attempts.begin({ ...origin, network: randomUUID() }, proceed)
  await store.subjects.findByEmail(person.email)
  await store.templates.openGallery(person.subjectId, model)
  await store.attempts.settle(attemptId, { outcome: 'accept', subjectId: person.subjectId, score: 0.7 })
  await store.templates.touch(person.subjectId)
  await store.subjects.findById(person.subjectId)
  await store.templates.summarise(person.subjectId)
  await store.totpSeeds.summarise(person.subjectId)
  await store.recoveryCodes.summarise(person.subjectId)
  await store.passkeys.list(person.subjectId)
}

async function finishVisit(store: Store, { subjectId }: Person, visit: Visit): Promise<void> {
  const records = (model: string) => store.oidc.recordsOf(model)
  const grant = randomUUID()
  const code = randomUUID()
  const owned = { accountId: subjectId, grantId: grant }
  await records('Interaction').find(visit.interaction)
  await records('Interaction').upsert(visit.interaction, payload({ uid: visit.interaction }), 3600)
  await records('Interaction').destroy(visit.interaction)
  await records('Session').upsert(visit.session, payload({ uid: visit.uid, accountId: subjectId }), 43_200)
  await records('Session').findByUid(visit.uid)
  await noteSession(store, subjectId, visit.uid)
  await records('Grant').upsert(grant, payload({ accountId: subjectId }), 43_200)
  for (let look = 0; look < 3; look += 1) await records('Grant').find(grant)
  await records('AuthorizationCode').upsert(code, payload(owned), 60)
  await records('AuthorizationCode').find(code)
  await records('Session').findByUid(visit.uid)
  await records('AuthorizationCode').consume(code)
  await store.subjects.findById(subjectId)
  await records('AccessToken').upsert(randomUUID(), payload(owned), 3600)
  await store.audit.append({ type: 'tokens_issued', subjectId, clientId: 'demo', address: '192.0.2.7' })
}

async function noteSession(store: Store, subjectId: string, uid: string): Promise<void> {
  const seen = { uid, subjectId, family: 'Firefox on Linux', acr: 'urn:mien:acr:face', loginAt: new Date() }
  await store.browserSessions.see(seen)
  const browser = { subjectId, browserDigest: `browser of ${subjectId}`, family: 'Firefox on Linux' }
  const { id } = await store.knownBrowsers.remember(browser)
  await store.browserSessions.setBrowser(uid, id)
  const facts = { subjectId, clientId: 'demo', address: '192.0.2.7', acr: 'urn:mien:acr:face' }
  await store.audit.append({ type: 'signed_in', ...facts, detail: { factor: 'face' } })
}
