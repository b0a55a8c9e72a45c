/** The OpenID Provider as the app wants it: its clients, keys and accounts found, its pages drawn by our views. */
import { randomBytes } from 'node:crypto'
import type { Context } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type Provider from 'oidc-provider'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { assurancePolicyOf } from './factor-records.ts'
import { allowFormAction } from './http/headers.ts'
import type { Render } from './http/render.ts'
import { supportedAcrs } from './policy/assurance.ts'
import { openClients } from './provider/clients.ts'
import type { ProviderPages, UserCodeProblem } from './provider/dependencies.ts'
import { checkClients, createProvider } from './provider/provider.ts'
import type { Secrets } from './provider/secrets.ts'
import { openSigningKeys } from './provider/signing-keys.ts'
import type { Store } from './store/open-store.ts'

export interface ProviderParts {
  readonly config: Config
  readonly log: Logger
  readonly clock: () => Date
  readonly secrets: Secrets
  readonly store: Store
  readonly render: Render
}

export interface ProviderHouse {
  readonly provider: Provider
  /** What the consent page says of the scopes of the operator’s APIs. */
  readonly scopeSentences: Readonly<Record<string, string>>
}

export async function openProvider(parts: ProviderParts): Promise<ProviderHouse> {
  const { config, log, store } = parts
  const clients = openClients({
    file: config.clientsFile,
    ...(config.demo ? { demoPort: config.demoPort } : {}),
  })
  for (const warning of clients.warnings) log.warn(warning)
  const provider = createProvider({
    issuer: config.issuer,
    trustProxy: config.trustProxy,
    acrValues: supportedAcrs(assurancePolicyOf(config)),
    clock: parts.clock,
    sessionLimits: config.sessionLimits,
    clients,
    keys: await openSigningKeys(config.dataDir),
    secrets: parts.secrets,
    recordsOf: (model) => store.oidc.recordsOf(model),
    accounts: {
      find: async (sub) => {
        const subject = await store.subjects.findById(sub)
        return subject === undefined ? undefined : { sub, ...subject }
      },
    },
    pages: createPages(parts),
    onServerError: (error) => log.error({ error }, 'the provider failed'),
  })
  await checkClients(provider, clients)
  provider.use(async (ctx, next) => {
    await next()
    if (isProtocol(ctx)) letFormsLeadToTheApp(ctx)
  })
  return { provider, scopeSentences: clients.scopeSentences }
}

function createPages({ render, log }: ProviderParts): ProviderPages {
  return {
    error: async (ctx, out) => {
      const reference = randomBytes(5).toString('hex')
      log.info(
        { reference, code: out.error, detail: out.error_description, path: ctx.path },
        'request refused',
      )
      await render(ctx, 'error', { message: sentenceFor(out.error), reference, backUrl: undefined })
    },
    confirmSignOut: (ctx, form) => render(ctx, 'logout-confirm', form),
    signedOut: (ctx) => render(ctx, 'logged-out', { homeUrl: '/' }),
    enterUserCode: (ctx, { problem, ...form }) =>
      render(ctx, 'device-code', {
        ...form,
        error: problem === undefined ? undefined : userCodeSentences[problem],
      }),
    confirmUserCode: (ctx, form) => render(ctx, 'device-confirm', form),
    deviceConnected: (ctx) => render(ctx, 'message', connected),
  }
}

const userCodeSentences: Readonly<Record<UserCodeProblem, string>> = {
  not_taken: 'This code is not right, or it is over. Check it, or let your device show a new one.',
  stopped: 'Nothing was connected. You can close this page.',
  failed: 'That took too long or went wrong. Type the code again.',
}

const connected = {
  heading: 'Your device is connected',
  text: 'Go back to it: it goes on by itself in a few seconds. You can close this page.',
  link: undefined,
}

/** What a person can do about an error of the protocol; its own words are for the app's makers, in the log. */
function sentenceFor(code: string): string {
  switch (code) {
    case 'invalid_client':
      return 'The app that sent you here is not known. Tell whoever runs it.'
    case 'invalid_redirect_uri':
      return 'The app that sent you here gave a wrong way back. Tell whoever runs it.'
    case 'server_error':
      return 'Something went wrong on our side. Go back to the app and try again.'
    default:
      return 'This request cannot be answered, or it has expired. Go back to the app and start again.'
  }
}

/** The library puts its own context on every request that one of its routes takes. */
function isProtocol(ctx: Context): ctx is KoaContextWithOIDC {
  return 'oidc' in ctx && typeof ctx['oidc'] === 'object'
}

/** Answers by form_post, and the end of a session, post forms that end at the app: Chrome asks the policy about that too. */
function letFormsLeadToTheApp(ctx: KoaContextWithOIDC): void {
  if (ctx.response.is('html') !== 'html') return
  const { redirect_uri: back, post_logout_redirect_uri: backAfterLogout } = ctx.oidc.params ?? {}
  const address = [back, backAfterLogout].find((each) => typeof each === 'string')
  if (typeof address === 'string' && URL.canParse(address)) allowFormAction(ctx, [new URL(address).origin])
}
