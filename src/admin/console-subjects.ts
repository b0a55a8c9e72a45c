/** People: searching them, the page of one, and what an administrator may do for one. */
import type Router from '@koa/router'
import { Fault } from '../errors.ts'
import type { Act as ActLine } from '../http/admin-lines.ts'
import {
  frameOf,
  may,
  onAct,
  onPage,
  pagedOf,
  paramOf,
  queryOf,
  sentToFresh,
  wishOf,
  type ConsoleDependencies,
  type Here,
  type Sent,
} from './console-kit.ts'
import { wayBack } from './console-sessions.ts'
import { stateOf, urlOf, viewSubject } from './console-subject.ts'
import { resettableFactors, type ResettableFactor } from './subject-services.ts'

const base = '/admin/subjects'

export function subjectsSection(router: Router, dependencies: ConsoleDependencies): void {
  const { services } = dependencies
  onPage(router, { path: base, dependencies }, (here) => showSubjects(dependencies, here))
  onPage(router, { path: `${base}/:id`, dependencies }, (here) => viewSubject(dependencies, here))
  onPage(router, { path: `${base}/:id/erase`, dependencies }, async (here) => {
    if (sentToFresh(dependencies, here, 'subjects.erase')) return
    await showErase(dependencies, here, undefined)
  })
  onAct(router, { path: `${base}/:id/switch`, dependencies }, async ({ actor, form, params }) => {
    const id = paramOf({ params }, 'id')
    const isOff = form['to'] === 'off'
    await (isOff ? services.subjects.disable(actor, id) : services.subjects.enable(actor, id))
    return { to: urlOf(id), done: isOff ? 'subject_disabled' : 'subject_enabled' }
  })
  onAct(router, { path: `${base}/:id/reset`, dependencies }, async ({ actor, form, params }) => {
    const id = paramOf({ params }, 'id')
    const wasOn = await services.subjects.resetFactor(actor, id, readFactor(form['factor']))
    return { to: urlOf(id), done: wasOn ? 'factor_reset' : 'factor_was_off' }
  })
  onAct(router, { path: `${base}/:id/end-sessions`, dependencies }, async ({ actor, params }) => {
    const id = paramOf({ params }, 'id')
    await services.sessions.endAllOf(actor, id)
    return { to: urlOf(id), done: 'sessions_ended' }
  })
  onAct(router, { path: `${base}/:id/revoke`, dependencies }, async ({ actor, form, params }) => {
    const id = paramOf({ params }, 'id')
    await services.sessions.revokeGrant(actor, { subjectId: id, clientId: form['app'] ?? '' })
    return { to: wayBack(form['back'], urlOf(id)), done: 'grant_revoked' }
  })
  onAct(router, { path: `${base}/:id/erase`, dependencies }, (sent) => eraseSubject(dependencies, sent))
}

async function showSubjects(dependencies: ConsoleDependencies, here: Here): Promise<void> {
  const { ctx, actor } = here
  const query = queryOf(ctx, 'q')
  const state = queryOf(ctx, 'state')
  const { items, next } = await dependencies.services.subjects.search(actor, {
    ...wishOf(ctx),
    query,
    ...(state === 'on' || state === 'off' ? { isDisabled: state === 'off' } : {}),
  })
  await dependencies.render(ctx, 'admin-subjects', {
    frame: await frameOf(dependencies, here, 'subjects'),
    query,
    isFiltered: query !== '' || state === 'on' || state === 'off',
    states: [
      { value: '', text: 'All', isChosen: state === '' },
      { value: 'on', text: 'On', isChosen: state === 'on' },
      { value: 'off', text: 'Switched off', isChosen: state === 'off' },
    ],
    subjects: items.map((each) => ({
      id: each.id,
      email: each.email,
      name: each.name ?? '',
      url: urlOf(each.id),
      state: stateOf(each),
      since: each.createdAt.toISOString(),
    })),
    ...pagedOf(ctx, next),
  })
}

function readFactor(given: string | undefined): ResettableFactor {
  const factor = resettableFactors.find((each) => each === given)
  if (factor === undefined) throw new Fault('form_invalid', { detail: 'no such factor' })
  return factor
}

async function showErase(
  dependencies: ConsoleDependencies,
  here: Here,
  error: string | undefined,
): Promise<void> {
  const id = paramOf(here, 'id')
  const { email } = await dependencies.services.subjects.show(here.actor, id)
  const act: ActLine = {
    action: `${urlOf(id)}/erase`,
    text: 'Erase this account for good',
    fields: [],
    isDanger: true,
  }
  await dependencies.render(here.ctx, 'admin-confirm', {
    frame: await frameOf(dependencies, here, 'subjects'),
    heading: `Erase ${email}?`,
    text: 'It happens at once and cannot be undone.',
    points: [
      'The face, every way to sign in, the history and the address are erased.',
      'The person is signed out everywhere, and the apps are told.',
      'The audit trail keeps that it happened, and an identifier that leads nowhere.',
    ],
    act,
    typed: { label: 'To go on, type', expected: email },
    box: undefined,
    backUrl: urlOf(id),
    backText: 'Keep the account',
    error,
  })
}

async function eraseSubject(dependencies: ConsoleDependencies, sent: Sent) {
  const { ctx, actor, form } = sent
  const id = paramOf(sent, 'id')
  const { email } = await dependencies.services.subjects.show(actor, id)
  if ((form['typed'] ?? '').trim().toLowerCase() !== email.toLowerCase()) {
    // Whoever may not erase is not told what to type.
    if (!may(actor, 'subjects.erase')) throw new Fault('admin_forbidden', { detail: 'subjects.erase' })
    ctx.status = new Fault('form_invalid').status
    await showErase(dependencies, sent, 'Type the address as it stands below.')
    return undefined
  }
  await dependencies.services.subjects.erase(actor, id)
  return { to: base, done: 'subject_erased' } as const
}
