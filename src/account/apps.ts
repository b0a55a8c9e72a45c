/** The apps that have access to the account, and taking it back. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Render } from '../http/render.ts'
import { describeScope } from '../interactions/consent.ts'
import type { AccountEvents } from '../interactions/events.ts'
import { csrfOf, readAct, seeOther, type GuardDependencies } from './guards.ts'
import { signInUrl } from './sign-in.ts'

export interface AppAccess {
  readonly clientId: string
  readonly name: string
  readonly host: string
  readonly scopes: readonly string[]
  readonly since: Date
}

export interface AppsSectionDependencies extends GuardDependencies {
  readonly issuer: string
  readonly render: Render
  readonly access: {
    list(subjectId: string): Promise<readonly AppAccess[]>
    revoke(subjectId: string, clientId: string): Promise<boolean>
  }
  /** Of the operator's own APIs. */
  readonly scopeSentences: () => Promise<Readonly<Record<string, string>>>
  readonly events: AccountEvents
}

export function appsSection(router: Router, dependencies: AppsSectionDependencies): void {
  router.get('/account/apps', (ctx) => showApps(dependencies, ctx))
  router.post('/account/apps/revoke', async (ctx) => {
    const { signedIn, form } = await readAct(dependencies, ctx)
    const { subjectId } = signedIn
    const clientId = form['app'] ?? ''
    if (await dependencies.access.revoke(subjectId, clientId)) {
      await dependencies.events.happened({ type: 'access_revoked', subjectId, clientId, address: ctx.ip })
    }
    seeOther(ctx, '/account/apps')
  })
}

async function showApps(dependencies: AppsSectionDependencies, ctx: Context): Promise<void> {
  const signedIn = await dependencies.sessions.signedIn(ctx)
  if (signedIn === undefined) {
    seeOther(ctx, signInUrl(dependencies.issuer, 'face', 'apps'))
    return
  }
  const apps = await dependencies.access.list(signedIn.subjectId)
  const sentences = await dependencies.scopeSentences()
  await dependencies.render(ctx, 'account-apps', {
    csrf: csrfOf(dependencies, signedIn),
    apps: apps.map(({ clientId, name, host, scopes, since }) => ({
      clientId,
      name,
      host,
      scopes: scopes.map((scope) => describeScope(scope, sentences)),
      since: since.toISOString(),
    })),
    revokeAction: '/account/apps/revoke',
  })
}
