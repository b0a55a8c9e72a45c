/** What may be asked for at the API of administration: scopes, each with the words that the consent page has for it. Pure. */

export const areas = [
  'subjects',
  'sessions',
  'clients',
  'resources',
  'keys',
  'audit',
  'calibration',
  'health',
  'outbox',
  'administrators',
] as const
export type Area = (typeof areas)[number]
export type Access = 'read' | 'write'
export type AdminScope = `admin:${Area}:${Access}`

/** After “It will be able to”. */
export const adminScopes = {
  'admin:subjects:read': 'look at every account of this provider',
  'admin:subjects:write': 'switch accounts off and on, reset their ways to sign in, and erase them',
  'admin:sessions:read': 'see who is signed in, and which apps have access',
  'admin:sessions:write': 'sign people out, and take access back',
  'admin:clients:read': 'look at the apps that are registered here',
  'admin:clients:write': 'register, change and remove apps, and make secrets for them',
  'admin:resources:read': 'see for which APIs tokens are made',
  'admin:resources:write': 'declare, change and remove APIs that tokens are made for',
  'admin:keys:read': 'see which keys sign',
  'admin:keys:write': 'change the keys that sign',
  'admin:audit:read': 'read what happened to every account',
  'admin:calibration:read': 'see how faces are judged',
  'admin:health:read': 'see how this provider is doing',
  'admin:outbox:read': 'see which mails are waiting',
  'admin:outbox:write': 'send waiting mails at once, or drop them',
  'admin:administrators:read': 'see who administers this provider',
  'admin:administrators:write': 'choose who administers this provider',
} as const satisfies Partial<Record<AdminScope, string>>

export const adminScopeNames: readonly string[] = Object.keys(adminScopes)
