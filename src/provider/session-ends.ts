/** Ending sessions and access from outside of them: by their owner on another browser, or by the operator. */
import type Provider from 'oidc-provider'

type Session = InstanceType<Provider['Session']>

/** An app that had a part in a session that ended. */
export interface LoggedOut {
  readonly subjectId: string
  readonly clientId: string
  readonly sid: string | undefined
}

export interface SessionEndDependencies {
  readonly provider: Provider
  /** Tells the apps; must not be waited for. */
  readonly notifyLoggedOut: (apps: readonly LoggedOut[]) => void
}

/**
 * Ends the session with this uid, wherever it is open, with everything that it gave access to.
 * @returns whether there was one
 */
export async function endSessionByUid(
  { provider, notifyLoggedOut }: SessionEndDependencies,
  uid: string,
): Promise<boolean> {
  const session = await provider.Session.findByUid(uid)
  if (session === undefined) return false
  const apps = appsOf(session)
  for (const grantId of grantIdsOf(session)) await revokeGrant(provider, grantId)
  await session.destroy()
  notifyLoggedOut(apps)
  return true
}

export function grantIdsOf({ authorizations = {} }: Pick<Session, 'authorizations'>): string[] {
  return Object.values(authorizations).flatMap(({ grantId }) => grantId ?? [])
}

export function appsOf({ accountId, authorizations = {} }: Session): LoggedOut[] {
  if (accountId === undefined) return []
  return Object.entries(authorizations).map(([clientId, { sid }]) => ({
    subjectId: accountId,
    clientId,
    sid,
  }))
}

/** Whatever was given out under it is worth nothing from now on, refresh tokens too. */
export async function revokeGrant(provider: Provider, grantId: string): Promise<void> {
  const { AccessToken, RefreshToken, AuthorizationCode, DeviceCode, Grant } = provider
  await Promise.all(
    [AccessToken, RefreshToken, AuthorizationCode, DeviceCode].map((each) => each.revokeByGrantId(grantId)),
  )
  const grant = await Grant.find(grantId)
  await grant?.destroy()
}

/**
 * OpenID Connect Back-Channel Logout §2.5: each app that has an address for it is told, at its own pace.
 * An app that cannot be reached is reported, and keeps its session until its tokens end.
 */
export function createLogoutNotifier(
  provider: Provider,
  onFailure: (clientId: string, error: unknown) => void,
): SessionEndDependencies['notifyLoggedOut'] {
  const notify = async ({ subjectId, clientId, sid }: LoggedOut): Promise<void> => {
    try {
      const client = await provider.Client.find(clientId)
      if (canBeTold(client)) await client.backchannelLogout(subjectId, sid)
    } catch (error) {
      onFailure(clientId, error)
    }
  }
  return (apps) => {
    for (const app of apps) void notify(app)
  }
}

interface Listener {
  backchannelLogout(sub: string, sid: string | undefined): Promise<void>
}

/** The library's own way of telling, which its types leave out. */
function canBeTold(client: object | undefined): client is Listener {
  if (client === undefined || !('backchannelLogoutUri' in client)) return false
  return typeof client.backchannelLogoutUri === 'string' && 'backchannelLogout' in client
}
