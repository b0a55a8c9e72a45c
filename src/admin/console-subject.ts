/** The page of one person: the account, its ways to sign in, where it is signed in, what has access, what happened. */
import type { Act as ActLine, Badge, Fact, GrantRow, SessionRow } from '../http/admin-lines.ts'
import { eventLine } from './console-events.ts'
import { actIf, frameOf, may, paramOf, type ConsoleDependencies, type Here } from './console-kit.ts'
import { ageOf, factorNames, nameAcr, roleNames, several } from './console-words.ts'
import {
  resettableFactors,
  type GrantLine,
  type ResettableFactor,
  type SessionLine,
  type SubjectDetail,
  type SubjectFactors,
  type SubjectLine,
} from './subject-services.ts'

const sessionsShown = 20
const grantsShown = 50
const eventsShown = 10

export function urlOf(id: string): string {
  return `/admin/subjects/${encodeURIComponent(id)}`
}

export function stateOf({ disabledAt }: Pick<SubjectLine, 'disabledAt'>): Badge {
  return disabledAt === undefined ? { text: 'On', tone: 'good' } : { text: 'Switched off', tone: 'warn' }
}

export async function viewSubject(dependencies: ConsoleDependencies, here: Here): Promise<void> {
  const { services, render, guards } = dependencies
  const { ctx, actor } = here
  const id = paramOf(here, 'id')
  const subject = await services.subjects.show(actor, id)
  const [sessions, grants, events] = await Promise.all([
    services.sessions.list(actor, { subjectId: id, limit: sessionsShown }),
    services.sessions.listGrants(actor, { subjectId: id, limit: grantsShown }),
    services.audit.list(actor, { subjectId: id, limit: eventsShown }),
  ])
  await render(ctx, 'admin-subject', {
    frame: await frameOf(dependencies, here, 'subjects'),
    email: subject.email,
    note:
      subject.role === undefined
        ? undefined
        : 'This person is an administrator. To switch the account off or erase it, remove them under Administrators first.',
    state: stateOf(subject),
    facts: factsOf(subject),
    factors: resettableFactors.map((factor) => factorLine(here, subject, { factor, now: guards.clock() })),
    sessions: sessions.items.map((each) => sessionRow(here, each, urlOf(id))),
    endAll: actIf(actor, 'sessions.endAllOf', {
      action: `${urlOf(id)}/end-sessions`,
      text: 'End all',
      fields: [],
      warning: 'Every browser and app is signed out, and the apps are told.',
      confirm: 'Yes, end all',
    }),
    grants: grants.items.map((each) => grantRow(here, each, urlOf(id))),
    events: events.items.map(eventLine),
    eventsUrl: `/admin/audit?subject=${encodeURIComponent(id)}`,
    switch: switchOf(here, subject),
    eraseUrl: subject.role === undefined && may(actor, 'subjects.erase') ? `${urlOf(id)}/erase` : undefined,
  })
}

function factsOf(subject: SubjectDetail): Fact[] {
  const { name, emailVerified, createdAt, disabledAt, hasConsented, role, id } = subject
  return [
    { name: 'Name', value: name ?? 'Not given' },
    { name: 'Address', value: emailVerified ? 'Confirmed' : 'Not confirmed' },
    { name: 'Since', value: createdAt.toISOString(), isMoment: true },
    ...(disabledAt === undefined
      ? []
      : [{ name: 'Switched off', value: disabledAt.toISOString(), isMoment: true }]),
    { name: 'Consent to face sign-in', value: hasConsented ? 'Given' : 'Not given' },
    ...(role === undefined ? [] : [{ name: 'Administers as', value: roleNames[role] }]),
    { name: 'Identifier', value: id, isCode: true },
  ]
}

/** An administrator is removed first, which an owner alone can do. */
function switchOf({ actor }: Here, { id, disabledAt, role }: SubjectDetail): ActLine | undefined {
  const action = `${urlOf(id)}/switch`
  if (role !== undefined && !may(actor, 'administrators.touch')) return undefined
  if (disabledAt !== undefined) {
    return actIf(actor, 'subjects.enable', {
      action,
      text: 'Switch on again',
      fields: [{ name: 'to', value: 'on' }],
    })
  }
  if (role !== undefined) return undefined
  return actIf(actor, 'subjects.disable', {
    action,
    text: 'Switch off',
    fields: [{ name: 'to', value: 'off' }],
    warning:
      'This person is signed out everywhere, and cannot sign in until you switch the account on again.',
    confirm: 'Yes, switch it off',
  })
}

interface FactorWish {
  readonly factor: ResettableFactor
  readonly now: Date
}

function factorLine({ actor }: Here, { id, factors, role }: SubjectDetail, { factor, now }: FactorWish) {
  const state = factorState(factors, factor, now)
  // Whoever takes an administrator’s factors away could take the place.
  const mayTouch = role === undefined || id === actor.subjectId || may(actor, 'administrators.touch')
  const reset: ActLine = {
    action: `${urlOf(id)}/reset`,
    text: 'Reset',
    fields: [{ name: 'factor', value: factor }],
    about: factorNames[factor],
    warning: resetWarnings[factor],
    confirm: 'Yes, reset it',
    isDanger: true,
  }
  return {
    name: factorNames[factor],
    state: state ?? 'None',
    isOn: state !== undefined,
    reset: state === undefined || !mayTouch ? undefined : actIf(actor, 'subjects.resetFactor', reset),
  }
}

const resetWarnings: Readonly<Record<ResettableFactor, string>> = {
  face: 'The templates are erased. The person can enrol a face again.',
  passkeys: 'All passkeys are taken away. The person can add new ones.',
  authenticator_app: 'Its codes and the recovery codes no longer work. The person can set an app up again.',
  recovery_codes: 'They no longer work. The person can make new ones.',
  trusted_devices: 'A face alone is not enough on any device until it is trusted again.',
}

/** Undefined where there is none. */
function factorState(factors: SubjectFactors, factor: ResettableFactor, now: Date): string | undefined {
  const { face, passkeys, authenticatorApp, recoveryCodes, trustedDevices } = factors
  switch (factor) {
    case 'face':
      return face && `${several(face.templates, 'template')}, ${lastUse(face.lastUsedAt, now)}`
    case 'passkeys':
      return named(passkeys)
    case 'authenticator_app':
      return authenticatorApp && `On, ${lastUse(authenticatorApp.lastUsedAt, now)}`
    case 'recovery_codes':
      return recoveryCodes && `${several(recoveryCodes.left, 'code')} left`
    case 'trusted_devices':
      return named(trustedDevices)
  }
}

function named(all: readonly { readonly name: string }[]): string | undefined {
  return all.length === 0 ? undefined : `${all.length}: ${all.map(({ name }) => name).join(', ')}`
}

function lastUse(at: Date | undefined, now: Date): string {
  return at === undefined ? 'not used yet' : `last used ${ageOf(at, now)} ago`
}

export function sessionRow({ actor }: Here, session: SessionLine, backTo: string): SessionRow {
  const { id, subjectId, email, browser, acr, createdAt, lastSeenAt } = session
  return {
    id,
    browser,
    how: nameAcr(acr),
    since: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    subject: { text: email ?? subjectId, url: urlOf(subjectId) },
    end: actIf(actor, 'sessions.end', {
      action: '/admin/sessions/end',
      text: 'End',
      fields: [
        { name: 'session', value: id },
        { name: 'back', value: backTo },
      ],
      about: `${browser} of ${email ?? subjectId}`,
    }),
  }
}

export function grantRow({ actor }: Here, grant: GrantLine, backTo: string): GrantRow {
  const { subjectId, email, clientId, name, scopes, since } = grant
  return {
    subject: { text: email ?? subjectId, url: urlOf(subjectId) },
    app: name,
    appUrl: `/admin/clients/${encodeURIComponent(clientId)}`,
    scopes: scopes.join(', '),
    since: since.toISOString(),
    revoke: actIf(actor, 'sessions.revokeGrant', {
      action: `${urlOf(subjectId)}/revoke`,
      text: 'Take back',
      fields: [
        { name: 'app', value: clientId },
        { name: 'back', value: backTo },
      ],
      about: `the access of ${name} to ${email ?? subjectId}`,
    }),
  }
}
