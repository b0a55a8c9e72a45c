/** An app that asks about one person is never answered about another (OpenID Connect Core §3.1.2.1, `id_token_hint`). */
import { errors, interactionPolicy, type Client, type KoaContextWithOIDC } from 'oidc-provider'

const { Check } = interactionPolicy

/** What an app calls the account. */
export type SubjectFor = (accountId: string, client: Client) => string

/**
 * The library compares before the first page alone, and takes whoever then signs in, or is chosen, for the one meant. A
 * session of another asks for a sign-in; a sign-in of another is an error (§3.1.2.2).
 */
export function hintedAccountCheck(subjectFor: SubjectFor): interactionPolicy.Check {
  return new Check('hinted_account', 'another person is signed in', 'login_required', async ({ oidc }) => {
    const { client, session, params, result } = oidc
    const hint = params?.['id_token_hint']
    const accountId = session?.accountId
    if (typeof hint !== 'string' || client === undefined || accountId === undefined)
      return Check.NO_NEED_TO_PROMPT
    if (await isAbout(oidc, hint, subjectFor(accountId, client))) return Check.NO_NEED_TO_PROMPT
    if (result?.login === undefined) return Check.REQUEST_PROMPT
    throw new errors.LoginRequired('another person signed in')
  })
}

async function isAbout(
  { provider, client }: KoaContextWithOIDC['oidc'],
  hint: string,
  subject: string,
): Promise<boolean> {
  if (client === undefined) return false
  try {
    const { payload } = await provider.IdToken.validate(hint, client)
    return payload['sub'] === subject
  } catch {
    // It was good when the visit began; its key may have retired since.
    return false
  }
}
