/** Every client there is, wherever it is kept: the operator's file, what administrators made, and apps that registered themselves. */
import { randomBytes } from 'node:crypto'
import type { ClientMetadata } from 'oidc-provider'
import type { Records, RecordsOf } from './adapter.ts'
import { leastPolicy, metadataOf, policyOf, type ClientPolicy } from './client-metadata.ts'
import { sentencesOf, type Clients } from './clients.ts'
import { readClient, resourcesOf, type ManagedReader, type Problem } from './managed-entries.ts'
import type { ResourceEntry } from './resources.ts'

/** What the protocol asks of it. */
export interface ClientRegistry {
  /** The entries of `clients.yaml`, which win over all others. */
  readonly file: Clients
  /** APIs of the house itself. */
  readonly ownResources: readonly ResourceEntry[]
  /**
   * How to treat a client that the library has just found; strictly, where nobody but itself has registered it. Whatever the
   * library does for a client begins with finding it, which looks it up, so that this is never older than the request.
   */
  readonly policyFor: (clientId: string) => ClientPolicy
  /** Whether the operator or an administrator listed it; if not, it registered itself. */
  readonly isVetted: (clientId: string) => Promise<boolean>
  /** Of every API, the words for the consent page, by the name of the scope. */
  readonly scopeSentences: () => Promise<Readonly<Record<string, string>>>
  /** The APIs that a managed client may name. */
  readonly resources: () => Promise<readonly ResourceEntry[]>
  /** Where the library looks for clients that are not in the file. */
  readonly recordsOf: (recordsOf: RecordsOf) => Records
}

export interface RegistryDependencies {
  readonly file: Clients
  readonly managed: ManagedReader
  /** APIs of the house itself. */
  readonly ownResources?: readonly ResourceEntry[] | undefined
  /** A managed entry that cannot be used, whoever wrote it there; it is treated as if it were not. */
  readonly onFault: (clientId: string, problems: readonly Problem[]) => void
  /** An app that registered itself took its entry back. */
  readonly onWithdrawn?: ((clientId: string) => Promise<void>) | undefined
}

export function createClientRegistry(dependencies: RegistryDependencies): ClientRegistry {
  const { file, managed, ownResources = [] } = dependencies
  const policies = new Map<string, ClientPolicy>()
  const noSecret = randomBytes(32).toString('base64url')
  const resources = async (): Promise<readonly ResourceEntry[]> =>
    joined([...ownResources, ...file.resources], resourcesOf(await managed.list('resource')))

  const findManaged = async (id: string): Promise<ClientMetadata | undefined> => {
    const found = await lookUp(dependencies, id)
    if (found === undefined) {
      policies.delete(id)
      return undefined
    }
    policies.set(id, found.policy)
    return metadataOf(found.entry, noSecret)
  }
  return {
    file,
    ownResources,
    policyFor: (clientId) => file.policies.get(clientId) ?? policies.get(clientId) ?? leastPolicy,
    isVetted: async (clientId) =>
      file.policies.has(clientId) || (await lookUp(dependencies, clientId)) !== undefined,
    scopeSentences: async () => sentencesOf(await resources()),
    resources,
    recordsOf: (recordsOf) => {
      const registered = recordsOf('Client')
      return {
        ...registered,
        find: async (id) => {
          const metadata = await findManaged(id)
          return metadata === undefined ? registered.find(id) : { ...metadata }
        },
        destroy: async (id) => {
          await registered.destroy(id)
          await dependencies.onWithdrawn?.(id)
        },
      }
    },
  }
}

/** Those of the file win over those of an administrator. */
function joined(first: readonly ResourceEntry[], others: readonly ResourceEntry[]): readonly ResourceEntry[] {
  const names = new Set(first.map(({ identifier }) => identifier))
  return [...first, ...others.filter(({ identifier }) => !names.has(identifier))]
}

async function lookUp({ file, managed, ownResources = [], onFault }: RegistryDependencies, id: string) {
  const stored = await managed.find('client', id)
  if (stored === undefined) return undefined
  const read = readClient(stored.entry)
  const problems = read.isWhole ? sameId(read.value.client_id, id) : read.problems
  if (!read.isWhole || problems.length > 0) {
    onFault(id, problems)
    return undefined
  }
  const wanted = read.value.resources.map(({ identifier }) => identifier)
  const made = resourcesOf(await managed.findMany('resource', wanted))
  const known = joined([...ownResources, ...file.resources], made)
  return { entry: read.value, policy: policyOf(read.value, known) }
}

function sameId(given: string, id: string): readonly Problem[] {
  return given === id ? [] : [{ path: 'client_id', message: 'is another than the one it is kept under' }]
}
