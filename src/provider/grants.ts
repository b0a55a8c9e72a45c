/** What a person has allowed an app before. */
import type { KoaContextWithOIDC } from 'oidc-provider'
import { accountClientId } from './client-schema.ts'

/** The account page asks nobody for consent to itself; for every other client the grant is the one of its session. */
export async function loadGrant(ctx: KoaContextWithOIDC) {
  const { client, session, result, provider, account } = ctx.oidc
  if (client === undefined || session === undefined) return undefined
  const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId)
  const found = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  if (found !== undefined || client.clientId !== accountClientId || account === undefined) return found
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
  grant.addOIDCScope('openid')
  await grant.save()
  return grant
}
