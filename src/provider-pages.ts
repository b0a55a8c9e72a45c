/** The provider's pages, drawn by our views. */
import type { Context, Middleware } from 'koa'
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import type { Logger } from 'pino'
import { catalogue, type Fault, type FaultLink } from './errors.ts'
import { allowFormAction } from './http/headers.ts'
import type { Render } from './http/render.ts'
import type { ProviderPages, UserCodeProblem } from './provider/dependencies.ts'
import { homeOf, resumedIn } from './provider/visit-traces.ts'

export interface ProviderPagesDependencies {
  readonly render: Render
  readonly log: Logger
  /** Of the request in hand. */
  readonly reference: () => string
  readonly explainLostVisit: (ctx: Context, uid: string) => Promise<Fault>
}

export function createProviderPages(dependencies: ProviderPagesDependencies): ProviderPages {
  const { render, log } = dependencies
  return {
    error: async (ctx, out) => {
      const reference = dependencies.reference()
      const said = await explain(dependencies, ctx, out)
      const { error, error_description: detail } = out
      const { method, status } = ctx
      log.info(
        { reference, code: said.code ?? error, status, method, path: ctx.path, detail },
        'request refused',
      )
      await render(ctx, 'error', { message: said.message, reference, links: said.links })
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

interface Explanation {
  readonly code?: string
  readonly message: string
  readonly links: readonly FaultLink[]
}

/** The end of a visit is told as its pages would tell it; of anything else the app is the one to go back to. */
async function explain(
  { explainLostVisit }: ProviderPagesDependencies,
  ctx: KoaContextWithOIDC,
  { error }: ErrorOut,
): Promise<Explanation> {
  const uid = resumedIn(ctx)
  if (uid !== undefined && error === 'invalid_request') {
    const { code, publicMessage: message, links } = await explainLostVisit(ctx, uid)
    return { code, message, links }
  }
  const { client } = ctx.oidc
  const home = client === undefined ? undefined : homeOf(client)
  const name = client?.clientName ?? 'the app'
  return {
    message: sentenceFor(error),
    links: home === undefined ? [] : [{ url: home, text: `Go to ${name}` }],
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
    case 'temporarily_unavailable':
      return catalogue.storage_unavailable[1]
    case 'server_error':
      return 'Something went wrong on our side. Go back to the app and try again.'
    default:
      return 'This request cannot be answered, or it has expired. Go back to the app and start again.'
  }
}

/** For pages that the library writes itself. */
export const letFormsLeadToApps: Middleware = async (ctx, next) => {
  await next()
  if (isProtocol(ctx)) letFormsLeadToTheApp(ctx)
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
