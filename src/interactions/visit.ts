/** Entering a page of a visit: whose it is, and what its forms may lead to. */
import type { Context } from 'koa'
import type { InteractionDependencies } from './dependencies.ts'
import { bindingOf, findJourney, type Journey } from './journey.ts'

export type Step = (dependencies: InteractionDependencies, ctx: Context, journey: Journey) => Promise<void>

/**
 * Loads the visit, and lets forms of its pages end in a redirect to the app (Chrome applies form-action to redirects).
 * @throws {Fault} saying why there is none, as far as this browser may know
 */
export async function enter(dependencies: InteractionDependencies, ctx: Context): Promise<Journey> {
  const uid = parameterOf(ctx, 'uid')
  const journey = await findJourney(dependencies.provider, ctx, uid)
  if (journey === undefined) throw await dependencies.explainLostVisit(ctx, uid)
  ctx.state['formActionOrigins'] = originsOf(journey.redirectUri)
  ctx.state['forgeryBinding'] = bindingOf(journey)
  return journey
}

function originsOf(redirectUri: string | undefined): string[] {
  if (redirectUri === undefined || !URL.canParse(redirectUri)) return []
  const { origin, protocol } = new URL(redirectUri)
  // A native app's own scheme has no origin; the scheme alone is what a source expression can name.
  return [origin === 'null' ? protocol : origin]
}

/** A named part of the address, as text; empty where the route has none. */
export function parameterOf(ctx: Context, name: string): string {
  const parameters: unknown = ctx['params']
  if (typeof parameters !== 'object' || parameters === null) return ''
  const value: unknown = Reflect.get(parameters, name)
  return typeof value === 'string' ? value : ''
}
