import { openBanks } from './fapi-open.ts'
import { signedModules } from './fapi-modules.ts'
import { describePlan } from './plan.ts'

// The variant: private_key_jwt, DPoP, OpenID Connect.
describePlan('fapi2-security-profile-final-test-plan', {
  open: () => openBanks('openid_connect'),
  modules: [signedModules],
})
