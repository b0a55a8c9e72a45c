/** Which prompts there are, in which order, and when each is needed. */
import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { factorsOf, meets } from '../policy/assurance.ts'
import { hintedAccountCheck, type SubjectFor } from './hinted-account.ts'

const { base, Check, Prompt } = interactionPolicy

/**
 * The library's own prompts, and before them `create` (OpenID Connect: Initiating User Registration §4) and
 * `select_account` (OpenID Connect Core §3.1.2.1). What resolves `create` is a login: of the new account.
 */
export function createInteractionPolicy(subjectFor: SubjectFor): interactionPolicy.DefaultPolicy {
  const policy = base()
  addLoginChecks(policy, subjectFor)
  policy.add(createPrompt(), 0)
  policy.add(selectAccountPrompt(), 1)
  return policy
}

function createPrompt(): interactionPolicy.Prompt {
  const prompt = new Prompt({ name: 'create', requestable: true })
  prompt.checks.clear()
  prompt.checks.add(
    new Check('create_prompt', 'create prompt was not resolved', 'interaction_required', ({ oidc }) => {
      const isWanted = oidc.prompts.has('create') && oidc.result?.login === undefined
      return isWanted ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT
    }),
  )
  return prompt
}

function selectAccountPrompt(): interactionPolicy.Prompt {
  const prompt = new Prompt({ name: 'select_account', requestable: true })
  prompt.checks.clear()
  prompt.checks.add(
    new Check(
      'select_account_prompt',
      'no account was chosen',
      'account_selection_required',
      ({ oidc: { prompts, result, session } }) => {
        const isChosen = result?.login !== undefined || result?.['select_account'] !== undefined
        // Where nobody is signed in there is nothing to choose from: the sign-in itself asks who it is.
        const isWanted = prompts.has('select_account') && session?.accountId !== undefined && !isChosen
        return isWanted ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT
      },
    ),
  )
  return prompt
}

/** A session below what the app asks for is raised (RFC 9470 §5), and one below an app's minimum does not serve it. */
function addLoginChecks(policy: interactionPolicy.DefaultPolicy, subjectFor: SubjectFor): void {
  const login = policy.get('login')
  if (login === undefined) throw new TypeError('the library has no prompt to sign in')
  login.checks.add(hintedAccountCheck(subjectFor))
  login.checks.add(
    new Check('acr_values', 'the level asked for was not reached', 'login_required', ({ oidc }) => {
      const wanted = oidc.params?.['acr_values']
      if (typeof wanted !== 'string' || oidc.session?.accountId === undefined) return Check.NO_NEED_TO_PROMPT
      // A wish, not a condition: without a person there, or after a sign-in that ended lower, it is let be.
      if (oidc.prompts.has('none') || oidc.result?.login !== undefined) return Check.NO_NEED_TO_PROMPT
      const isMet = wanted.split(' ').some((acr) => isSessionAt(oidc, acr))
      return isMet ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
    }),
  )
  login.checks.add(
    new Check(
      'minimum_acr',
      'the level that this app needs was not reached',
      'login_required',
      ({ oidc }) => {
        const least = oidc.client?.['minimum_acr']
        if (typeof least !== 'string' || oidc.session?.accountId === undefined) return Check.NO_NEED_TO_PROMPT
        return isSessionAt(oidc, least) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
      },
    ),
  )
  login.checks.add(
    new Check(
      'accepted_acrs',
      'none of the levels that this app accepts was reached',
      'login_required',
      ({ oidc }) => {
        const accepted: unknown = oidc.client?.['accepted_acrs']
        if (!Array.isArray(accepted) || oidc.session?.accountId === undefined) return Check.NO_NEED_TO_PROMPT
        const isMet = accepted.some((acr) => typeof acr === 'string' && isSessionAt(oidc, acr))
        return isMet ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT
      },
    ),
  )
}

function isSessionAt({ session }: KoaContextWithOIDC['oidc'], acr: string): boolean {
  return meets(factorsOf({ acr: session?.acr, amr: session?.amr ?? [] }), acr)
}
