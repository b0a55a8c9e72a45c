/** Apps that register themselves (RFC 7591) and look after their entry (RFC 7592): off unless the operator hands out a token. */
import { randomBytes, randomUUID } from 'node:crypto'
import { errors, type Configuration } from 'oidc-provider'
import { z } from 'zod'
import { shownWords } from './shown-words.ts'
import { address, areNative, endpoint } from './web-address.ts'

type Features = NonNullable<Configuration['features']>

export function createRegistration(initialAccessToken: string | undefined) {
  if (initialAccessToken === undefined) {
    return { registration: { enabled: false }, registrationManagement: { enabled: false } } satisfies Features
  }
  return {
    registration: {
      enabled: true,
      initialAccessToken,
      idFactory: () => `app-${randomUUID()}`,
      secretFactory: () => randomBytes(32).toString('base64url'),
    },
    registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
  } satisfies Features
}

const addresses = z.array(address).max(20)

/** What nobody has looked at is held to what the operator's own clients are, and gets no token for itself. */
const registered = z.looseObject({
  redirect_uris: addresses.optional(),
  post_logout_redirect_uris: addresses.optional(),
  backchannel_logout_uri: endpoint.optional(),
  jwks_uri: endpoint.optional(),
  client_name: shownWords.max(80).optional(),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code']))
    .optional(),
  minimum_acr: z.string().max(128).optional(),
  accepted_acrs: z.array(z.string().max(128)).min(1).max(20).optional(),
})

type Validator = NonNullable<NonNullable<Configuration['extraClientMetadata']>['validator']>

/** The library asks about each setting that it does not know, and shows the whole. */
export const checkRegistered: Validator = (ctx, ...[, , metadata]) => {
  // With a request alone: the file of clients has a schema of its own.
  if (!isRequest(ctx)) return
  const parsed = registered.safeParse({ ...metadata })
  const [issue] = parsed.error?.issues ?? []
  if (issue === undefined) {
    // Programs on a terminal say `web`, or nothing; what they are shows in their addresses, and the answer says so
    // (RFC 7591 §3.2.1 lets a server put another value). Nothing is opened by it: a native app is asked for each time.
    if (areNative(parsed.data?.redirect_uris ?? [])) metadata.application_type = 'native'
    return
  }
  const description = `${issue.path.join('.')} ${issue.message}`
  if (issue.path[0] === 'redirect_uris') throw new errors.InvalidRedirectUri(description)
  throw new errors.InvalidClientMetadata(description)
}

function isRequest(ctx: unknown): boolean {
  return ctx !== undefined
}
