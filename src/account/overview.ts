/** The standalone front door, and the overview: who I am, my face, my other ways to sign in, my last sign-ins. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Render } from '../http/render.ts'
import { offerElsewhere, type ElsewhereDependencies } from './elsewhere.ts'
import { csrfOf, queryOf, readAct, seeOther, type GuardDependencies } from './guards.ts'
import { signInUrl } from './sign-in.ts'
import { viewAccount, type AccountRecords } from './view.ts'

export interface OverviewDependencies extends GuardDependencies, ElsewhereDependencies {
  readonly issuer: string
  readonly render: Render
  readonly sessions: GuardDependencies['sessions'] & { end(ctx: Context): Promise<void> }
  readonly records: AccountRecords
}

export function overviewSection(router: Router, dependencies: OverviewDependencies): void {
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
    await readAct(dependencies, ctx)
    await dependencies.sessions.end(ctx)
    seeOther(ctx, '/')
  })
}

async function showAccount(dependencies: OverviewDependencies, ctx: Context): Promise<void> {
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
    seeOther(ctx, pageOfState(state))
    return
  }
  await dependencies.render(ctx, 'account', {
    ...(await viewAccount(dependencies.records, signedIn)),
    csrf: csrfOf(dependencies, signedIn),
    enrolUrl: '/account/face',
    deleteAction: '/account/face/delete',
    reviveAction: '/account/face/revive',
    signOutAction: '/account/sign-out',
    elsewhere: await offerElsewhere(dependencies, ctx, signedIn),
  })
}

/** Where somebody who was sent off to sign in comes back to: a page of the account, and nowhere else. */
function pageOfState(state: string): string {
  if (state === 'enrol') return '/account/face'
  return /^[a-z-]{1,40}$/.test(state) && state !== 'account' ? `/account/${state}` : '/account'
}
