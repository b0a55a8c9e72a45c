/** Fills what the account pages need. */
import { createAccountRecords } from './account-records.ts'
import type { accountRoutes } from './account/routes.ts'
import type { InteractionDependencies } from './interactions/dependencies.ts'
import { joinAccountMail } from './mail-joins.ts'
import type { Parts } from './parts.ts'
import { openControl } from './privacy-parts.ts'

export function accountDependencies(
  { store, clock, provider, render, config, letters, sessions, log, face }: Parts,
  shared: InteractionDependencies,
): Parameters<typeof accountRoutes>[0] {
  const records = createAccountRecords({
    store,
    provider,
    clock,
    isEmailCodeAllowed: config.emailCode,
    recogniser: face.recogniser,
  })
  const guards = { clock, forgery: shared.forgery, sessions }
  return {
    ...joinAccountMail(letters, {
      guards,
      render,
      limits: shared.limits,
      endSessionsOf: (id, options) => sessions.endSessionsOf(id, options),
      password: shared.password,
      secondFactor: shared.otp,
      inBackground: (work) => {
        work().catch((error: unknown) => log.error({ error }, 'an event could not be recorded'))
      },
    }),
    issuer: config.issuer,
    clock,
    render,
    forgery: shared.forgery,
    sessions,
    activeSessions: sessions,
    ...openControl({ store, clock, provider, activeSessions: sessions, events: shared.events }),
    scopeSentences: shared.scopeSentences,
    activity: store.audit,
    limits: shared.limits,
    records,
    consents: store.consents,
    templates: store.templates,
    devices: store.deviceKeys,
    passkeys: { ceremonies: shared.passkeys.ceremonies, keys: store.passkeys },
    totpSeeds: store.totpSeeds,
    recoveryCodes: store.recoveryCodes,
    reviveFace: async (subjectId) => {
      const { email } = await records.getSubject(subjectId)
      await store.attempts.reset(store.digestIdentifier(email), 'face')
    },
    enrolment: shared,
    events: shared.events,
  }
}
