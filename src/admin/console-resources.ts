/** APIs that access tokens are made for: the list, one of them, adding, changing and removing one. */
import type Router from '@koa/router'
import { Fault } from '../errors.ts'
import type { Badge, Fact } from '../http/admin-lines.ts'
import type { ClientFields } from './client-services.ts'
import { clientUrl, historyOf, problemText } from './console-client.ts'
import {
  frameOf,
  may,
  onAct,
  onPage,
  pagedOf,
  paramOf,
  queryOf,
  wishOf,
  type ConsoleDependencies,
  type Here,
  type Sent,
} from './console-kit.ts'
import { resourceFieldsOf, resourceGroupsOf, scopesOf } from './console-resource-fields.ts'
import type { ResourceDetail, ResourceOrigin } from './resource-services.ts'

const base = '/admin/apis'
const origins: readonly ResourceOrigin[] = ['house', 'file', 'managed']
const originNames: Readonly<Record<ResourceOrigin, string>> = {
  house: 'Of this provider',
  file: 'clients.yaml',
  managed: 'Made here',
}
const originNotes: Readonly<Record<ResourceOrigin, string | undefined>> = {
  house: 'This is the API for administrators, which every provider has. Only an owner lets apps at it.',
  file: 'This API stands in clients.yaml. Change it there.',
  managed: undefined,
}

export function resourcesSection(router: Router, dependencies: ConsoleDependencies): void {
  const { services } = dependencies
  onPage(router, { path: base, dependencies }, (here) => showResources(dependencies, here))
  onPage(router, { path: `${base}-new`, dependencies }, async (here) => {
    if (!may(here.actor, 'resources.create')) throw new Fault('admin_forbidden')
    await showForm(dependencies, here, { fields: {}, resource: undefined, version: '', problems: [] })
  })
  onAct(router, { path: `${base}-new`, dependencies }, (sent) => createResource(dependencies, sent))
  onPage(router, { path: `${base}/:id`, dependencies }, (here) => viewResource(dependencies, here))
  onPage(router, { path: `${base}/:id/edit`, dependencies }, async (here) => {
    const resource = await services.resources.show(here.actor, paramOf(here, 'id'))
    if (!isEditable(here, resource)) throw new Fault('admin_forbidden')
    const { fields, version } = resource
    await showForm(dependencies, here, { fields, resource, version, problems: [] })
  })
  onAct(router, { path: `${base}/:id/edit`, dependencies }, (sent) => editResource(dependencies, sent))
  onAct(router, { path: `${base}/:id/remove`, dependencies }, async (sent) => {
    await services.resources.remove(sent.actor, paramOf(sent, 'id'))
    return { to: base, done: 'resource_removed' }
  })
}

function resourceUrl(identifier: string): string {
  return `${base}/${encodeURIComponent(identifier)}`
}

function originBadge(origin: ResourceOrigin): Badge {
  return { text: originNames[origin], tone: origin === 'managed' ? 'good' : 'plain' }
}

function isEditable({ actor }: Here, { origin }: ResourceDetail): boolean {
  return origin === 'managed' && may(actor, 'resources.edit')
}

async function showResources(dependencies: ConsoleDependencies, here: Here): Promise<void> {
  const { ctx, actor } = here
  const asked = queryOf(ctx, 'source')
  const origin = origins.find((each) => each === asked)
  const query = queryOf(ctx, 'q', 128)
  const { items, next } = await dependencies.services.resources.list(actor, { ...wishOf(ctx), origin, query })
  await dependencies.render(ctx, 'admin-resources', {
    frame: await frameOf(dependencies, here, 'apis'),
    query,
    sources: [
      { value: '', text: 'Anywhere', isChosen: origin === undefined },
      ...origins.map((each) => ({ value: each, text: originNames[each], isChosen: each === origin })),
    ],
    newUrl: may(actor, 'resources.create') ? `${base}-new` : undefined,
    resources: items.map(({ identifier, name, origin: from, scopes, createdAt, ...state }) => ({
      identifier,
      name: name ?? '',
      url: resourceUrl(identifier),
      source: originBadge(from),
      warning: state.isFaulty ? 'Cannot be used' : state.isShadowed ? 'Not in force' : '',
      scopes,
      since: createdAt?.toISOString(),
    })),
    ...pagedOf(ctx, next),
  })
}

async function viewResource(dependencies: ConsoleDependencies, here: Here): Promise<void> {
  const resource = await dependencies.services.resources.show(here.actor, paramOf(here, 'id'))
  const { identifier, name, origin, fields, usedBy, problems } = resource
  const url = resourceUrl(identifier)
  await dependencies.render(here.ctx, 'admin-resource', {
    frame: await frameOf(dependencies, here, 'apis'),
    name: name ?? identifier,
    identifier,
    source: originBadge(origin),
    sourceNote: originNotes[origin],
    warnings: problems.map((each) => `This API cannot be used. ${problemText(each)}`),
    facts: [...factsOf(resource), ...historyOf(resource)],
    scopes: [...scopesOf(fields['scopes'])],
    users: usedBy.map((id) => ({ text: id, url: clientUrl(id) })),
    editUrl: isEditable(here, resource) ? `${url}/edit` : undefined,
    remove:
      origin === 'managed' && may(here.actor, 'resources.remove') && usedBy.length === 0
        ? {
            action: `${url}/remove`,
            text: 'Remove this API',
            fields: [],
            warning: 'No app gets tokens for it any more. Those that are out stay good until they are over.',
            confirm: 'Yes, remove it',
            isDanger: true,
          }
        : undefined,
  })
}

function factsOf({ identifier, fields }: ResourceDetail): Fact[] {
  const { audience, token_seconds: seconds, token_alg: algorithm } = fields
  return [
    { name: 'Audience', value: typeof audience === 'string' ? audience : identifier, isCode: true },
    { name: 'Tokens are good for', value: `${typeof seconds === 'number' ? seconds : 300} seconds` },
    { name: 'Signed with', value: typeof algorithm === 'string' ? algorithm : 'RS256' },
  ]
}

interface FormState {
  readonly fields: ClientFields
  /** Undefined for a new one. */
  readonly resource: Pick<ResourceDetail, 'identifier' | 'name'> | undefined
  readonly version: string
  readonly problems: readonly string[]
}

async function showForm(
  dependencies: ConsoleDependencies,
  here: Here,
  { fields, resource, version, problems }: FormState,
): Promise<void> {
  const isNew = resource === undefined
  await dependencies.render(here.ctx, 'admin-resource-form', {
    frame: await frameOf(dependencies, here, 'apis'),
    heading: isNew ? 'Add an API' : `Edit ${resource.name ?? resource.identifier}`,
    action: isNew ? `${base}-new` : `${resourceUrl(resource.identifier)}/edit`,
    backUrl: isNew ? base : resourceUrl(resource.identifier),
    saveText: isNew ? 'Add the API' : 'Save',
    version,
    problems,
    groups: resourceGroupsOf(fields, { isNew }),
  })
}

async function createResource(dependencies: ConsoleDependencies, sent: Sent) {
  const fields = resourceFieldsOf(sent.form, undefined)
  const saved = await dependencies.services.resources.create(sent.actor, fields)
  if (saved.outcome === 'saved')
    return { to: resourceUrl(saved.resource.identifier), done: 'resource_saved' } as const
  if (saved.outcome === 'outdated') throw new Fault('admin_outdated')
  const problems = saved.problems.map(problemText)
  sent.ctx.status = new Fault('form_invalid').status
  await showForm(dependencies, sent, { fields, resource: undefined, version: '', problems })
  return undefined
}

async function editResource(dependencies: ConsoleDependencies, sent: Sent) {
  const { resources } = dependencies.services
  const resource = await resources.show(sent.actor, paramOf(sent, 'id'))
  const { identifier } = resource
  const fields = resourceFieldsOf(sent.form, identifier)
  const version = sent.form['version'] ?? ''
  const saved = await resources.edit(sent.actor, identifier, { fields, version })
  if (saved.outcome === 'saved') return { to: resourceUrl(identifier), done: 'resource_saved' } as const
  if (saved.outcome === 'outdated') throw new Fault('admin_outdated')
  const problems = saved.problems.map(problemText)
  sent.ctx.status = new Fault('form_invalid').status
  await showForm(dependencies, sent, { fields, resource, version, problems })
  return undefined
}
