/** Enrolling, deleting and turning on again: what can be done to one’s own face. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { Render } from '../http/render.ts'
import { enrolmentRoutes, type EnrolmentMount } from '../interactions/capture-routes.ts'
import type { AccountEvents } from '../interactions/events.ts'
import {
  consentText,
  consentVersion,
  recordConsent,
  type RegistrationDependencies,
} from '../interactions/registration.ts'
import { afterChange } from './elsewhere.ts'
import {
  bindingOf,
  csrfOf,
  isFresh,
  readAct,
  requireFresh,
  requireSignedIn,
  seeOther,
  whereOf,
  type GuardDependencies,
} from './guards.ts'
import { signInUrl } from './sign-in.ts'
import type { AccountRecords } from './view.ts'

export interface FaceSectionDependencies extends GuardDependencies {
  readonly issuer: string
  readonly render: Render
  readonly records: Pick<AccountRecords, 'hasConsent'>
  readonly consents: RegistrationDependencies['consents'] & {
    withdraw(subjectId: string): Promise<string | undefined>
  }
  /** Both hand out the ids of their receipts. */
  readonly templates: { erase(subjectId: string): Promise<string | undefined> }
  /** Ends the run of failures that switched the face off. */
  readonly reviveFace: (subjectId: string) => Promise<unknown>
  readonly enrolment: EnrolmentMount['dependencies']
  readonly events: AccountEvents
}

export function faceSection(router: Router, dependencies: FaceSectionDependencies): void {
  const { events } = dependencies
  router.get('/account/face', (ctx) => showEnrolment(dependencies, ctx))
  router.post('/account/face/consent', async (ctx) => {
    const { signedIn } = await readAct(dependencies, ctx)
    await recordConsent(dependencies, signedIn.subjectId)
    seeOther(ctx, '/account/face')
  })
  router.post('/account/face/delete', async (ctx) => {
    const { subjectId } = (await readAct(dependencies, ctx)).signedIn
    const erased = await dependencies.templates.erase(subjectId)
    const receipts = [erased, await dependencies.consents.withdraw(subjectId)]
    await events.happened({ type: 'face_removed', subjectId, receipts, ...whereOf(ctx) })
    seeOther(ctx, afterChange('/account'))
  })
  router.post('/account/face/revive', async (ctx) => {
    const { signedIn } = await readAct(dependencies, ctx)
    requireFresh(dependencies, signedIn)
    await dependencies.reviveFace(signedIn.subjectId)
    await events.happened({ type: 'face_revived', subjectId: signedIn.subjectId, ...whereOf(ctx) })
    seeOther(ctx, '/account')
  })
  enrolmentRoutes(router, {
    prefix: '/account/face/enrolment',
    dependencies: dependencies.enrolment,
    enter: async (ctx) => {
      const signedIn = await requireSignedIn(dependencies, ctx)
      const { subjectId } = signedIn
      dependencies.forgery.require(ctx, bindingOf(signedIn))
      requireFresh(dependencies, signedIn)
      if (!(await dependencies.records.hasConsent(subjectId))) throw new Fault('consent_missing')
      return {
        binding: bindingOf(signedIn),
        subjectId,
        captureUrl: '/account/face/enrolment',
        finish: async () => {
          await events.happened({ type: 'face_enrolled', subjectId, ...whereOf(ctx) })
          return afterChange('/account')
        },
      }
    },
  })
}

/** Adding or replacing a face wants a non-face authentication of the last minutes: asked for where it is older. */
async function showEnrolment(dependencies: FaceSectionDependencies, ctx: Context): Promise<void> {
  const signedIn = await dependencies.sessions.signedIn(ctx)
  if (signedIn === undefined || !isFresh(dependencies, signedIn)) {
    seeOther(ctx, signInUrl(dependencies.issuer, 'fresh_password', 'enrol'))
    return
  }
  const csrf = csrfOf(dependencies, signedIn)
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
