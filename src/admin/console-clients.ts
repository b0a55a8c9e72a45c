/** Apps: the list, adding one, changing one, its secret, removing it. */
import type Router from '@koa/router'
import { Fault } from '../errors.ts'
import {
  frameOf,
  may,
  onAct,
  onPage,
  pagedOf,
  paramOf,
  queryOf,
  sentToFresh,
  wishOf,
  type ConsoleDependencies,
  type Here,
  type Sent,
} from './console-kit.ts'
import {
  clientUrl,
  originBadge,
  originNames,
  problemText,
  settingsText,
  viewClient,
} from './console-client.ts'
import { fieldsOf, freshFields, groupsOf } from './console-client-fields.ts'
import { othersName, readOthers } from './console-client-others.ts'
import type { ClientDetail, ClientFields, ClientOrigin } from './client-services.ts'

const base = '/admin/clients'
const origins: readonly ClientOrigin[] = ['file', 'managed', 'self_registered']

export function clientsSection(router: Router, dependencies: ConsoleDependencies): void {
  const { services } = dependencies
  onPage(router, { path: base, dependencies }, (here) => showClients(dependencies, here))
  onPage(router, { path: `${base}-new`, dependencies }, async (here) => {
    if (!may(here.actor, 'clients.create')) throw new Fault('admin_forbidden')
    await showForm(dependencies, here, { fields: freshFields, client: undefined, version: '', problems: [] })
  })
  onAct(router, { path: `${base}-new`, dependencies }, (sent) => createClient(dependencies, sent))
  onPage(router, { path: `${base}/:id`, dependencies }, (here) => viewClient(dependencies, here))
  onPage(router, { path: `${base}/:id/edit`, dependencies }, async (here) => {
    const client = await services.clients.show(here.actor, paramOf(here, 'id'))
    if (!isEditable(here, client)) throw new Fault('admin_forbidden')
    if (client.mayAdminister && sentToFresh(dependencies, here, 'administrators.touch')) return
    const { fields, version } = client
    await showForm(dependencies, here, { fields, client, version, problems: [] })
  })
  onAct(router, { path: `${base}/:id/edit`, dependencies }, (sent) => editClient(dependencies, sent))
  onAct(router, { path: `${base}/:id/secret`, dependencies }, (sent) => rotateSecret(dependencies, sent))
  onAct(router, { path: `${base}/:id/retire`, dependencies }, async (sent) => {
    const id = paramOf(sent, 'id')
    await services.clients.dropOldSecret(sent.actor, id)
    return { to: clientUrl(id), done: 'secret_retired' }
  })
  onPage(router, { path: `${base}/:id/remove`, dependencies }, (here) =>
    showRemove(dependencies, here, undefined),
  )
  onAct(router, { path: `${base}/:id/remove`, dependencies }, (sent) => removeClient(dependencies, sent))
}

async function showClients(dependencies: ConsoleDependencies, here: Here): Promise<void> {
  const { ctx, actor } = here
  const asked = queryOf(ctx, 'source')
  const origin = origins.find((each) => each === asked)
  const query = queryOf(ctx, 'q', 128)
  const wish = { ...wishOf(ctx), origin, ...(query === '' ? {} : { query }) }
  const { items, next } = await dependencies.services.clients.list(actor, wish)
  await dependencies.render(ctx, 'admin-clients', {
    frame: await frameOf(dependencies, here, 'clients'),
    query,
    isFiltered: query !== '' || origin !== undefined,
    sources: [
      { value: '', text: 'Anywhere', isChosen: origin === undefined },
      ...origins.map((each) => ({ value: each, text: originNames[each], isChosen: each === origin })),
    ],
    newUrl: may(actor, 'clients.create') ? `${base}-new` : undefined,
    clients: items.map((each) => ({
      id: each.id,
      name: each.name,
      url: clientUrl(each.id),
      source: originBadge(each.origin),
      isFaulty: each.isFaulty,
      kind: each.type === 'public' ? 'Public' : 'Confidential',
      since: each.createdAt?.toISOString(),
    })),
    ...pagedOf(ctx, next),
  })
}

interface FormState {
  readonly fields: ClientFields
  /** Undefined for a new one. */
  readonly client: Pick<ClientDetail, 'id' | 'name'> | undefined
  readonly version: string
  readonly problems: readonly string[]
  /** What was typed as other settings, and could not be read. */
  readonly others?: string | undefined
}

async function showForm(
  dependencies: ConsoleDependencies,
  here: Here,
  { fields, client, version, problems, others }: FormState,
): Promise<void> {
  const isNew = client === undefined
  await dependencies.render(here.ctx, 'admin-client-form', {
    frame: await frameOf(dependencies, here, 'clients'),
    heading: isNew ? 'Add an app' : `Edit ${client.name}`,
    action: isNew ? `${base}-new` : `${clientUrl(client.id)}/edit`,
    backUrl: isNew ? base : clientUrl(client.id),
    saveText: isNew ? 'Add the app' : 'Save',
    version,
    problems,
    groups: groupsOf(fields, { isNew, others }),
  })
}

async function createClient(dependencies: ConsoleDependencies, sent: Sent) {
  const { services } = dependencies
  const fields = await readFields(dependencies, sent, { before: {}, client: undefined, version: '' })
  if (fields === undefined) return undefined
  const saved = await services.clients.create(sent.actor, fields)
  if (saved.outcome !== 'saved') {
    const problems =
      saved.outcome === 'invalid'
        ? saved.problems.map(problemText)
        : ['An app with this identifier is there.']
    sent.ctx.status = new Fault('form_invalid').status
    await showForm(dependencies, sent, { fields, client: undefined, version: '', problems })
    return undefined
  }
  const { client, secret } = saved
  if (secret === undefined) return { to: clientUrl(client.id), done: 'client_saved' } as const
  await showSecret(dependencies, sent, { client, secret, isNew: true })
  return undefined
}

async function editClient(dependencies: ConsoleDependencies, sent: Sent) {
  const { services } = dependencies
  const id = paramOf(sent, 'id')
  const client = await services.clients.show(sent.actor, id)
  const version = sent.form['version'] ?? ''
  const fields = await readFields(dependencies, sent, { before: client.fields, client, version })
  if (fields === undefined) return undefined
  const saved = await services.clients.edit(sent.actor, id, { fields, version })
  if (saved.outcome === 'saved') return { to: clientUrl(id), done: 'client_saved' } as const
  if (saved.outcome === 'outdated') throw new Fault('admin_outdated')
  sent.ctx.status = new Fault('form_invalid').status
  await showForm(dependencies, sent, { fields, client, version, problems: saved.problems.map(problemText) })
  return undefined
}

interface Reading extends Pick<FormState, 'client' | 'version'> {
  readonly before: ClientFields
}

/** @returns undefined where the form was shown again, because something in it cannot be read at all */
async function readFields(
  dependencies: ConsoleDependencies,
  sent: Sent,
  { before, client, version }: Reading,
): Promise<ClientFields | undefined> {
  const typed = sent.form[othersName]
  if (typed === undefined) return fieldsOf(sent.form, before)
  const read = readOthers(typed)
  if (read.isWhole) return fieldsOf(sent.form, before, read.fields)
  sent.ctx.status = new Fault('form_invalid').status
  const problems = [problemText(read.problem)]
  const fields = fieldsOf(sent.form, before)
  await showForm(dependencies, sent, { fields, client, version, problems, others: typed })
  return undefined
}

async function rotateSecret(dependencies: ConsoleDependencies, sent: Sent) {
  const id = paramOf(sent, 'id')
  const { client, secret } = await dependencies.services.clients.rotateSecret(sent.actor, id)
  await showSecret(dependencies, sent, { client, secret, isNew: false })
  return undefined
}

async function showSecret(
  dependencies: ConsoleDependencies,
  here: Here,
  {
    client,
    secret,
    isNew,
  }: { readonly client: ClientDetail; readonly secret: string; readonly isNew: boolean },
): Promise<void> {
  const more = isNew
    ? []
    : ['The secret before stays good for now. Retire it on the page of the app when this one is in use.']
  await dependencies.render(here.ctx, 'admin-once', {
    frame: await frameOf(dependencies, here, 'clients'),
    heading: isNew ? `${client.name} is added` : `A new secret for ${client.name}`,
    label: 'Secret',
    text: 'It is shown this once: only a digest of it is kept.',
    value: secret,
    points: ['Put it where the app keeps its secrets, and nowhere else.', ...more],
    snippet: settingsText(dependencies.guards.issuer, client),
    doneUrl: clientUrl(client.id),
  })
}

async function showRemove(
  dependencies: ConsoleDependencies,
  here: Here,
  error: string | undefined,
): Promise<void> {
  if (!may(here.actor, 'clients.remove')) throw new Fault('admin_forbidden')
  const { id, name } = await dependencies.services.clients.show(here.actor, paramOf(here, 'id'))
  await dependencies.render(here.ctx, 'admin-confirm', {
    frame: await frameOf(dependencies, here, 'clients'),
    heading: `Remove ${name}?`,
    text: 'It cannot be undone.',
    points: ['Nobody can sign in to it any more.', 'Its tokens and the access that people gave it end.'],
    act: { action: `${clientUrl(id)}/remove`, text: 'Remove this app', fields: [], isDanger: true },
    typed: { label: 'To go on, type', expected: id },
    box: undefined,
    backUrl: clientUrl(id),
    backText: 'Keep the app',
    error,
  })
}

async function removeClient(dependencies: ConsoleDependencies, sent: Sent) {
  const id = paramOf(sent, 'id')
  if (may(sent.actor, 'clients.remove') && (sent.form['typed'] ?? '').trim() !== id) {
    sent.ctx.status = new Fault('form_invalid').status
    await showRemove(dependencies, sent, 'Type the identifier as it stands below.')
    return undefined
  }
  await dependencies.services.clients.remove(sent.actor, id)
  return { to: base, done: 'client_removed' } as const
}

/** What is in clients.yaml, or brought itself, is not edited here. */
export function isEditable({ actor }: Here, { origin, mayAdminister }: ClientDetail): boolean {
  if (origin !== 'managed' || !may(actor, 'clients.edit')) return false
  return !mayAdminister || may(actor, 'administrators.touch')
}
