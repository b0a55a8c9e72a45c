/** The Basic plan: whether the person is asked again. */
import { assert } from 'chai'
import { first } from './basic-clients.ts'
import type { Modules } from './plan.ts'
import { ask, authorize, refusalOf, signIn, type SignInWish, type Suite, type Tokens } from './suite.ts'

interface Twice {
  readonly before: Tokens
  readonly after: Tokens
  /** What was asked of the person the second time. */
  readonly steps: readonly string[]
}

type Second = (before: Tokens) => SignInWish

/** Signs in, waits, and comes again with another request in the same browser. */
async function twice(suite: Suite, wish: Second, waitMs = 0): Promise<Twice> {
  const before = await signIn(suite, first, { extra: { max_age: '10000' } })
  await new Promise((resolve) => setTimeout(resolve, waitMs))
  const after = await signIn(suite, first, { visitor: before.visitor, ...wish(before.tokens) })
  assert.equal(after.tokens.claims.sub, before.tokens.claims.sub)
  return { before: before.tokens, after: after.tokens, steps: after.answer.steps }
}

const timeOf = ({ claims }: Tokens): number => claims.auth_time ?? Number.NaN

/** OpenID Connect Core §2: the time of the sign-in itself. */
function assertNew({ before, after, steps }: Twice): void {
  assert.include(steps, 'password')
  assert.isAbove(timeOf(after), timeOf(before))
}

function assertSame({ before, after, steps }: Twice): void {
  assert.deepEqual(steps, [])
  assert.equal(timeOf(after), timeOf(before))
}

export const basicSessions: Modules = {
  'oidcc-prompt-login': {
    shows: 'prompt=login asks somebody who is signed in again',
    run: async (suite) => {
      assertNew(await twice(suite, () => ({ extra: { prompt: 'login', max_age: '10000' } }), 1100))
    },
  },
  'oidcc-prompt-none-not-logged-in': {
    shows: 'prompt=none with nobody signed in is login_required, and no page',
    run: async (suite) => {
      const asked = ask(suite, first, { prompt: 'none' })
      const answer = await authorize(suite, suite.browser(), asked)
      assert.deepEqual(answer.steps, [])
      assert.equal(refusalOf(suite, first, { asked, answer }), 'login_required')
    },
  },
  'oidcc-prompt-none-logged-in': {
    shows: 'prompt=none with somebody signed in gives a code, and no page',
    run: async (suite) => {
      assertSame(await twice(suite, () => ({ extra: { prompt: 'none', max_age: '10000' } })))
    },
  },
  'oidcc-max-age-1': {
    shows: 'a sign-in that is older than max_age=1 is done again',
    run: async (suite) => {
      assertNew(await twice(suite, () => ({ extra: { max_age: '1' }, maxAge: 1 }), 2100))
    },
  },
  'oidcc-max-age-10000': {
    shows: 'a sign-in that is younger than max_age=10000 does',
    run: async (suite) => {
      assertSame(await twice(suite, () => ({ extra: { max_age: '10000' }, maxAge: 10_000 })))
    },
  },
  'oidcc-id-token-hint': {
    shows: 'an ID token as a hint with prompt=none is answered for the person that it names',
    run: async (suite) => {
      const hint = ({ id_token: token = '' }: Tokens): SignInWish => ({
        extra: { prompt: 'none', id_token_hint: token, max_age: '10000' },
      })
      assertSame(await twice(suite, hint))
    },
  },
  'oidcc-ensure-request-with-acr-values-succeeds': {
    shows: 'the level that was asked for is told where it was reached, and a level unknown here does no harm',
    run: async (suite) => {
      const offered = suite.server['acr_values_supported']
      const level = 'urn:mien:acr:password'
      assert.include(Array.isArray(offered) ? offered : [], level)
      const { tokens } = await signIn(suite, first, { extra: { acr_values: level } })
      assert.equal(tokens.claims['acr'], level)
      await signIn(suite, first, { extra: { acr_values: '1 2' } })
    },
  },
}
