import { basicClaims } from './basic-claims.ts'
import { basicClients } from './basic-clients.ts'
import { basicRequests } from './basic-requests.ts'
import { basicSessions } from './basic-sessions.ts'
import { basicTokens } from './basic-tokens.ts'
import { describePlan } from './plan.ts'
import { openSuite } from './open-suite.ts'

describePlan('oidcc-formpost-basic-certification-test-plan', {
  open: () => openSuite({ clients: basicClients, always: { response_mode: 'form_post' } }),
  modules: [basicTokens, basicClaims, basicRequests, basicSessions],
})
