/** What every page of a visit does: reads its own form, names the app, and sends the browser on. */
import type { Context } from 'koa'
import { readForm } from '../http/request-guards.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { bindingOf, type Journey } from './journey.ts'

export async function readOwnForm(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<Readonly<Record<string, string | undefined>>> {
  const form = await readForm(ctx)
  dependencies.forgery.require(ctx, bindingOf(journey), form['csrf'])
  return form
}

export async function common(
  dependencies: InteractionDependencies,
  journey: Journey,
): Promise<{ readonly clientName: string; readonly csrf: string }> {
  const client = await dependencies.provider.Client.find(journey.clientId)
  return {
    clientName: client?.clientName ?? journey.clientId,
    csrf: dependencies.forgery.issue(bindingOf(journey)),
  }
}

/** 303, so that no browser sends a posted credential on (RFC 9700 §4.12). */
export function go(ctx: Context, location: string): void {
  ctx.status = 303
  ctx.redirect(location)
  ctx.status = 303
}
