/** How many tries one address has. */
import { createAddressLimit } from './http/address-limit.ts'
import type { AddressLimits } from './interactions/dependencies.ts'
import type { OpenLimiter } from './store/limiters.ts'

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

export function createAddressLimits(settings: AddressLimitSettings, open: OpenLimiter): AddressLimits {
  const limit = (name: string, points: number, seconds: number) =>
    createAddressLimit(open({ name, points, seconds }))
  return {
    takeCapture: limit('capture', settings.capturesPerMinute, 60),
    takePassword: limit('password', settings.passwordsPerMinute, 60),
    takePasskey: limit('passkey', settings.passkeysPerMinute, 60),
    takeRegistration: limit('registration', settings.registrationsPerHour, 3600),
    takeMail: limit('mail', settings.mailsPerHour, 3600),
    takeMailbox: limit('mailbox', settings.mailsPerMailboxAndHour, 3600),
  }
}
