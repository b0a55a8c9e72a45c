/** Signing out as an app asks for it: the person says yes, and ends here or at the app. */
import type { Page, Visitor } from '../flows/visitor.ts'
import { formsOf } from '../flows/visitor.ts'
import { ask, authorize, signIn, type Party, type Suite, type Tokens } from './suite.ts'

export interface Leaving {
  /** The last page. */
  readonly page: Page
  /** Where the app is told, if it is. */
  readonly target?: URL
}

export async function signedInToLeave(
  suite: Suite,
  party: Party,
): Promise<{ readonly visitor: Visitor; readonly tokens: Tokens }> {
  return signIn(suite, party)
}

/** RP-Initiated Logout §2: the provider asks, the person says yes. */
export async function leave(
  { house, server }: Suite,
  visitor: Visitor,
  parameters: Readonly<Record<string, string>>,
): Promise<Leaving> {
  const url = new URL(server.end_session_endpoint ?? '')
  url.search = new URLSearchParams(parameters).toString()
  let page = await visitor.open(url)
  const isAsked = formsOf(page.text).some(({ action }) => action.endsWith('/logout/confirm'))
  if (isAsked) page = await visitor.submit(page, '/logout/confirm', { logout: 'yes' })
  return page.url.origin === house.rpOrigin ? { page, target: page.url } : { page }
}

export async function stillSignedIn(suite: Suite, party: Party, visitor: Visitor): Promise<boolean> {
  const answer = await authorize(suite, visitor, ask(suite, party, { prompt: 'none' }))
  return answer.parameters?.has('code') === true
}
