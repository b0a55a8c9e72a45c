/** An app that asks about one person is never answered about another (OpenID Connect Core §3.1.2.1, `id_token_hint`). */
import { errors, interactionPolicy, type Client, type KoaContextWithOIDC } from 'oidc-provider'

const { Check } = interactionPolicy

/** What an app calls the account. */
export type SubjectFor = (accountId: string, client: Client) => string

/**
 * The library compares before anybody signs in, and asks for a sign-in where it is another's session; whoever then signs in,
 * it takes for the one meant. §3.1.2.2 wants an error there.
 */
export function hintedAccountCheck(subjectFor: SubjectFor): interactionPolicy.Check {
  return new Check('hinted_account', 'another person signed in', 'login_required', async ({ oidc }) => {
    const { client, session, params, result } = oidc
    const hint = params?.['id_token_hint']
    const accountId = result?.login === undefined ? undefined : session?.accountId
    if (typeof hint !== 'string' || client === undefined || accountId === undefined)
      return Check.NO_NEED_TO_PROMPT
    if (await isAbout(oidc, hint, subjectFor(accountId, client))) return Check.NO_NEED_TO_PROMPT
    throw new errors.LoginRequired('another person signed in')
  })
}

async function isAbout(
  { provider, client }: KoaContextWithOIDC['oidc'],
  hint: string,
  subject: string,
): Promise<boolean> {
  if (client === undefined) return false
  const { payload } = await provider.IdToken.validate(hint, client)
  return payload['sub'] === subject
}
