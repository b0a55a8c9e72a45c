/** What administrators do with clients and APIs, joined to the store and to the protocol library. */
import {
  createClientOperations,
  type ClientCheck,
  type ClientOperations,
} from './provider/client-operations.ts'
import type { ClientRegistry } from './provider/client-registry.ts'
import { createResourceOperations, type ResourceOperations } from './provider/resource-operations.ts'
import type { Store } from './store/open-store.ts'

export interface ClientPartsDependencies {
  readonly store: Pick<Store, 'managedClients' | 'clientRecords' | 'oidc' | 'audit'>
  readonly registry: ClientRegistry
  readonly clock: () => Date
  /** What the protocol library says of a client. */
  readonly check: ClientCheck
}

export interface ClientParts {
  readonly clientOperations: ClientOperations
  readonly resourceOperations: ResourceOperations
}

export function openClientParts({ store, registry, clock, check }: ClientPartsDependencies): ClientParts {
  const { managedClients: managed, clientRecords, oidc, audit } = store
  const { file, ownResources } = registry
  return {
    clientOperations: createClientOperations({
      file,
      managed,
      resources: () => registry.resources(),
      registered: {
        find: (id) => oidc.recordsOf('Client').find(id),
        list: (page) => clientRecords.listRegistered(page),
      },
      clock,
      check,
      endAccess: (clientId) => clientRecords.endAccess(clientId),
      removeRegistered: async (clientId, { name, address }) => {
        await oidc.recordsOf('Client').destroy(clientId)
        await audit.append({ type: 'client_deleted', clientId, address, detail: { by: name } })
      },
    }),
    resourceOperations: createResourceOperations({ file, ownResources, managed }),
  }
}
