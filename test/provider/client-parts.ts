/** What administrators do with clients, as a server beside the one under test has it: it shares the database and nothing else. */
import { openClientParts, type ClientParts } from '../../src/client-parts.ts'
import { createClientRegistry } from '../../src/provider/client-registry.ts'
import { openClients } from '../../src/provider/clients.ts'
import { EntryFault } from '../../src/provider/entry-fault.ts'
import { checkMetadata } from '../../src/provider/provider.ts'
import { callback, type TestProvider } from './fixtures.ts'

export const author = { name: 'ada', address: '192.0.2.7' }
export const api = 'https://api.example/'
export const shop = { client_id: 'shop', name: 'Shop', type: 'public', redirect_uris: [callback] }
export const robot = {
  client_id: 'robot',
  name: 'Robot',
  type: 'confidential',
  grants: ['client_credentials'],
  resources: [api],
}

export function openParts({ store, clientsFile, clock, provider }: TestProvider): ClientParts {
  const registry = createClientRegistry({
    file: openClients({ file: clientsFile }),
    managed: store.managedClients,
    onFault: () => undefined,
  })
  const check = (metadata: Parameters<typeof checkMetadata>[1]) =>
    Promise.resolve(checkMetadata(provider, metadata))
  return openClientParts({ store, registry, clock, check })
}

/** The code that the work is refused with. */
export async function faultOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof EntryFault ? error.code : 'none'
}
