/** What an app may learn: shown with its name and host, allowed or denied by the person (security check 23). */
import type { Context } from 'koa'
import type Provider from 'oidc-provider'
import { z } from 'zod'
import { Fault } from '../errors.ts'
import type { Journey } from './journey.ts'

const scopeSentences: Readonly<Record<string, string>> = {
  openid: 'know that it is you, by an identifier',
  profile: 'see your name, and when your account was last changed',
  email: 'see your e-mail address',
  offline_access: 'stay signed in when you are away, until you sign out or revoke it',
}

const missing = z.object({
  missingOIDCScope: z.array(z.string()).default([]),
  missingOIDCClaims: z.array(z.string()).default([]),
  missingResourceScopes: z.record(z.string(), z.array(z.string())).default({}),
})

export interface ScopeView {
  readonly name: string
  readonly text: string
}

/** What a scope opens, as a sentence that follows “It will be able to”. */
export function describeScope(name: string, resourceSentences: Readonly<Record<string, string>>): string {
  return { ...resourceSentences, ...scopeSentences }[name] ?? `use “${name}”`
}

/** Everything the request asks for that was not allowed before, as sentences that follow “It will be able to”. */
export function describeRequest(
  journey: Journey,
  resourceSentences: Readonly<Record<string, string>>,
): ScopeView[] {
  const asked = missing.parse(journey.details)
  const claims = asked.missingOIDCClaims.map((name) => ({
    name,
    text: `see your ${name.replaceAll('_', ' ')}`,
  }))
  const scopes = [...asked.missingOIDCScope, ...Object.values(asked.missingResourceScopes).flat()]
  return [...scopes.map((name) => ({ name, text: describeScope(name, resourceSentences) })), ...claims]
}

/** Records the grant. @returns where the browser goes next. */
export async function allow(provider: Provider, ctx: Context, journey: Journey): Promise<string> {
  if (journey.prompt !== 'consent' || journey.signedInAs === undefined) throw new Fault('interaction_expired')
  const asked = missing.parse(journey.details)
  const found = journey.grantId === undefined ? undefined : await provider.Grant.find(journey.grantId)
  const grant = found ?? new provider.Grant({ accountId: journey.signedInAs, clientId: journey.clientId })
  if (asked.missingOIDCScope.length > 0) grant.addOIDCScope(asked.missingOIDCScope.join(' '))
  if (asked.missingOIDCClaims.length > 0) grant.addOIDCClaims(asked.missingOIDCClaims)
  for (const [resource, scopes] of Object.entries(asked.missingResourceScopes)) {
    grant.addResourceScope(resource, scopes.join(' '))
  }
  const grantId = await grant.save()
  return provider.interactionResult(
    ctx.req,
    ctx.res,
    { consent: { grantId } },
    { mergeWithLastSubmission: true },
  )
}
