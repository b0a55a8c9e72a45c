/** The clients and APIs of the house, opened for one command beside the running server, which sees what is changed at its next request. */
import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import { openClientParts, type ClientParts } from '../client-parts.ts'
import type { Config } from '../config.ts'
import { adminResource } from '../provider/admin-resource.ts'
import { createClientCheck } from '../provider/client-check.ts'
import { metadataOf } from '../provider/client-metadata.ts'
import type { ClientEntry } from '../provider/client-schema.ts'
import type { Problem } from '../provider/managed-entries.ts'
import type { Author } from '../provider/client-operations.ts'
import { createClientRegistry, type ClientRegistry } from '../provider/client-registry.ts'
import { readClients } from '../provider/clients.ts'
import type { EntryFault } from '../provider/entry-fault.ts'
import type { Store } from '../store/open-store.ts'
import { withStore } from './house.ts'
import type { Terminal } from './terminal.ts'

export interface ClientHouse extends ClientParts {
  readonly store: Store
  readonly config: Config
  readonly author: Author
  readonly registry: ClientRegistry
  /** What the protocol library says of an entry that the schema finds good. */
  readonly checkEntry: (entry: ClientEntry) => Promise<readonly Problem[]>
}

/** @throws {ClientsError} where clients.yaml has a fault */
export function withClients<T>(use: (house: ClientHouse) => Promise<T>): Promise<T> {
  return withStore((store, config) => use(openClientHouse(store, config)))
}

function openClientHouse(store: Store, config: Config): ClientHouse {
  const { issuer, clientsFile, clientCertHeader: header, clientCertVerifiedHeader: verifiedHeader } = config
  const ownResources = [adminResource(issuer)]
  const registry = createClientRegistry({
    file: readClients({ file: clientsFile, ownResources }),
    ownResources,
    managed: store.managedClients,
    onFault: () => undefined,
  })
  const check = createClientCheck({
    issuer,
    registry,
    certificates: header === undefined ? undefined : { header, verifiedHeader },
  })
  const parts = openClientParts({ store, registry, clock: () => new Date(), check })
  return {
    ...parts,
    store,
    config,
    author: { name: operatorName() },
    registry,
    checkEntry: (entry) => check(metadataOf(entry, randomBytes(32).toString('base64url'))),
  }
}

/** Who calls the command, as the machine knows them. */
export function operatorName(): string {
  try {
    return `cli:${userInfo().username}`
  } catch {
    // A container may run as a number that has no name.
    return 'cli'
  }
}

/** @returns the exit code */
export function tellFault(
  { code, message, problems }: EntryFault,
  terminal: Terminal,
  json: boolean,
): number {
  if (json) terminal.print(JSON.stringify({ error: code, message, problems }, null, 2))
  else terminal.warn(`mien: ${message}`)
  return 1
}
