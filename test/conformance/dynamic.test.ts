import { dynamicAnswers } from './dynamic-answers.ts'
import { dynamicKeys } from './dynamic-keys.ts'
import { dynamicRedirects } from './dynamic-redirects.ts'
import { openRegistry } from './newcomers.ts'
import { describePlan } from './plan.ts'

describePlan('oidcc-dynamic-certification-test-plan', {
  open: openRegistry,
  // The keys last: there hours pass.
  modules: [dynamicAnswers, dynamicRedirects, dynamicKeys],
})
