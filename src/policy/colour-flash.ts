/** Coloured light from the screen: who is asked for it, and whether the face answers it as no background does. Pure. */
import { acrs, type AssuranceRequest } from './assurance.ts'
import type { Light } from './challenge.ts'

/** `on` for every sign-in by face, or the `acr` values that are reached with it alone. */
export type FlashPolicy = 'off' | 'on' | readonly string[]

/** Whether the capture of this request shows coloured light: where it may end in an `acr` that wants it. */
export function asksForFlash(policy: FlashPolicy, { acrValues }: AssuranceRequest): boolean {
  const mayEndIn = acrValues.length > 0 ? acrValues : [acrs.faceDevice, acrs.face]
  return mayEndIn.some((acr) => needsFlash(policy, acr))
}

export function needsFlash(policy: FlashPolicy, acr: string): boolean {
  if (policy === 'off') return false
  return policy === 'on' || policy.includes(acr)
}

/** Channels as they are stored, 0…255. */
export interface Colour {
  readonly red: number
  readonly green: number
  readonly blue: number
}

/** Pale enough to be gentle, different enough to be told apart in what a face throws back. */
export const lights = {
  rose: { red: 255, green: 150, blue: 140 },
  green: { red: 150, green: 240, blue: 160 },
  blue: { red: 150, green: 180, blue: 255 },
  white: { red: 255, green: 255, blue: 255 },
} as const satisfies Readonly<Record<Light, Colour>>

/** What one light of the sequence did to the frames that counted under it. */
export interface FlashEvidence {
  readonly light: Light
  readonly face: Colour
  readonly backdrop: Colour
}

/** Chosen on pictures tinted by a program (`test/flows/colour-flash.test.ts`), not on people before screens. */
const flashLimits = {
  /** Share of the light’s own change of colour that the face shows beyond the background. */
  leastGain: 0.03,
  /** Between the lights and what the face showed beyond the background, over all channels. */
  leastCorrelation: 0.7,
} as const

export type FlashVerdict =
  { readonly outcome: 'not_asked' } | { readonly outcome: 'answered' } | { readonly outcome: 'unanswered' }

/**
 * A screen lights the face before it and hardly the wall behind. Held against the background, a camera’s own exposure
 * and white balance fall out, for they change both alike; so does a tint that a program lays over whole frames.
 */
export function judgeFlash(steps: readonly FlashEvidence[]): FlashVerdict {
  if (steps.length === 0) return { outcome: 'not_asked' }
  const shown = centred(steps.map(({ light }) => balanceOf(lights[light])))
  const seen = centred(steps.map(({ face, backdrop }) => differ(balanceOf(face), balanceOf(backdrop))))
  const shared = product(seen, shown)
  const gain = shared / product(shown, shown)
  const correlation = shared / Math.sqrt(product(seen, seen) * product(shown, shown))
  // Written so that a NaN, of frames without a colour or lights without a change, refuses.
  const isAnswer = gain >= flashLimits.leastGain && correlation >= flashLimits.leastCorrelation
  return { outcome: isAnswer ? 'answered' : 'unanswered' }
}

type Channels = readonly [number, number, number]

/** How a colour leans, whatever its brightness: logarithms of the channels around their mean. */
function balanceOf({ red, green, blue }: Colour): Channels {
  const [r, g, b] = [Math.log(red + darkest), Math.log(green + darkest), Math.log(blue + darkest)]
  const mean = (r + g + b) / 3
  return [r - mean, g - mean, b - mean]
}

/** Added to each channel: near black, noise would look like colour. */
const darkest = 4

function differ(one: Channels, other: Channels): Channels {
  return [one[0] - other[0], one[1] - other[1], one[2] - other[2]]
}

/** Each channel around its mean over the steps: skin and wall have colours of their own. */
function centred(steps: readonly Channels[]): readonly number[] {
  const mean = (channel: 0 | 1 | 2) => steps.reduce((sum, each) => sum + each[channel], 0) / steps.length
  const means: Channels = [mean(0), mean(1), mean(2)]
  return steps.flatMap((each) => differ(each, means))
}

function product(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + value * (other[at] ?? NaN), 0)
}
