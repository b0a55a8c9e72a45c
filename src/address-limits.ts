/** How many tries one address has, kept in the memory of this process. */
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { createAddressLimit } from './http/address-limit.ts'
import type { AddressLimits } from './interactions/dependencies.ts'

export interface AddressLimitSettings {
  readonly capturesPerMinute: number
  readonly passwordsPerMinute: number
  readonly passkeysPerMinute: number
  readonly registrationsPerHour: number
  readonly mailsPerHour: number
  readonly mailsPerMailboxAndHour: number
}

/** Generous enough for an office behind one address, tight enough that guessing across many accounts is slow. */
export const standardLimits: AddressLimitSettings = {
  capturesPerMinute: 60,
  passwordsPerMinute: 30,
  passkeysPerMinute: 30,
  registrationsPerHour: 60,
  mailsPerHour: 60,
  mailsPerMailboxAndHour: 6,
}

export function createAddressLimits(settings: AddressLimitSettings): AddressLimits {
  const limit = (points: number, duration: number) =>
    createAddressLimit(new RateLimiterMemory({ points, duration }))
  return {
    takeCapture: limit(settings.capturesPerMinute, 60),
    takePassword: limit(settings.passwordsPerMinute, 60),
    takePasskey: limit(settings.passkeysPerMinute, 60),
    takeRegistration: limit(settings.registrationsPerHour, 3600),
    takeMail: limit(settings.mailsPerHour, 3600),
    takeMailbox: limit(settings.mailsPerMailboxAndHour, 3600),
  }
}
