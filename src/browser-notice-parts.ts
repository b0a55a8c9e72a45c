/** A sign-in in a browser that is new to its subject: told by mail, and undone where its owner says that it was somebody else. */
import type { BrowserNoticeDependencies } from './account/browser-notice.ts'
import type { Config } from './config.ts'
import type { AccountEvents } from './interactions/events.ts'
import { createNewBrowserLetter } from './mail/new-browser.ts'
import type { Letter } from './mail/letter.ts'
import { faceLimits } from './policy/lockout.ts'
import type { NewBrowser, SessionControl } from './session-parts.ts'
import type { Store } from './store/open-store.ts'

export interface NewBrowserParts {
  readonly config: Pick<Config, 'issuer'>
  readonly store: Store
  readonly post: (letter: Letter) => void
}

/** The trail first; the letter only to a mailbox that its owner has confirmed, for another's is told nothing. */
export async function tellOfNewBrowser(
  { config, store, post }: NewBrowserParts,
  { subjectId, knownBrowserId, family, at, address, clientId }: NewBrowser,
): Promise<void> {
  const detail = { browser: family }
  await store.audit.append({ type: 'sign_in_new_browser', subjectId, address, clientId, detail })
  const subject = await store.subjects.findById(subjectId)
  if (subject?.emailVerified !== true) return
  const token = await store.browserNotices.ask({ subjectId, knownBrowserId, family, signedInAt: at })
  post(createNewBrowserLetter({ issuer: config.issuer, to: subject.email, family, at, token }))
}

export interface NoticeParts {
  readonly store: Store
  readonly activeSessions: Pick<SessionControl, 'endSessionsIn'>
  readonly events: AccountEvents
  readonly clock: () => Date
}

export function createNoticeAnswers({
  store,
  activeSessions,
  events,
}: NoticeParts): BrowserNoticeDependencies['browserNotices'] {
  return {
    find: (token) => store.browserNotices.find(token),
    own: async (token, address) => {
      const notice = await store.browserNotices.answer(token, 'me')
      if (notice === undefined) return false
      const { subjectId, family } = notice
      await events.happened({ type: 'sign_in_owned', subjectId, address, detail: { browser: family } })
      return true
    },
    disown: async (token, address) => {
      const notice = await store.browserNotices.answer(token, 'not_me')
      if (notice === undefined) return false
      const { subjectId, knownBrowserId, family } = notice
      await activeSessions.endSessionsIn(subjectId, knownBrowserId)
      await store.knownBrowsers.forget(subjectId, knownBrowserId)
      await store.deviceKeys.revokeAll(subjectId)
      await switchFaceOff(store, subjectId)
      await events.happened({ type: 'sign_in_disowned', subjectId, address, detail: { browser: family } })
      return true
    },
  }
}

/** As after fifty failures: until its owner, signed in by something else, turns it on again. */
async function switchFaceOff(store: Store, subjectId: string): Promise<void> {
  const subject = await store.subjects.findById(subjectId)
  if (subject === undefined || (await store.templates.summarise(subjectId)) === undefined) return
  await store.attempts.switchOff(store.digestIdentifier(subject.email), 'face', faceLimits.maxFailures)
  await store.audit.append({ type: 'face_switched_off', subjectId, reason: 'sign_in_disowned' })
}
