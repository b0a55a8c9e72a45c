/** The standalone front door and the account page: who I am, my face, my last sign-ins, sign out. */
import Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { ForgeryTokens } from '../http/forgery.ts'
import type { Render } from '../http/render.ts'
import { readForm, type Form } from '../http/request-guards.ts'
import { enrolmentRoutes, type EnrolmentMount } from '../interactions/capture-routes.ts'
import {
  consentText,
  consentVersion,
  recordConsent,
  type RegistrationDependencies,
} from '../interactions/registration.ts'
import { isFreshNonFace } from '../policy/assurance.ts'
import { signInUrl, type SignedIn } from './sign-in.ts'
import { viewAccount, type AccountRecords } from './view.ts'

export interface AccountDependencies {
  readonly issuer: string
  readonly clock: () => Date
  readonly render: Render
  readonly forgery: ForgeryTokens
  readonly sessions: {
    signedIn(ctx: Context): Promise<SignedIn | undefined>
    end(ctx: Context): Promise<void>
  }
  readonly records: AccountRecords
  readonly consents: RegistrationDependencies['consents'] & { withdraw(subjectId: string): Promise<unknown> }
  readonly templates: { erase(subjectId: string): Promise<unknown> }
  readonly devices: { revoke(subjectId: string, id: string): Promise<void> }
  /** Ends the run of failures that switched the face off. */
  readonly reviveFace: (subjectId: string) => Promise<unknown>
  readonly enrolment: EnrolmentMount['dependencies']
}

export function accountRoutes(dependencies: AccountDependencies): Router {
  const router = new Router()
  router.get('/', async (ctx) => {
    const signedIn = await dependencies.sessions.signedIn(ctx)
    await dependencies.render(ctx, 'home', {
      isSignedIn: signedIn !== undefined,
      signInUrl: signInUrl(dependencies.issuer, 'face', 'account'),
      registerUrl: signInUrl(dependencies.issuer, 'create', 'account'),
      accountUrl: '/account',
    })
  })
  router.get('/account', (ctx) => showAccount(dependencies, ctx))
  router.post('/account/sign-out', async (ctx) => {
    await act(dependencies, ctx)
    await dependencies.sessions.end(ctx)
    seeOther(ctx, '/')
  })
  router.post('/account/devices/remove', async (ctx) => {
    const { signedIn, form } = await readAct(dependencies, ctx)
    await dependencies.devices.revoke(signedIn.subjectId, form['device'] ?? '')
    seeOther(ctx, '/account')
  })
  faceRoutes(router, dependencies)
  return router
}

/** Enrolling, deleting and turning on again: what can be done to one’s own face. */
function faceRoutes(router: Router, dependencies: AccountDependencies): void {
  router.get('/account/face', (ctx) => showEnrolment(dependencies, ctx))
  router.post('/account/face/consent', async (ctx) => {
    const { subjectId } = await act(dependencies, ctx)
    await recordConsent(dependencies, subjectId)
    seeOther(ctx, '/account/face')
  })
  router.post('/account/face/delete', async (ctx) => {
    const { subjectId } = await act(dependencies, ctx)
    await dependencies.templates.erase(subjectId)
    await dependencies.consents.withdraw(subjectId)
    seeOther(ctx, '/account')
  })
  router.post('/account/face/revive', async (ctx) => {
    const signedIn = await act(dependencies, ctx)
    requireFresh(dependencies, signedIn)
    await dependencies.reviveFace(signedIn.subjectId)
    seeOther(ctx, '/account')
  })
  enrolmentRoutes(router, {
    prefix: '/account/face/enrolment',
    dependencies: dependencies.enrolment,
    enter: async (ctx) => {
      const signedIn = await requireSignedIn(dependencies, ctx)
      dependencies.forgery.require(ctx, bindingOf(signedIn))
      requireFresh(dependencies, signedIn)
      if (!(await dependencies.records.hasConsent(signedIn.subjectId))) throw new Fault('consent_missing')
      return {
        binding: bindingOf(signedIn),
        subjectId: signedIn.subjectId,
        captureUrl: '/account/face/enrolment',
        finish: () => Promise.resolve('/account'),
      }
    },
  })
}

async function showAccount(dependencies: AccountDependencies, ctx: Context): Promise<void> {
  const { issuer, sessions } = dependencies
  const state = queryOf(ctx, 'state')
  if (queryOf(ctx, 'error') !== undefined) {
    seeOther(ctx, '/')
    return
  }
  const signedIn = await sessions.signedIn(ctx)
  if (signedIn === undefined) {
    seeOther(ctx, signInUrl(issuer, 'face', 'account'))
    return
  }
  if (state !== undefined) {
    // Drops what the provider appended, so that a reload asks nothing twice.
    seeOther(ctx, state === 'enrol' ? '/account/face' : '/account')
    return
  }
  await dependencies.render(ctx, 'account', {
    ...(await viewAccount(dependencies.records, signedIn)),
    csrf: dependencies.forgery.issue(bindingOf(signedIn)),
    enrolUrl: '/account/face',
    deleteAction: '/account/face/delete',
    reviveAction: '/account/face/revive',
    removeDeviceAction: '/account/devices/remove',
    signOutAction: '/account/sign-out',
  })
}

/** Adding or replacing a face wants a password of the last minutes (NIST SP 800-63B-4 §4.1.2): asked for where it is older. */
async function showEnrolment(dependencies: AccountDependencies, ctx: Context): Promise<void> {
  const signedIn = await dependencies.sessions.signedIn(ctx)
  if (signedIn === undefined || !isFreshNonFace(authenticationOf(signedIn), dependencies.clock())) {
    seeOther(ctx, signInUrl(dependencies.issuer, 'fresh_password', 'enrol'))
    return
  }
  const csrf = dependencies.forgery.issue(bindingOf(signedIn))
  if (!(await dependencies.records.hasConsent(signedIn.subjectId))) {
    await dependencies.render(ctx, 'agree', {
      csrf,
      action: '/account/face/consent',
      backUrl: '/account',
      consentText,
      consentVersion,
    })
    return
  }
  ctx.state['allowCamera'] = true
  await dependencies.render(ctx, 'enrol', {
    clientName: undefined,
    csrf,
    captureUrl: '/account/face/enrolment',
    laterAction: undefined,
    backUrl: '/account',
    canSkipEnrolment: false,
  })
}

/** A form of the account page: signed in, and not forged. */
async function readAct(
  dependencies: AccountDependencies,
  ctx: Context,
): Promise<{ readonly signedIn: SignedIn; readonly form: Form }> {
  const signedIn = await requireSignedIn(dependencies, ctx)
  const form = await readForm(ctx)
  dependencies.forgery.require(ctx, bindingOf(signedIn), form['csrf'])
  return { signedIn, form }
}

async function act(dependencies: AccountDependencies, ctx: Context): Promise<SignedIn> {
  return (await readAct(dependencies, ctx)).signedIn
}

async function requireSignedIn({ sessions }: AccountDependencies, ctx: Context): Promise<SignedIn> {
  const signedIn = await sessions.signedIn(ctx)
  if (signedIn === undefined) throw new Fault('not_signed_in')
  return signedIn
}

function requireFresh({ clock }: AccountDependencies, signedIn: SignedIn): void {
  if (!isFreshNonFace(authenticationOf(signedIn), clock())) throw new Fault('fresh_authentication_required')
}

function authenticationOf({ amr, loginAt }: SignedIn): { amr: readonly string[]; at: Date } {
  return { amr, at: loginAt }
}

function bindingOf({ sessionUid }: SignedIn): string {
  return `session:${sessionUid}`
}

function queryOf(ctx: Context, name: string): string | undefined {
  const value = ctx.query[name]
  return typeof value === 'string' ? value : undefined
}

function seeOther(ctx: Context, location: string): void {
  ctx.redirect(location)
  ctx.status = 303
}
