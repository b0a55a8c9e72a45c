/** Administrators: who they are, inviting one by a link, their roles, removing one. */
import type Router from '@koa/router'
import { Fault } from '../errors.ts'
import { roles, judge, type Role } from './authority.ts'
import { freshUrl } from './guards.ts'
import {
  actIf,
  frameOf,
  may,
  onAct,
  onPage,
  type ConsoleDependencies,
  type Here,
  type Sent,
} from './console-kit.ts'
import { urlOf } from './console-subject.ts'
import { roleChoices, roleMeanings, roleNames } from './console-words.ts'
import type { AdministratorLine, Invitation } from './house-services.ts'

const base = '/admin/administrators'

export function administratorsSection(router: Router, dependencies: ConsoleDependencies): void {
  const { services } = dependencies
  onPage(router, { path: base, dependencies }, (here) => showAdministrators(dependencies, here))
  onAct(router, { path: `${base}/invite`, dependencies }, (sent) => invite(dependencies, sent))
  onAct(router, { path: `${base}/withdraw`, dependencies }, async ({ actor, form }) => {
    await services.administrators.withdraw(actor, form['invitation'] ?? '')
    return { to: base, done: 'invitation_withdrawn' }
  })
  onAct(router, { path: `${base}/role`, dependencies }, async ({ actor, form }) => {
    await services.administrators.changeRole(actor, form['administrator'] ?? '', readRole(form['role']))
    return { to: base, done: 'role_changed' }
  })
  onAct(router, { path: `${base}/remove`, dependencies }, async ({ actor, form }) => {
    await services.administrators.remove(actor, form['administrator'] ?? '')
    return { to: base, done: 'administrator_removed' }
  })
}

async function showAdministrators(dependencies: ConsoleDependencies, here: Here): Promise<void> {
  const { services, render, guards } = dependencies
  const { actor, ctx } = here
  const { administrators, invitations } = await services.administrators.list(actor)
  const { outcome } = judge(actor, 'administrators.invite')
  const isReady = outcome === 'allowed'
  await render(ctx, 'admin-administrators', {
    frame: await frameOf(dependencies, here, 'administrators'),
    // All that is done here is dangerous, and wants a new sign-in: asked for once, above everything.
    freshUrl: outcome === 'fresh_needed' ? freshUrl(guards, base) : undefined,
    administrators: administrators.map((each) => administratorLine(here, each, isReady)),
    invitations: invitations.map((each) => invitationLine(here, each, isReady)),
    roles: roles.map((role) => ({ name: roleNames[role], text: roleMeanings[role] })),
    invite: isReady ? { action: `${base}/invite`, choices: roleChoices('operator') } : undefined,
  })
}

function administratorLine({ actor }: Here, line: AdministratorLine, isReady: boolean) {
  const { subjectId: id, email, name, role, since, lastActedAt } = line
  const isSelf = id === actor.subjectId
  const remove = actIf(actor, 'administrators.remove', {
    action: `${base}/remove`,
    text: 'Remove',
    fields: [{ name: 'administrator', value: id }],
    about: email,
    warning: isSelf
      ? 'You leave the console at once. Your account stays.'
      : 'The account stays. It no longer opens the console.',
    confirm: 'Yes, remove',
    isDanger: true,
  })
  return {
    id,
    email,
    name: name ?? '',
    isSelf,
    role: { text: roleNames[role], tone: role === 'owner' ? 'good' : 'plain' } as const,
    since: since.toISOString(),
    lastActedAt: lastActedAt?.toISOString(),
    url: may(actor, 'subjects.show') ? urlOf(id) : undefined,
    roles: isReady ? roleChoices(role) : [],
    changeAction: `${base}/role`,
    remove: isReady ? remove : undefined,
  }
}

function invitationLine({ actor }: Here, { id, role, createdAt, expiresAt }: Invitation, isReady: boolean) {
  const withdraw = actIf(actor, 'administrators.withdraw', {
    action: `${base}/withdraw`,
    text: 'Withdraw',
    fields: [{ name: 'invitation', value: id }],
    about: `the invitation as ${roleNames[role].toLowerCase()}`,
  })
  return {
    role: roleNames[role],
    since: createdAt.toISOString(),
    until: expiresAt.toISOString(),
    withdraw: isReady ? withdraw : undefined,
  }
}

async function invite(dependencies: ConsoleDependencies, sent: Sent) {
  const role = readRole(sent.form['role'])
  const { url } = await dependencies.services.administrators.invite(sent.actor, role)
  await dependencies.render(sent.ctx, 'admin-once', {
    frame: await frameOf(dependencies, sent, 'administrators'),
    heading: 'The invitation is made',
    label: 'Link',
    text: 'It is shown this once, and works once.',
    value: url,
    points: [
      `Whoever opens it and signs in with two factors comes in as ${roleNames[role].toLowerCase()}.`,
      'Send it by a way that you trust. Until somebody has used it you can withdraw it.',
    ],
    snippet: undefined,
    doneUrl: base,
  })
  return undefined
}

function readRole(given: string | undefined): Role {
  const role = roles.find((each) => each === given)
  if (role === undefined) throw new Fault('form_invalid', { detail: 'no such role' })
  return role
}
