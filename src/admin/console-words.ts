/** What things are called in the console. */
import type { Tone } from '../http/admin-lines.ts'
import { acrs } from '../policy/assurance.ts'
import { roles, type Role } from './authority.ts'
import type { ResettableFactor } from './subject-services.ts'

export const roleNames: Readonly<Record<Role, string>> = {
  owner: 'Owner',
  operator: 'Operator',
  auditor: 'Auditor',
}

export const roleMeanings: Readonly<Record<Role, string>> = {
  owner: 'Does everything, and says who else may come in here.',
  operator: 'Does everything but what concerns administrators.',
  auditor: 'Sees everything, changes nothing.',
}

export function roleChoices(chosen: Role) {
  return roles.map((value) => ({ value, text: roleNames[value], isChosen: value === chosen }))
}

export const factorNames: Readonly<Record<ResettableFactor, string>> = {
  face: 'Face',
  passkeys: 'Passkeys',
  authenticator_app: 'Authenticator app',
  recovery_codes: 'Recovery codes',
  trusted_devices: 'Trusted devices',
}

const acrNames: Readonly<Record<string, string>> = {
  [acrs.face]: 'Face',
  [acrs.faceDevice]: 'Face on a trusted device',
  [acrs.facePasskey]: 'Face and passkey',
  [acrs.password]: 'Password',
  [acrs.passwordOtp]: 'Password and one-time code',
  [acrs.passkey]: 'Passkey',
  [acrs.email]: 'Code by mail',
}

/** A name that is not ours is shown as it is; empty where there is none. */
export function nameAcr(acr: string | undefined): string {
  return acr === undefined ? '' : (acrNames[acr] ?? acr)
}

/** Every way to sign in, for a choice of the least. */
export const acrChoices: readonly { readonly value: string; readonly text: string }[] = Object.entries(
  acrNames,
).map(([value, text]) => ({ value, text }))

/** What is refused, or tells of somebody else at work, stands out. */
export function toneOf(type: string, outcome: string | undefined): Tone {
  if (outcome === 'refused') return 'bad'
  if (type === 'signed_in') return 'good'
  if (/_(refused|locked|disowned|lost|leaked)$/.test(type)) return 'bad'
  if (type.startsWith('admin_') && !/_(list|show|search|csv|report|in_force)$/.test(type)) return 'warn'
  return 'plain'
}

/** “first_sign_in” → “First sign in”, for what has no name here. */
export function humanise(word: string): string {
  const text = word.replaceAll('_', ' ').trim()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const whole = new Intl.NumberFormat('en-GB')

export function countOf(count: number): string {
  return whole.format(count)
}

/** “3 mails”, “1 mail”. */
export function several(count: number, one: string, many = `${one}s`): string {
  return `${countOf(count)} ${count === 1 ? one : many}`
}

/** A share as people read it: “1.3 %”, “0.0007 %”; zero stays zero. */
export function percentOf(share: number): string {
  if (!(share > 0)) return '0 %'
  const percent = share * 100
  const digits = percent >= 1 ? 1 : Math.min(8, 1 - Math.floor(Math.log10(percent)))
  return `${Number(percent.toFixed(digits))} %`
}

/** “2 hours”, rounded down. */
export function ageOf(from: Date, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - from.getTime()) / 60_000))
  if (minutes < 1) return 'less than a minute'
  if (minutes < 60) return several(minutes, 'minute')
  if (minutes < 48 * 60) return several(Math.floor(minutes / 60), 'hour')
  return several(Math.floor(minutes / (24 * 60)), 'day')
}
