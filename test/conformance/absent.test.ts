import { describePlan, type Modules } from './plan.ts'
import { plans, type PlanName } from './plans.ts'

/** Plans of which nothing is here, each for one reason. */
const reasons: Partial<Record<PlanName, string>> = {
  'oidcc-frontchannel-rp-initiated-logout-certification-test-plan':
    'browsers keep cookies from frames of other sites, and the library has none of it; the back channel does it',
  'oidcc-session-management-certification-test-plan':
    'browsers keep cookies from frames of other sites, so that the frame would report nothing',
  'oidcc-3rdparty-init-login-certification-test-plan':
    'initiate_login_uri is for portals that start an app; nothing here starts one',
}

for (const [name, absent] of Object.entries(reasons)) {
  if (!isPlan(name)) throw new TypeError(`there is no plan ${name}`)
  const modules: Modules = Object.fromEntries(plans[name].map((module) => [module, { absent }]))
  describePlan(name, { modules: [modules] })
}

function isPlan(name: string): name is PlanName {
  return Object.hasOwn(plans, name)
}
