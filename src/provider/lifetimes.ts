/** How long everything lives that the provider gives out. */
import type { Configuration, RefreshToken } from 'oidc-provider'

/** Seconds. */
export const lifetimes = {
  /** FAPI 2.0 Security Profile §5.3.2.2 asks for no more. */
  code: 60,
  accessToken: 600,
  idToken: 600,
  refreshToken: 14 * 86_400,
  interaction: 900,
  deviceCode: 600,
} as const

/** NIST SP 800-63B-4 §2.2.3: at AAL2 a day at most in all, an hour at most without use. */
export interface SessionLimits {
  /** Counted from the sign-in: using a session does not prolong it. */
  readonly absoluteSeconds: number
  /** Counted from the last use. */
  readonly idleSeconds: number
}

const standardSessionLimits: SessionLimits = { absoluteSeconds: 12 * 3600, idleSeconds: 3600 }

export function createTtl(
  clock: () => Date,
  limits: SessionLimits = standardSessionLimits,
): NonNullable<Configuration['ttl']> {
  return {
    AuthorizationCode: lifetimes.code,
    AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? lifetimes.accessToken,
    ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? lifetimes.accessToken,
    DeviceCode: lifetimes.deviceCode,
    IdToken: lifetimes.idToken,
    Interaction: lifetimes.interaction,
    // Outlives every token that hangs on it.
    Grant: lifetimes.refreshToken + limits.absoluteSeconds,
    RefreshToken: (ctx) => {
      // Rotation does not prolong: the family ends when its first token would have.
      const rotated: unknown = ctx.oidc.entities.RotatedRefreshToken
      return isRefreshToken(rotated) ? Math.max(1, rotated.remainingTTL) : lifetimes.refreshToken
    },
    Session: (_ctx, { loginTs }) => sessionSecondsLeft(loginTs, clock(), limits),
  }
}

/** Whichever end comes first; never less than 1, which the library asks for. */
export function sessionSecondsLeft(
  loginTs: number | undefined,
  now: Date,
  { absoluteSeconds, idleSeconds }: SessionLimits = standardSessionLimits,
): number {
  if (loginTs === undefined) return Math.min(absoluteSeconds, idleSeconds)
  const ageSeconds = Math.max(0, Math.floor(now.getTime() / 1000) - loginTs)
  const left = Math.min(absoluteSeconds - ageSeconds, idleSeconds)
  return left > 1 ? left : 1
}

function isRefreshToken(token: unknown): token is RefreshToken {
  return typeof token === 'object' && token !== null && 'remainingTTL' in token
}
