import { certifiedModules } from './fapi-modules.ts'
import { openCertifiedBanks } from './fapi-open.ts'
import { describePlan } from './plan.ts'

// The variant: mtls, mtls, OpenID Connect.
describePlan('fapi2-security-profile-final-test-plan[mtls]', {
  open: () => openCertifiedBanks('openid_connect'),
  modules: [certifiedModules],
})
