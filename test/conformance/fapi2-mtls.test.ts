import { readFile } from 'node:fs/promises'
import { makeAuthority } from '../servers/certificates.ts'
import { openCertifiedBanks, type Banks } from './fapi-bank.ts'
import { fapiCertificates } from './fapi-certificates.ts'
import { fapiClients } from './fapi-clients.ts'
import { fapiFlow } from './fapi-flow.ts'
import { fapiRequests } from './fapi-requests.ts'
import { describePlan, type Modules } from './plan.ts'
import { isOfSignedClients } from './plans.ts'

const prefix = 'fapi2-security-profile-final-'

/** Of the modules that both variants have, these are told as they are; the rest otherwise. */
const shared: Modules<Banks> = { ...fapiFlow, ...fapiRequests, ...fapiClients, ...fapiCertificates }

const modules = Object.fromEntries(
  Object.entries(shared)
    .filter(([name]) => !isOfSignedClients(name))
    .map(([name, what]) => [`${prefix}${name}`, what]),
)

// The variant: mtls, mtls, OpenID Connect. plain_oauth differs in that there is no ID token, and is left out.
describePlan<Banks>('fapi2-security-profile-final-test-plan[mtls]', {
  open: async () => {
    const authority = await makeAuthority()
    if (authority === undefined) throw new Error('this machine has no OpenSSL')
    const pemOf = async (name: string) => ({
      name,
      pem: await readFile((await authority.worker(name, name)).certFile, 'utf8'),
    })
    const own = await pemOf('bank.example')
    const other = await pemOf('other-bank.example')
    await authority.remove()
    return openCertifiedBanks({ own, other, settings: { MIEN_TRUST_PROXY: 'loopback' } })
  },
  modules: [modules],
})
