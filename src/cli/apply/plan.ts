/** What would have to change for the house to be as a document says. */
import {
  fieldsChanged,
  inOrder,
  rawEntryOf,
  withOldSecrets,
  type RawEntry,
} from '../../provider/client-entries.ts'
import { clientSettings } from '../../provider/client-schema.ts'
import {
  readClientAmong,
  readResource,
  resourcesOf,
  type ManagedEntry,
  type ManagedKind,
  type Problem,
  type Read,
} from '../../provider/managed-entries.ts'
import { resourceSettings, type ResourceEntry } from '../../provider/resources.ts'
import type { ClientHouse } from '../client-house.ts'
import { DocumentError, type ReadDocument } from './document.ts'
import { planRoles, type RoleChange } from './roles.ts'

export interface EntryPlan {
  readonly kind: ManagedKind
  readonly id: string
  readonly before: RawEntry | undefined
  readonly after: RawEntry | undefined
  /** Of the entry before; 0 where there was none. */
  readonly version: number
  readonly fields: readonly string[]
}

export interface Plan {
  readonly entries: readonly EntryPlan[]
  readonly roles: readonly RoleChange[]
}

export interface PlanOptions {
  readonly file: string
  /** What the parts of the document do not name goes. */
  readonly prune: boolean
}

/** @throws {DocumentError} naming every fault with its line */
export async function planChanges(
  house: ClientHouse,
  read: ReadDocument,
  { file, prune }: PlanOptions,
): Promise<Plan> {
  const problems: string[] = []
  const resources = await planResources(house, read, { prune, problems })
  const clients = await planClients(house, read, { prune, problems, resources })
  const roles = await planRoles(house.store, read, { prune, problems })
  if (problems.length > 0) throw new DocumentError(file, problems)
  return { entries: [...resources, ...clients], roles }
}

interface Planning {
  readonly prune: boolean
  readonly problems: string[]
}

async function planResources(
  { store, registry }: ClientHouse,
  { document, lineOf }: ReadDocument,
  { prune, problems }: Planning,
): Promise<EntryPlan[]> {
  const stored = await store.managedClients.list('resource')
  const fixed = new Set(
    [...registry.ownResources, ...registry.file.resources].map(({ identifier }) => identifier),
  )
  const wanted = document.resources
  if (wanted === undefined) return []
  const plans = wanted.flatMap((given, at) => {
    const place = (path: string) => `line ${lineOf(['resources', at, ...stepsOf(path)])}`
    const result = readResource(given)
    if (!result.isWhole) {
      problems.push(...told(result.problems, place))
      return []
    }
    const { identifier: id } = result.value
    if (fixed.has(id))
      problems.push(`${place('identifier')}: API ${id} stands in clients.yaml, or is of the house`)
    const after = inOrder(given, resourceSettings)
    return [planOne({ kind: 'resource', id, after, stored }, readResource)]
  })
  tellTwice(plans, problems)
  return [...plans.filter(isChange), ...(prune ? leftOver('resource', stored, plans) : [])]
}

interface ClientPlanning extends Planning {
  readonly resources: readonly EntryPlan[]
}

async function planClients(
  house: ClientHouse,
  { document, lineOf }: ReadDocument,
  { prune, problems, resources }: ClientPlanning,
): Promise<EntryPlan[]> {
  const stored = await house.store.managedClients.list('client')
  const known = await resourcesAfter(house, resources)
  const read = (given: unknown) => readClientAmong(given, known)
  const plans: EntryPlan[] = []
  for (const [at, given] of (document.clients ?? []).entries()) {
    const name = typeof given['client_id'] === 'string' ? given['client_id'] : `number ${at + 1}`
    const place = (path: string) => `line ${lineOf(['clients', at, ...stepsOf(path)])}, client ${name}`
    const before = stored.find(({ id }) => id === name)
    const after = inOrder(withOldSecrets(given, rawEntryOf(before?.entry)), clientSettings)
    const result = read(after)
    const faults = result.isWhole ? await house.checkEntry(result.value) : result.problems
    problems.push(...told(faults, place))
    if (house.registry.file.policies.has(name))
      problems.push(`${place('client_id')}: stands in clients.yaml, which wins`)
    plans.push(planOne({ kind: 'client', id: name, after, stored }, read))
  }
  tellTwice(plans, problems)
  const gone = prune && document.clients !== undefined ? leftOver('client', stored, plans) : []
  const touched = new Set([...plans, ...gone].map(({ id }) => id))
  for (const { id, entry } of stored) {
    // One that was faulty before is not this document's doing.
    if (touched.has(id) || !readClientAmong(entry, await house.registry.resources()).isWhole) continue
    const result = read(entry)
    if (!result.isWhole)
      problems.push(...told(result.problems, () => `client ${id}, which the file does not name`))
  }
  return [...plans.filter(isChange), ...gone]
}

/** The APIs that there are once the plan is carried out. */
async function resourcesAfter(
  { store, registry }: ClientHouse,
  plans: readonly EntryPlan[],
): Promise<readonly ResourceEntry[]> {
  const planned = new Set(plans.map(({ id }) => id))
  const kept = resourcesOf((await store.managedClients.list('resource')).filter(({ id }) => !planned.has(id)))
  const made = plans.flatMap(({ after }) => {
    const result = readResource(after)
    return result.isWhole ? [result.value] : []
  })
  return [...registry.ownResources, ...registry.file.resources, ...kept, ...made]
}

interface Wanted {
  readonly kind: ManagedKind
  readonly id: string
  readonly after: RawEntry
  readonly stored: readonly ManagedEntry[]
}

function planOne({ kind, id, after, stored }: Wanted, read: (given: unknown) => Read<object>): EntryPlan {
  const before = stored.find((each) => each.id === id)
  const [old, next] = [read(before?.entry), read(after)]
  const fields = fieldsChanged(old.isWhole ? old.value : {}, next.isWhole ? next.value : {})
  const version = before?.version ?? 0
  return {
    kind,
    id,
    before: before === undefined ? undefined : rawEntryOf(before.entry),
    after,
    version,
    fields,
  }
}

function isChange({ fields }: EntryPlan): boolean {
  return fields.length > 0
}

function leftOver(
  kind: ManagedKind,
  stored: readonly ManagedEntry[],
  plans: readonly EntryPlan[],
): EntryPlan[] {
  const named = new Set(plans.map(({ id }) => id))
  return stored
    .filter(({ id }) => !named.has(id))
    .map(({ id, entry, version }) => ({
      kind,
      id,
      before: rawEntryOf(entry),
      after: undefined,
      version,
      fields: [],
    }))
}

function tellTwice(plans: readonly EntryPlan[], problems: string[]): void {
  const twice = plans.filter(({ id }, at) => plans.findIndex((each) => each.id === id) !== at)
  for (const { kind, id } of twice) problems.push(`${kind} ${id} is listed more than once`)
}

function told(problems: readonly Problem[], place: (path: string) => string): string[] {
  return problems.map(({ path, message }) => `${place(path)}: ${`${path} ${message}`.trim()}`)
}

/** `redirect_uris.0` as the steps to it in the document. */
function stepsOf(path: string): (string | number)[] {
  return path === '' ? [] : path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}
