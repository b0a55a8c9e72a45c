/** The modules of each variant of the FAPI 2.0 plan, by their whole names. */
import type { Banks } from './fapi-bank.ts'
import { fapiCertificates } from './fapi-certificates.ts'
import { fapiClients } from './fapi-clients.ts'
import { fapiDpop } from './fapi-dpop.ts'
import { fapiFlow } from './fapi-flow.ts'
import { fapiPlain } from './fapi-plain.ts'
import { fapiRequests } from './fapi-requests.ts'
import type { Modules } from './plan.ts'
import { isOfOpenId, isOfSignedClients } from './plans.ts'

const named = (modules: Modules<Banks>, isLeftOut: (name: string) => boolean): Modules<Banks> =>
  Object.fromEntries(
    Object.entries(modules)
      .filter(([name]) => !isLeftOut(name))
      .map(([name, what]) => [`fapi2-security-profile-final-${name}`, what]),
  )

const signed: Modules<Banks> = { ...fapiFlow, ...fapiDpop, ...fapiRequests, ...fapiClients }
/** What is told otherwise with certificates stands last. */
const certified: Modules<Banks> = { ...fapiFlow, ...fapiRequests, ...fapiClients, ...fapiCertificates }

export const signedModules = named(signed, () => false)
export const certifiedModules = named(certified, isOfSignedClients)
export const plainSignedModules = named({ ...signed, ...fapiPlain }, isOfOpenId)
export const plainCertifiedModules = named(
  { ...certified, ...fapiPlain },
  (name) => isOfSignedClients(name) || isOfOpenId(name),
)
