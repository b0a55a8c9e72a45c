/** Fills what the sign-in pages need. */
import type { Context } from 'koa'
import { createAddressLimits, standardLimits } from './address-limits.ts'
import { openSpentChallenges } from './capture-parts.ts'
import { assurancePolicyOf, createFactorRecords } from './factor-records.ts'
import { createForgeryTokens } from './http/forgery.ts'
import type { CaptureDesk } from './interactions/capture.ts'
import type { InteractionDependencies } from './interactions/dependencies.ts'
import { createDeviceChallenges } from './interactions/device-challenges.ts'
import type { DeviceDependencies } from './interactions/device-sign-in.ts'
import { createEnrolmentDesk } from './interactions/enrolment.ts'
import { hashPassword } from './interactions/password-sign-in.ts'
import { openSecondFactor } from './otp-parts.ts'
import { createPasskeyParts } from './passkey-parts.ts'
import { deriveKey, type Parts } from './parts.ts'
import { findLoginTime } from './provider/session.ts'
import type { NewDeviceKey } from './store/device-keys.ts'

export async function interactionDependencies(
  parts: Parts,
  desk: CaptureDesk,
): Promise<InteractionDependencies> {
  const { store, clock, face, secrets, provider, render, config, letters } = parts
  const { minScore } = face.operatingPoint
  const { subjects, templates, attempts, digestIdentifier } = store
  const keyFor = (use: string): Uint8Array => deriveKey(secrets.cookieKeys[0] ?? '', use)
  const otp = openSecondFactor({ store, clock, events: letters.events })
  return {
    provider,
    explainLostVisit: parts.explainLostVisit,
    clock,
    render,
    desk,
    captureSeconds: config.captureSeconds,
    challenge: config.challenge,
    flash: config.colourFlash,
    forgery: createForgeryTokens(keyFor('forgery tokens')),
    limits: createAddressLimits(parts.addressLimits ?? standardLimits, store.openLimiter),
    enrolment: createEnrolmentDesk({ desk, minScore, templates }),
    face: faceOf(parts),
    onVerdict: (seconds) => {
      parts.telemetry.metrics.observe('mien_capture_duration_seconds', seconds, { part: 'whole' })
    },
    devices: openDevices(parts, keyFor('device challenges')),
    knownBrowsers: parts.knownBrowsers,
    findKnownBrowser: (ctx, email) => findKnownBrowser(parts, ctx, email),
    assurance: assurancePolicyOf(config),
    factors: createFactorRecords(store, otp),
    sessions: { loginAt: (uid) => findLoginTime(provider, uid) },
    passkeys: createPasskeyParts(
      { ...parts, attempts, events: letters.events },
      keyFor('passkey challenges'),
    ),
    password: { clock, digestIdentifier, attempts, subjects, decoyHash: await decoyHashOf(parts) },
    mailCodes: letters.mailCodes,
    registration: letters.registration,
    scopeSentences: parts.scopeSentences,
    isVetted: parts.isVetted,
    events: letters.events,
    otp,
    findEmail: async (subjectId) => (await subjects.findById(subjectId))?.email,
  }
}

function faceOf({ config, store, clock, face, telemetry }: Parts): InteractionDependencies['face'] {
  const { minLiveness, operatingPoint } = face
  const { minScore } = operatingPoint
  const asksForTurns = config.challenge === 'turns'
  const { digestIdentifier, attempts, subjects, templates } = store
  const records = { digestIdentifier, attempts, subjects, templates }
  return { clock, minScore, asksForTurns, minLiveness, ...records, watch: telemetry.verdict }
}

/** @param secret for the challenges alone */
function openDevices(parts: Parts, secret: Uint8Array): DeviceDependencies {
  const { store, clock, config } = parts
  const spendChallenge = openSpentChallenges(parts)
  return {
    keys: { ...store.deviceKeys, trust: (key) => trustAndTell(parts, key) },
    challenges: createDeviceChallenges({ clock, ttlSeconds: config.captureSeconds, secret, spendChallenge }),
  }
}

/** A hash of nobody's password. */
function decoyHashOf({ secrets }: Pick<Parts, 'secrets'>): Promise<string> {
  return hashPassword(secrets.pairwiseSalt.toString('base64url'))
}

/** The same work for an address that belongs to nobody: a browser is looked for, and not found. */
async function findKnownBrowser(
  { store, knownBrowsers }: Pick<Parts, 'store' | 'knownBrowsers'>,
  ctx: Context,
  email: string,
): Promise<string | undefined> {
  const subject = await store.subjects.findByEmail(email)
  const owner = subject?.id ?? email
  const digest = knownBrowsers.digestOf(ctx, owner)
  if (digest === undefined) return undefined
  const known = await store.knownBrowsers.find(owner, digest)
  return known === undefined ? undefined : digest
}

/** The store has written it into the audit trail; the owner is told where trust begins. */
async function trustAndTell({ store, letters }: Parts, key: NewDeviceKey): Promise<void> {
  if (!(await store.deviceKeys.trust(key))) return
  const { subjectId, name } = key
  await letters.events.happened({ type: 'device_trusted', subjectId, detail: { name } })
}
