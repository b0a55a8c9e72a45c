/** Signing in on one device for another that has no keyboard (RFC 8628): the pages of it, as the library asks for them. */
import type { Middleware } from 'koa'
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'
import type Provider from 'oidc-provider'
import type { ProviderPages, UserCodeProblem } from './dependencies.ts'
import { routes } from './routes.ts'

type DeviceFlow = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>

export function createDeviceFlow(pages: ProviderPages) {
  return {
    enabled: true,
    // Eight of twenty letters that are hard to mistake: 34 bits (RFC 8628 §6.1).
    charset: 'base-20',
    mask: '****-****',
    // Nothing about the device is asked for or kept: the code on its screen is what tells it.
    deviceInfo: () => ({}),
    userCodeInputSource: (ctx, _form, ...[, error]) =>
      pages.enterUserCode(ctx, { ...formOf(ctx), problem: problemOf(error) }),
    userCodeConfirmSource: (ctx, _form, ...[client, , userCode]) =>
      pages.confirmUserCode(ctx, {
        ...formOf(ctx),
        userCode,
        clientName: client.clientName ?? client.clientId,
      }),
    successSource: (ctx) => pages.deviceConnected(ctx),
  } satisfies DeviceFlow
}

function formOf(ctx: KoaContextWithOIDC): { readonly action: string; readonly xsrf: string } {
  const secret = ctx.oidc.session?.state?.['secret']
  if (typeof secret !== 'string') throw new TypeError('a device page without its secret')
  return { action: ctx.oidc.urlFor('code_verification'), xsrf: secret }
}

function problemOf(error: Error | undefined): UserCodeProblem | undefined {
  switch (error?.name) {
    case undefined:
      return undefined
    case 'AbortedError':
      return 'stopped'
    case 'NoCodeError':
    case 'NotFoundError':
    case 'ExpiredError':
    case 'AlreadyUsedError':
      return 'not_taken'
    default:
      return 'failed'
  }
}

/** A browser that was not shown the form has no session to keep the form's secret in, which the library takes for a fault of its own. */
export function beginDevicesAtTheirFirstPage(provider: Provider): Middleware {
  const first = routes.code_verification
  return async (ctx, next) => {
    const isLater = ctx.path.startsWith(`${first}/`) || (ctx.path === first && ctx.method === 'POST')
    // A new one has not been saved, so it does not say when it ends.
    if (isLater && !('exp' in (await provider.Session.get(ctx)))) {
      ctx.redirect(first)
      ctx.status = 303
      return
    }
    await next()
  }
}

/** How long a device waits between two questions, in seconds: what RFC 8628 §3.2 takes where nothing is said. */
const pollSeconds = 5

/** Said all the same: there is a client that otherwise waits for ever, having read −1 (SSSD 2.8). */
export const sayHowOftenToPoll: Middleware = async (ctx, next) => {
  await next()
  const body: unknown = ctx.body
  if (ctx.path !== routes.device_authorization || ctx.status !== 200) return
  if (typeof body === 'object' && body !== null && 'device_code' in body)
    ctx.body = { ...body, interval: pollSeconds }
}
