/** The page behind a one-time link: of the first start, or of an invitation. */
import type Router from '@koa/router'
import type { AdminHouseLocals } from '../http/admin-house-pages.ts'
import { seeOther, type ConsoleDependencies } from './console-kit.ts'
import { roleNames } from './console-words.ts'
import { join, joinPath, viewJoin, type JoinState } from './join.ts'

export function joinSection(router: Router, { guards, render, addressOf }: ConsoleDependencies): void {
  router.get(joinPath, async (ctx) => {
    const state = await viewJoin(guards, ctx)
    const who = state.outcome === 'ready' ? await addressOf(state.subjectId) : undefined
    await render(ctx, 'admin-join', joinLocals(state, who ?? 'somebody'))
  })
  router.post(joinPath, async (ctx) => {
    await join(guards, ctx)
    seeOther(ctx, '/admin')
  })
}

type JoinLocals = AdminHouseLocals['admin-join']

function joinLocals(state: JoinState, who: string): JoinLocals {
  const role = roleNames[state.role].toLowerCase()
  const heading = `Become ${/^[aeiou]/.test(role) ? 'an' : 'a'} ${role}`
  const steps = (isSignedIn: boolean, isStrong: boolean): JoinLocals['steps'] => [
    { text: 'Signed in', isDone: isSignedIn },
    { text: 'With two factors, in the last hours', isDone: isStrong },
  ]
  switch (state.outcome) {
    case 'sign_in':
      return {
        heading,
        text: 'This link works once. It opens the console to the account that you sign in with.',
        steps: steps(false, false),
        links: [
          { url: state.signInUrl, text: 'Sign in' },
          { url: state.createUrl, text: 'Create an account' },
        ],
        form: undefined,
      }
    case 'raise':
      return {
        heading,
        text: 'Administrators sign in with two factors. If your account has only one, add a passkey or an authenticator app, and open this link again.',
        steps: steps(true, false),
        links: [
          { url: state.signInUrl, text: 'Sign in with two factors' },
          { url: `${state.accountUrl}/passkeys`, text: 'Add a passkey' },
          { url: `${state.accountUrl}/authenticator`, text: 'Add an authenticator app' },
        ],
        form: undefined,
      }
    case 'ready':
      return {
        heading,
        text: `You are signed in as ${who}, with two factors.`,
        steps: [],
        links: [],
        form: { action: joinPath, csrf: state.csrf, token: state.token, text: heading },
      }
  }
}
