/** Settings of sessions, retention and the events that leave the house; `config.ts` reads them with the rest. */
import { z } from 'zod'

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

export const controlSettings = {
  MIEN_SESSION_HOURS: whole(1, 720)
    .default(12)
    .describe(
      'How many hours a sign-in lasts, however much it is used. NIST SP 800-63B-4 asks for 24 at most at AAL2.',
    ),
  MIEN_SESSION_IDLE_MINUTES: whole(5, 43_200)
    .default(60)
    .describe(
      'After how many minutes without use a session ends. NIST SP 800-63B-4 asks for 60 at most at AAL2.',
    ),
}

export interface ControlConfig {
  readonly sessionLimits: { readonly absoluteSeconds: number; readonly idleSeconds: number }
}

type Settings = { readonly [Name in keyof typeof controlSettings]: z.infer<(typeof controlSettings)[Name]> }

export function toControlConfig(settings: Settings): ControlConfig {
  return {
    sessionLimits: {
      absoluteSeconds: settings.MIEN_SESSION_HOURS * 3600,
      idleSeconds: settings.MIEN_SESSION_IDLE_MINUTES * 60,
    },
  }
}
