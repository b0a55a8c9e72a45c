/** Which prompts there are, in which order, and when each is needed. */
import { interactionPolicy } from 'oidc-provider'

const { base, Check, Prompt } = interactionPolicy

/**
 * The library's own prompts, and before them `create` (OpenID Connect: Initiating User Registration §4).
 * A new account is answered with a login, so a login is what resolves it.
 */
export function createInteractionPolicy(): interactionPolicy.DefaultPolicy {
  const create = new Prompt({ name: 'create', requestable: true })
  create.checks.clear()
  create.checks.add(
    new Check('create_prompt', 'create prompt was not resolved', 'interaction_required', ({ oidc }) => {
      const isWanted = oidc.prompts.has('create') && oidc.result?.login === undefined
      return isWanted ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT
    }),
  )
  const policy = base()
  policy.add(create, 0)
  return policy
}
