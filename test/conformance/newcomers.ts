/** Apps of the Dynamic plan: each registers itself, with a back room where it keeps what the provider calls for. */
import { assert } from 'chai'
import { freePort } from '../flows/house.ts'
import * as oauth from 'oauth4webapi'
import { openListener, type Listener } from './listener.ts'
import { openSuite } from './open-suite.ts'
import { insecure, signIn, type Extra, type Party, type SignInWish, type Suite } from './suite.ts'

const initialAccessToken = 'an-initial-access-token-of-the-operator'

export interface Registry extends Suite {
  readonly listener: Listener
  /** Where the back room of the apps answers. */
  readonly backRoom: string
}

export async function openRegistry(): Promise<Registry> {
  const suite = await openSuite({ settings: { MIEN_REGISTRATION_TOKEN: initialAccessToken } })
  const port = await freePort()
  const listener = await openListener(port)
  return {
    ...suite,
    listener,
    backRoom: `https://localhost:${port}`,
    close: async () => {
      await listener.close()
      await suite.close()
    },
  }
}

export type Metadata = Readonly<Record<string, oauth.JsonValue>>

/** The answer to a registration, as it came (OpenID Connect Registration §3.2). */
export function tryToRegister({ server, callback }: Registry, metadata: Metadata): Promise<Response> {
  const whole = { client_name: 'Newcomer', redirect_uris: [callback], ...metadata }
  return oauth.dynamicClientRegistrationRequest(server, whole, { ...insecure, initialAccessToken })
}

/** A new app that knows its secret. */
export async function register(registry: Registry, metadata: Metadata = {}): Promise<Party> {
  const response = await tryToRegister(registry, metadata)
  const client = await oauth.processDynamicClientRegistrationResponse(response)
  const secret = client['client_secret']
  for (const [name, value] of Object.entries(metadata)) assert.deepEqual(client[name], value, name)
  return { client, auth: typeof secret === 'string' ? oauth.ClientSecretBasic(secret) : oauth.None() }
}

/** What is wrong with these metadata, in the words of §3.3. */
export async function registrationError(registry: Registry, metadata: Metadata): Promise<string> {
  const response = await tryToRegister(registry, metadata)
  assert.equal(response.status, 400)
  const { error } = (await response.json()) as { error?: string }
  return error ?? 'none'
}

/** An app that does not say so gets no refresh tokens (OpenID Connect Registration §2). */
export const grants = { grant_types: ['authorization_code', 'refresh_token'] }

/** PKCE is asked of every app that registers itself; those of the foundation’s suite know none, so its own run of this plan would end here. */
export async function withPkce(
  extra: Extra = {},
): Promise<{ readonly extra: Extra; readonly verifier: string }> {
  const verifier = oauth.generateRandomCodeVerifier()
  const code_challenge = await oauth.calculatePKCECodeChallenge(verifier)
  return { extra: { code_challenge, code_challenge_method: 'S256', ...extra }, verifier }
}

export async function visit(
  registry: Registry,
  party: Party,
  { extra, ...rest }: SignInWish = {},
): ReturnType<typeof signIn> {
  return signIn(registry, party, { ...rest, ...(await withPkce(extra)) })
}
