/** The steps of a visit that ask for a code: of the authenticator app, or a recovery code in its place. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import { advance, knownSubject, refuse, waysOn } from './advance.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { trustDevice } from './device-sign-in.ts'
import { pathOf, type Journey } from './journey.ts'
import { common, go, readOwnForm } from './page-parts.ts'
import { enter } from './visit.ts'

const steps = { otp: 'code_refused', 'recovery-code': 'recovery_code_refused' } as const
type CodeStep = keyof typeof steps

export function otpRoutes(router: Router, dependencies: InteractionDependencies): void {
  for (const step of ['otp', 'recovery-code'] as const) {
    router.get(`/${step}`, async (ctx) => {
      await withVisit(dependencies, ctx, (visit) => show(dependencies, ctx, { ...visit, step }))
    })
    router.post(`/${step}`, async (ctx) => {
      await withVisit(dependencies, ctx, (visit) => check(dependencies, ctx, { ...visit, step }))
    })
  }
}

interface CodeVisit {
  readonly journey: Journey
  readonly subjectId: string
  /** Another second factor would do as well. */
  readonly hasChoice: boolean
}

interface AtStep extends CodeVisit {
  readonly step: CodeStep
}

/** Only after a first factor, and only where a code is what is missing: nobody learns here who has an app. */
async function withVisit(
  dependencies: InteractionDependencies,
  ctx: Context,
  goOn: (visit: CodeVisit) => Promise<void>,
): Promise<void> {
  const journey = await enter(dependencies, ctx)
  const subjectId = knownSubject(journey, dependencies.clock())
  const ways = await waysOn(dependencies, journey)
  if (subjectId === undefined || !ways.includes('otp')) return go(ctx, pathOf(journey))
  return goOn({ journey, subjectId, hasChoice: ways.length > 1 })
}

async function show(
  dependencies: InteractionDependencies,
  ctx: Context,
  { journey, hasChoice, step, error }: AtStep & { readonly error?: string },
): Promise<void> {
  const locals = {
    ...(await common(dependencies, journey)),
    action: pathOf(journey, step),
    abortAction: pathOf(journey, 'abort'),
    otherUrl: hasChoice ? pathOf(journey, 'second') : undefined,
    error,
  }
  if (step === 'recovery-code') {
    await dependencies.render(ctx, step, { ...locals, otpUrl: pathOf(journey, 'otp') })
    return
  }
  const recoveryUrl = pathOf(journey, 'recovery-code')
  await dependencies.render(ctx, step, { ...locals, recoveryUrl, mayTrustDevice: mayTrust(journey) })
}

async function check(dependencies: InteractionDependencies, ctx: Context, at: AtStep): Promise<void> {
  const { journey, subjectId, step } = at
  const form = await readOwnForm(dependencies, ctx, journey)
  await dependencies.limits.takePassword(ctx.ip)
  const browserDigest = await dependencies.findKnownBrowser(ctx, journey.notes.email ?? '')
  const origin = { clientId: journey.clientId, address: ctx.ip, browserDigest }
  if (await dependencies.otp.verify(subjectId, form['code'] ?? '', origin)) {
    const isTrusted = mayTrust(journey) && (await trustDevice(dependencies.devices, form, subjectId))
    const used = { otp: true, deviceKey: isTrusted }
    return go(ctx, await advance(dependencies, ctx, { journey, subjectId, used }))
  }
  // One answer for a wrong code, a spent one and a try that came too early.
  const { status } = await refuse(dependencies, ctx, { journey, factor: 'otp' })
  ctx.status = status
  return show(dependencies, ctx, { ...at, error: new Fault(steps[step]).publicMessage })
}

/** Not offered again where this visit has a trusted key. */
function mayTrust({ notes }: Journey): boolean {
  return notes.proved?.used.deviceKey !== true
}
