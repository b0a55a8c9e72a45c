/** The pages on which an account is made: the form, the confirmation of its address, and the offer to enrol a face. */
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import { advance } from './advance.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { trustDevice } from './device-sign-in.ts'
import { bindingOf, pathOf, saveNotes, type Journey } from './journey.ts'
import { common, go, readOwnForm } from './page-parts.ts'
import { finishRegistered, requireRegistered } from './password-finish.ts'
import {
  confirmRegistration,
  consentText,
  consentVersion,
  createAccount,
  mailRegistration,
  readRegistration,
  type NewAccount,
  type RegistrationForm,
} from './registration.ts'
import type { Step } from './visit.ts'

interface FormState {
  readonly journey: Journey
  readonly error?: string
  readonly errorField?: 'email' | 'password' | undefined
  readonly email?: string
}

export const showRegistration: Step = (dependencies, ctx, journey) =>
  renderRegistration(dependencies, ctx, { journey })

async function renderRegistration(
  dependencies: InteractionDependencies,
  ctx: Context,
  { journey, error, errorField, email }: FormState,
): Promise<void> {
  await dependencies.render(ctx, 'register', {
    ...(await common(dependencies, journey)),
    action: pathOf(journey, 'register'),
    signInUrl: pathOf(journey, 'sign-in'),
    abortAction: pathOf(journey, 'abort'),
    email: email ?? journey.loginHint,
    consentText,
    consentVersion,
    error,
    errorField,
  })
}

export const takeRegistration: Step = async (dependencies, ctx, journey) => {
  const form = await readOwnForm(dependencies, ctx, journey)
  await dependencies.limits.takeRegistration(ctx.ip)
  try {
    const pending = await readRegistration(dependencies.registration, form)
    if (dependencies.registration.isConfirmedFirst) {
      await saveNotes(dependencies.provider, ctx, { journey, notes: { pending } })
      await sendCode(dependencies, ctx, { journey, email: pending.email })
      return go(ctx, pathOf(journey, 'confirm-address'))
    }
    const account = await createAccount(dependencies.registration, pending)
    await goOn(dependencies, ctx, { journey, form, account })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    ctx.status = error.status
    const kept = form['email'] === undefined ? {} : { email: form['email'] }
    const errorField = error.code.startsWith('password_') ? 'password' : 'email'
    await renderRegistration(dependencies, ctx, { journey, error: error.publicMessage, errorField, ...kept })
  }
}

async function sendCode(
  { limits, registration }: InteractionDependencies,
  ctx: Context,
  { journey, email }: { readonly journey: Journey; readonly email: string },
): Promise<void> {
  await limits.takeMail(ctx.ip)
  await limits.takeMailbox(registration.digestIdentifier(email))
  await mailRegistration(registration, { email, visit: bindingOf(journey) })
}

interface Made {
  readonly journey: Journey
  readonly form: RegistrationForm
  readonly account: NewAccount
}

async function goOn(
  dependencies: InteractionDependencies,
  ctx: Context,
  { journey, form, account }: Made,
): Promise<void> {
  const { subjectId, email, mayEnrol } = account
  await trustDevice(dependencies.devices, form, subjectId)
  const registered = { subjectId, at: dependencies.clock().getTime(), mayEnrol }
  const notes = { email, registered, pending: undefined }
  await saveNotes(dependencies.provider, ctx, { journey, notes })
  if (mayEnrol) return go(ctx, pathOf(journey, 'enrol'))
  const made = { ...journey, notes: { ...journey.notes, ...notes } }
  go(ctx, await advance(dependencies, ctx, { journey: made, subjectId, used: { password: true } }))
}

export const showConfirmation: Step = (dependencies, ctx, journey) =>
  renderConfirmation(dependencies, ctx, { journey })

async function renderConfirmation(
  dependencies: InteractionDependencies,
  ctx: Context,
  { journey, error }: Pick<FormState, 'journey' | 'error'>,
): Promise<void> {
  const { pending } = journey.notes
  if (pending === undefined) return go(ctx, pathOf(journey, 'register'))
  await dependencies.render(ctx, 'confirm-address', {
    ...(await common(dependencies, journey)),
    email: pending.email,
    action: pathOf(journey, 'confirm-address'),
    againAction: pathOf(journey, 'confirm-address/again'),
    changeUrl: pathOf(journey, 'register'),
    abortAction: pathOf(journey, 'abort'),
    error,
  })
}

export const sendConfirmationAgain: Step = async (dependencies, ctx, journey) => {
  await readOwnForm(dependencies, ctx, journey)
  const { pending } = journey.notes
  if (pending !== undefined) await sendCode(dependencies, ctx, { journey, email: pending.email })
  go(ctx, pathOf(journey, 'confirm-address'))
}

export const confirmAddress: Step = async (dependencies, ctx, journey) => {
  const form = await readOwnForm(dependencies, ctx, journey)
  const { pending } = journey.notes
  if (pending === undefined) return go(ctx, pathOf(journey, 'register'))
  await dependencies.limits.takePassword(ctx.ip)
  const visit = bindingOf(journey)
  const account = await confirmRegistration(dependencies.registration, { pending, visit, code: form['code'] })
  if (account !== undefined) return goOn(dependencies, ctx, { journey, form, account })
  const fault = new Fault('mail_code_refused')
  ctx.status = fault.status
  return renderConfirmation(dependencies, ctx, { journey, error: fault.publicMessage })
}

export const showEnrolment: Step = async (dependencies, ctx, journey) => {
  if (journey.notes.registered?.mayEnrol !== true) return go(ctx, pathOf(journey))
  requireRegistered(journey, dependencies.clock())
  ctx.state['allowCamera'] = true
  await dependencies.render(ctx, 'enrol', {
    ...(await common(dependencies, journey)),
    captureUrl: pathOf(journey, 'enrolment'),
    laterAction: pathOf(journey, 'enrol/later'),
    canSkipEnrolment: true,
  })
}

export const enrolLater: Step = async (dependencies, ctx, journey) => {
  await readOwnForm(dependencies, ctx, journey)
  go(ctx, await finishRegistered(dependencies, ctx, journey))
}
