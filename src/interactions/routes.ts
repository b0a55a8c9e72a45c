/** The URL table of the pages between the authorization request and its answer: one line per step, guards in order. */
import Router from '@koa/router'
import type { InteractionDependencies } from './dependencies.ts'
import { captureRoutes } from './capture-routes.ts'
import { emailRoutes } from './email-pages.ts'
import { otpRoutes } from './otp-steps.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import * as pages from './pages.ts'
import * as registration from './registration-pages.ts'
import { changeAccount, keepAccount, showSecond } from './second.ts'
import { enter, type Step } from './visit.ts'

export function interactionRoutes(dependencies: InteractionDependencies): Router {
  const router = new Router({ prefix: '/interaction/:uid' })
  const show = (path: string, step: Step): void => {
    router.get(path, async (ctx) => {
      await step(dependencies, ctx, await enter(dependencies, ctx))
    })
  }
  const act = (path: string, step: Step): void => {
    router.post(path, async (ctx) => {
      await step(dependencies, ctx, await enter(dependencies, ctx))
    })
  }

  show('/', pages.begin)
  act('/identify', pages.identify)
  show('/face', pages.showCamera)
  show('/password', pages.showPassword)
  act('/password', pages.checkPassword)
  show('/second', showSecond)
  act('/same-account', keepAccount)
  act('/other-account', changeAccount)
  show('/sign-in', pages.showSignIn)
  show('/register', registration.showRegistration)
  act('/register', registration.takeRegistration)
  show('/confirm-address', registration.showConfirmation)
  act('/confirm-address', registration.confirmAddress)
  act('/confirm-address/again', registration.sendConfirmationAgain)
  show('/enrol', registration.showEnrolment)
  act('/enrol/later', registration.enrolLater)
  act('/consent', pages.allowConsent)
  act('/deny', pages.deny)
  act('/abort', pages.deny)
  captureRoutes(router, dependencies)
  emailRoutes(router, dependencies)
  otpRoutes(router, dependencies)
  passkeyRoutes(router, dependencies)
  return router
}
