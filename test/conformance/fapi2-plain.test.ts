import { plainCertifiedModules, plainSignedModules } from './fapi-modules.ts'
import { openBanks, openCertifiedBanks } from './fapi-open.ts'
import { describePlan } from './plan.ts'

// The variant: private_key_jwt, DPoP, plain OAuth.
describePlan('fapi2-security-profile-final-test-plan[plain_oauth]', {
  open: () => openBanks('plain_oauth'),
  modules: [plainSignedModules],
})

// The variant: mtls, mtls, plain OAuth.
describePlan('fapi2-security-profile-final-test-plan[mtls][plain_oauth]', {
  open: () => openCertifiedBanks('plain_oauth'),
  modules: [plainCertifiedModules],
})
