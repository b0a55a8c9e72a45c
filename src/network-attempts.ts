/** Tries of one network are counted together, whatever account they are for. */
import { networkOf } from './http/address-limit.ts'
import type { Attempts } from './store/attempts.ts'

export function countedByNetwork(attempts: Attempts): Attempts {
  return {
    ...attempts,
    begin: (origin, admit) => attempts.begin({ ...origin, network: networkOf(origin.address) }, admit),
  }
}
