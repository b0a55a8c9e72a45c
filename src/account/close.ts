/** Closing the account: asked twice, done at once, and nothing of the person is left but that it was done. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { Render } from '../http/render.ts'
import { csrfOf, isFresh, readAct, requireFresh, seeOther, type GuardDependencies } from './guards.ts'
import { signInUrl, type SignedIn } from './sign-in.ts'

export interface CloseDependencies extends GuardDependencies {
  readonly issuer: string
  readonly render: Render
  readonly records: { getSubject(subjectId: string): Promise<{ readonly email: string }> }
  readonly sessions: GuardDependencies['sessions'] & { end(ctx: Context): Promise<void> }
  readonly closing: {
    /** @throws {Fault} admin_last_owner where nobody else owns this provider */
    requireMayClose(subjectId: string): Promise<void>
    /** Ends all sessions and access, tells the apps, erases. @returns how many templates went */
    close(subjectId: string, address: string): Promise<{ readonly templates: number }>
  }
}

export function closeSection(router: Router, dependencies: CloseDependencies): void {
  router.get('/account/close', async (ctx) => {
    const signedIn = await dependencies.sessions.signedIn(ctx)
    if (signedIn === undefined || !isFresh(dependencies, signedIn)) {
      seeOther(ctx, signInUrl(dependencies.issuer, 'fresh_password', 'close'))
      return
    }
    await requireMayClose(dependencies, signedIn)
    await showClose(dependencies, ctx, { signedIn, error: undefined })
  })
  router.post('/account/close', (ctx) => closeAccount(dependencies, ctx))
}

async function showClose(
  dependencies: CloseDependencies,
  ctx: Context,
  { signedIn, error }: { readonly signedIn: SignedIn; readonly error: string | undefined },
): Promise<void> {
  const { email } = await dependencies.records.getSubject(signedIn.subjectId)
  await dependencies.render(ctx, 'account-close', {
    csrf: csrfOf(dependencies, signedIn),
    email,
    action: '/account/close',
    backUrl: '/account/privacy',
    error,
  })
}

/** @throws {Fault} admin_last_owner, with where to make another owner */
async function requireMayClose({ closing }: CloseDependencies, { subjectId }: SignedIn): Promise<void> {
  try {
    await closing.requireMayClose(subjectId)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const links = [
      { url: '/admin/administrators', text: 'Administrators' },
      { url: '/account/privacy', text: 'Keep my account' },
    ]
    throw new Fault(error.code, { cause: error, links })
  }
}

async function closeAccount(dependencies: CloseDependencies, ctx: Context): Promise<void> {
  const { signedIn, form } = await readAct(dependencies, ctx)
  requireFresh(dependencies, signedIn)
  await requireMayClose(dependencies, signedIn)
  const { subjectId } = signedIn
  const { email } = await dependencies.records.getSubject(subjectId)
  const isTyped = (form['email'] ?? '').trim().toLowerCase() === email.toLowerCase()
  if (!isTyped || form['understood'] !== 'yes') {
    const fault = new Fault('form_invalid')
    ctx.status = fault.status
    const error = 'Type your e-mail address as it stands above, and tick the box.'
    await showClose(dependencies, ctx, { signedIn, error })
    return
  }
  // First the cookie of this browser, while its session is still there to be named.
  await dependencies.sessions.end(ctx)
  const { templates } = await dependencies.closing.close(subjectId, ctx.ip)
  await dependencies.render(ctx, 'account-closed', {
    at: dependencies.clock().toISOString(),
    reference: subjectId,
    templates,
    homeUrl: '/',
  })
}
