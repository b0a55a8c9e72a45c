/** What the account pages do with everything that is known about a person: hand it out, take it back, erase it. */
import type { PrivacyDependencies } from './account/privacy.ts'
import type { CloseDependencies } from './account/close.ts'
import { createAccessRecords, type AccessParts, type AccessRecords } from './access-parts.ts'
import type { AccountDependencies } from './account/routes.ts'
import { createNoticeAnswers } from './browser-notice-parts.ts'
import { Fault } from './errors.ts'
import type { AccountEvents } from './interactions/events.ts'
import type { SessionControl } from './session-parts.ts'
import type { Store } from './store/open-store.ts'

interface PrivacyParts {
  readonly store: Store
  readonly clock: () => Date
  readonly access: Pick<AccessRecords, 'list'>
  readonly activeSessions: SessionControl
  readonly events: AccountEvents
}

/** The parts of the account pages by which people control what is theirs. */
export function openControl({
  provider,
  ...parts
}: Omit<PrivacyParts, 'access'> & Pick<AccessParts, 'provider'>): Pick<
  AccountDependencies,
  'access' | 'privacy' | 'closing' | 'browserNotices'
> {
  const { notifyLoggedOut } = parts.activeSessions
  const access = createAccessRecords({ provider, store: parts.store, notifyLoggedOut })
  const whole = { ...parts, access }
  return {
    access,
    privacy: createPrivacy(whole),
    closing: createClosing(whole),
    browserNotices: createNoticeAnswers(parts),
  }
}

/** More than these nobody has; where there are more, the newest. */
const mostAttempts = 1000
const mostEvents = 10_000

function createPrivacy(parts: PrivacyParts): PrivacyDependencies['privacy'] {
  const { consents, templates, receipts } = parts.store
  return {
    findConsent: (subjectId) => consents.find(subjectId),
    withdraw: async (subjectId) => {
      const erased = await templates.erase(subjectId, 'consent_withdrawn')
      return [erased, await consents.withdraw(subjectId)]
    },
    listReceipts: (subjectId) => receipts.list(subjectId),
    findReceipt: (subjectId, id) => receipts.find(subjectId, id),
    exportAll: (subjectId) => exportAll(parts, subjectId),
  }
}

function createClosing({ store, activeSessions, events }: PrivacyParts): CloseDependencies['closing'] {
  return {
    requireMayClose: (subjectId) => store.administrators.requireOwnerBeside(subjectId),
    close: async (subjectId, address) => {
      const templates = (await store.templates.summarise(subjectId))?.count ?? 0
      // While there is still an address to send the farewell to.
      await events.happened({ type: 'account_closed', subjectId, address })
      await activeSessions.endSessionsOf(subjectId)
      await store.subjects.erase(subjectId)
      return { templates }
    },
  }
}

/** GDPR Art. 15 and 20. Written field by field, so that nothing gets in that was not meant to: no vector, no hash, no key, no score. */
async function exportAll(parts: PrivacyParts, subjectId: string): Promise<object> {
  const { store, clock } = parts
  const subject = await store.subjects.findById(subjectId)
  if (subject === undefined) throw new Fault('not_signed_in', { detail: 'the subject is gone' })
  const { id, email, emailVerified, name, createdAt, updatedAt } = subject
  return {
    exportedAt: clock(),
    account: { id, email, emailVerified, name: name ?? null, createdAt, updatedAt },
    ...(await exportFactors(store, subjectId)),
    ...(await exportBrowsers(parts, subjectId)),
    consents: await store.consents.list(subjectId),
    receipts: await store.receipts.list(subjectId),
    apps: await parts.access.list(subjectId),
    attempts: (await store.attempts.recent(subjectId, mostAttempts)).map(
      ({ at, factor, outcome, clientId, address }) => ({ at, factor, outcome, clientId, address }),
    ),
    events: (await store.audit.list({ subjectId, limit: mostEvents })).map(
      ({ at, type, clientId, address, acr, outcome, detail }) => ({
        at,
        type,
        clientId,
        address,
        acr,
        outcome,
        detail,
      }),
    ),
  }
}

async function exportFactors(store: Store, subjectId: string): Promise<object> {
  const face = await store.templates.summarise(subjectId)
  const totp = await store.totpSeeds.summarise(subjectId)
  const codes = await store.recoveryCodes.summarise(subjectId)
  const passkeys = await store.passkeys.list(subjectId)
  return {
    face: face === undefined ? null : { ...face, lastUsedAt: face.lastUsedAt ?? null },
    passkeys: passkeys.map(({ name, createdAt, lastUsedAt }) => ({ name, createdAt, lastUsedAt })),
    authenticatorApp: totp ?? null,
    recoveryCodes: codes ?? null,
    trustedDevices: (await store.deviceKeys.list(subjectId)).map(({ name, createdAt, lastUsedAt }) => ({
      name,
      createdAt,
      lastUsedAt,
    })),
  }
}

async function exportBrowsers({ store, activeSessions }: PrivacyParts, subjectId: string): Promise<object> {
  const sessions = await activeSessions.list(subjectId, undefined)
  return {
    browsers: await store.knownBrowsers.list(subjectId),
    sessions: sessions.map(({ family, acr, createdAt, lastSeenAt }) => ({
      family,
      acr,
      createdAt,
      lastSeenAt,
    })),
  }
}
