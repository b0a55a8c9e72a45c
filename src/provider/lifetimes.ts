/** How long everything lives that the provider gives out. */
import type { Configuration, RefreshToken } from 'oidc-provider'

/** Seconds. The session's is absolute: signing in starts it, using it does not prolong it. */
export const lifetimes = {
  /** FAPI 2.0 Security Profile §5.3.2.2 asks for no more. */
  code: 60,
  accessToken: 600,
  idToken: 600,
  refreshToken: 14 * 86_400,
  session: 12 * 3600,
  interaction: 900,
  deviceCode: 600,
} as const

export function createTtl(clock: () => Date): NonNullable<Configuration['ttl']> {
  return {
    AuthorizationCode: lifetimes.code,
    AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? lifetimes.accessToken,
    ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? lifetimes.accessToken,
    DeviceCode: lifetimes.deviceCode,
    IdToken: lifetimes.idToken,
    Interaction: lifetimes.interaction,
    // Outlives every token that hangs on it.
    Grant: lifetimes.refreshToken + lifetimes.session,
    RefreshToken: (ctx) => {
      // Rotation does not prolong: the family ends when its first token would have.
      const rotated: unknown = ctx.oidc.entities.RotatedRefreshToken
      return isRefreshToken(rotated) ? Math.max(1, rotated.remainingTTL) : lifetimes.refreshToken
    },
    Session: (_ctx, { loginTs }) => sessionSecondsLeft(loginTs, clock()),
  }
}

/** Counted from the login, so that a busy session ends too; never less than 1, which the library asks for. */
export function sessionSecondsLeft(loginTs: number | undefined, now: Date): number {
  if (loginTs === undefined) return lifetimes.session
  const ageSeconds = Math.max(0, Math.floor(now.getTime() / 1000) - loginTs)
  return Math.max(1, lifetimes.session - ageSeconds)
}

function isRefreshToken(token: unknown): token is RefreshToken {
  return typeof token === 'object' && token !== null && 'remainingTTL' in token
}
