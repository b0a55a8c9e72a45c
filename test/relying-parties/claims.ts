/** What every app must have learnt of the person. */
import { assert } from 'chai'
import { email } from './street.ts'

/** @param claims as the app shows them */
export function assertFaceClaims(claims: unknown): void {
  assert.containSubset(claims, { email, acr: 'urn:mien:acr:face', amr: ['face'] })
  assert.isString(claimOf(claims, 'sub'))
  assert.isNotEmpty(claimOf(claims, 'sub'))
}

export function claimOf(claims: unknown, name: string): unknown {
  return typeof claims === 'object' && claims !== null
    ? Object.entries(claims).find(([key]) => key === name)?.[1]
    : undefined
}
