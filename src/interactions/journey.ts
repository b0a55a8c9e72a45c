/** What one visit of the sign-in pages has learnt so far; kept by the provider beside its interaction, for as long as that lives. */
import type { Context } from 'koa'
import type Provider from 'oidc-provider'
import { errors } from 'oidc-provider'
import { z } from 'zod'
import {
  answerWith,
  assuranceOf,
  factorsOf,
  type AssuranceRequest,
  type FactorsUsed,
} from '../policy/assurance.ts'
import { pendingShape } from './registration.ts'

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>

const factorsUsed = z.object({
  face: z.boolean().optional(),
  password: z.boolean().optional(),
  passkey: z.enum(['hwk', 'swk']).optional(),
  otp: z.boolean().optional(),
  email: z.boolean().optional(),
  deviceKey: z.boolean().optional(),
  isUnlit: z.boolean().optional(),
})

const notes = z.object({
  /** The address that the person claims; nothing is known about it yet. */
  email: z.string().optional(),
  failures: z.int().nonnegative().default(0),
  lastFailure: z.enum(['face', 'password', 'passkey', 'otp', 'email']).optional(),
  lastFailureAt: z.number().optional(),
  /** Made in this very visit, by its owner, with a password: may enrol a face without being asked again. */
  registered: z.object({ subjectId: z.string(), at: z.number(), mayEnrol: z.boolean() }).optional(),
  /** What this subject has proved in this visit so far; more is asked for. */
  proved: z.object({ subjectId: z.string(), at: z.number(), used: factorsUsed }).optional(),
  /** An account that is not made yet: its address is to be confirmed first. */
  pending: pendingShape.optional(),
  /** A code was sent there, or would have been. */
  codeSentTo: z.string().optional(),
  /** The session that is there is being raised, not replaced. */
  isSteppingUp: z.boolean().optional(),
  /** The person wants to sign in as somebody else than the session’s. */
  isChanging: z.boolean().optional(),
})
export type Notes = z.infer<typeof notes>

export interface Journey {
  readonly uid: string
  readonly prompt: string
  readonly clientId: string
  readonly redirectUri: string | undefined
  readonly loginHint: string | undefined
  readonly signedInAs: string | undefined
  readonly grantId: string | undefined
  readonly details: Readonly<Record<string, unknown>>
  readonly params: Readonly<Record<string, unknown>>
  readonly request: AssuranceRequest
  /** A session that is good but for its level: only what is missing is asked for (RFC 9470 §5). */
  readonly stepUp: StepUp | undefined
  readonly notes: Notes
}

export interface StepUp {
  readonly subjectId: string
  readonly sessionUid: string
  readonly used: FactorsUsed
}

/** Captures and forgery tokens of this visit belong to it alone. */
export function bindingOf(journey: Pick<Journey, 'uid'>): string {
  return `interaction:${journey.uid}`
}

/** Address of a step of this visit. */
export function pathOf(journey: Pick<Journey, 'uid'>, step = ''): string {
  return `/interaction/${encodeURIComponent(journey.uid)}${step === '' ? '' : `/${step}`}`
}

/**
 * Finds the interaction of the address, which must be the one of the browser’s signed cookie.
 * @returns undefined where it is over, or another browser’s.
 */
export async function findJourney(
  provider: Provider,
  ctx: Context,
  uid: string,
): Promise<Journey | undefined> {
  const interaction = await findInteraction(provider, ctx)
  if (interaction?.uid !== uid) return undefined
  const { params, prompt, session, grantId } = interaction
  const clientId = textOf(params['client_id']) ?? ''
  const request = { ...readAssuranceRequest(params), ...(await levelsOf(provider, clientId)) }
  return {
    uid,
    prompt: prompt.name,
    clientId,
    redirectUri: textOf(params['redirect_uri']),
    loginHint: textOf(params['login_hint']),
    signedInAs: session?.accountId,
    grantId,
    details: prompt.details,
    params,
    request,
    stepUp: readStepUp(interaction),
    notes: readNotes(interaction.result),
  }
}

export async function saveNotes(
  provider: Provider,
  ctx: Context,
  change: { readonly journey: Journey; readonly notes: Partial<Notes> },
): Promise<void> {
  const merged = { ...change.journey.notes, ...change.notes }
  const result: Parameters<Provider['interactionResult']>[2] & { readonly mien: Notes } = { mien: merged }
  await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false })
}

export interface Login {
  readonly journey: Journey
  readonly subjectId: string
  readonly used: FactorsUsed
  readonly at: Date
}

/** No factor reaches what the request calls essential (OpenID Connect Core: Unmet Authentication Requirements 1.0 §2). */
export const unmet = {
  error: 'unmet_authentication_requirements',
  error_description: 'no requested acr can be reached',
} as const

/**
 * Ends the login step: tells the provider who signed in and by what. The session keeps what the sign-in has by itself;
 * what each app is told of it is worked out for each request.
 * @returns where the browser goes next.
 */
export function finishLogin(
  provider: Provider,
  ctx: Context,
  { journey, subjectId, used, at }: Login,
): Promise<string> {
  if (answerWith(used, journey.request) === undefined) return finishWithError(provider, ctx, unmet)
  const { acr, amr } = assuranceOf(used)
  const ts = Math.floor(at.getTime() / 1000)
  return provider.interactionResult(
    ctx.req,
    ctx.res,
    { login: { accountId: subjectId, acr, amr: [...amr], ts, remember: true } },
    { mergeWithLastSubmission: false },
  )
}

/** Ends the visit with an error of the protocol, which the app is told. */
export function finishWithError(
  provider: Provider,
  ctx: Context,
  error: { readonly error: string; readonly error_description: string },
): Promise<string> {
  return provider.interactionResult(ctx.req, ctx.res, error)
}

async function findInteraction(provider: Provider, ctx: Context): Promise<Interaction | undefined> {
  try {
    return await provider.interactionDetails(ctx.req, ctx.res)
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined
    throw error
  }
}

function readNotes(result: unknown): Notes {
  const parsed = z.object({ mien: notes }).safeParse(result)
  return parsed.success ? parsed.data.mien : { failures: 0 }
}

const levels = z.object({
  minimum_acr: z.string().optional(),
  accepted_acrs: z.array(z.string()).optional(),
})

/** What the app was registered with. */
async function levelsOf(
  provider: Provider,
  clientId: string,
): Promise<Pick<AssuranceRequest, 'minimumAcr' | 'acceptedAcrs'>> {
  const { minimum_acr: minimumAcr, accepted_acrs: acceptedAcrs } =
    levels.safeParse(await provider.Client.find(clientId)).data ?? {}
  return { minimumAcr, acceptedAcrs }
}

const levelReasons: ReadonlySet<string> = new Set([
  'essential_acr',
  'essential_acrs',
  'acr_values',
  'minimum_acr',
  'accepted_acrs',
])

/** Only where the level is all that is wrong with the session: its age, or whose it is, wants a sign-in from the start. */
function readStepUp({ prompt, session }: Interaction): StepUp | undefined {
  if (prompt.name !== 'login' || session === undefined) return undefined
  if (!prompt.reasons.every((reason) => levelReasons.has(reason))) return undefined
  const { accountId, uid, acr, amr } = session
  return { subjectId: accountId, sessionUid: uid, used: factorsOf({ acr, amr: amr ?? [] }) }
}

/** `claims` with an essential `acr` outranks `acr_values` (OpenID Connect Core §5.5.1.1). */
function readAssuranceRequest(params: Readonly<Record<string, unknown>>): AssuranceRequest {
  const essential = essentialAcrs(params['claims'])
  if (essential.length > 0) return { acrValues: essential, isEssential: true }
  return { acrValues: textOf(params['acr_values'])?.split(' ') ?? [], isEssential: false }
}

const acrClaim = z.object({
  id_token: z.object({
    acr: z.object({
      essential: z.literal(true),
      value: z.string().optional(),
      values: z.array(z.string()).optional(),
    }),
  }),
})

function essentialAcrs(claims: unknown): string[] {
  const parsed = acrClaim.safeParse(typeof claims === 'string' ? JSON.parse(claims) : claims)
  if (!parsed.success) return []
  const { value, values } = parsed.data.id_token.acr
  return values ?? (value === undefined ? [] : [value])
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
