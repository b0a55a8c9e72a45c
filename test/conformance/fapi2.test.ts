import { type Banks, openBanks } from './fapi-bank.ts'
import { fapiClients } from './fapi-clients.ts'
import { fapiDpop } from './fapi-dpop.ts'
import { fapiFlow } from './fapi-flow.ts'
import { fapiRequests } from './fapi-requests.ts'
import { describePlan, type Modules } from './plan.ts'

const prefix = 'fapi2-security-profile-final-'

const named = (modules: Modules<Banks>): Modules<Banks> =>
  Object.fromEntries(Object.entries(modules).map(([name, what]) => [`${prefix}${name}`, what]))

// The variant: private_key_jwt, DPoP, OpenID Connect.
describePlan<Banks>('fapi2-security-profile-final-test-plan', {
  open: openBanks,
  modules: [fapiFlow, fapiDpop, fapiRequests, fapiClients].map(named),
})
