/** Where each model of the provider lives: what ends within hours or with a session, in Redis where there is one; what is to outlive that, in the database. */

/** All else stays in the database: Grant, RefreshToken, Client, RegistrationAccessToken, InitialAccessToken, and what is new one day. */
export const shortLivedModels: readonly string[] = [
  'Session',
  'Interaction',
  'VisitTrace',
  'AuthorizationCode',
  'AccessToken',
  'ClientCredentials',
  'DeviceCode',
  'PushedAuthorizationRequest',
  'ReplayDetection',
  'BackchannelAuthenticationRequest',
  'PreAuthorizedCode',
]

export function isShortLived(model: string): boolean {
  return shortLivedModels.includes(model)
}
