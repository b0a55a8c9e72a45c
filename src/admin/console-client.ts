/** The page of one app: where it comes from, how it is set, and what its developer needs. */
import type { Badge, Fact } from '../http/admin-lines.ts'
import { actIf, frameOf, may, paramOf, type ConsoleDependencies, type Here } from './console-kit.ts'
import { clientGroups } from './console-client-settings.ts'
import { shorten } from './console-events.ts'
import { urlOf } from './console-subject.ts'
import { humanise } from './console-words.ts'
import type { ClientDetail, ClientFields, ClientOrigin, ClientProblem } from './client-services.ts'

export const originNames: Readonly<Record<ClientOrigin, string>> = {
  file: 'clients.yaml',
  managed: 'Made here',
  self_registered: 'Registered itself',
}

export function originBadge(origin: ClientOrigin): Badge {
  const tones = { file: 'plain', managed: 'good', self_registered: 'warn' } as const
  return { text: originNames[origin], tone: tones[origin] }
}

const originNotes: Readonly<Record<ClientOrigin, string | undefined>> = {
  file: 'This app stands in clients.yaml. Change it there.',
  managed: undefined,
  self_registered:
    'Nobody here has looked at this app: it registered itself, and changes its settings itself.',
}

export function clientUrl(id: string): string {
  return `/admin/clients/${encodeURIComponent(id)}`
}

export async function viewClient(dependencies: ConsoleDependencies, here: Here): Promise<void> {
  const client = await dependencies.services.clients.show(here.actor, paramOf(here, 'id'))
  const { id, name, origin, fields } = client
  const texts = settingsText(dependencies.guards.issuer, client)
  await dependencies.render(here.ctx, 'admin-client', {
    frame: await frameOf(dependencies, here, 'clients'),
    id,
    name,
    source: originBadge(origin),
    sourceNote: originNotes[origin],
    warnings: warningsOf(client),
    groups: [
      { title: 'Settings', facts: factsOf(client) },
      { title: 'Who made it', facts: historyOf(client) },
    ].filter(({ facts }) => facts.length > 0),
    lists: lists.map(({ title, names }) => ({
      title,
      values: names.flatMap((each) => linesOf(fields[each])),
    })),
    secretState: secretState(client),
    snippet: texts,
    grantsUrl: may(here.actor, 'sessions.listGrants')
      ? `/admin/grants?app=${encodeURIComponent(id)}`
      : undefined,
    ...buttonsOf(here, client),
  })
}

/** Who may administer by an app may not be chosen by who may not choose administrators. */
function buttonsOf({ actor }: Here, { id, origin, type, secrets, mayAdminister }: ClientDetail) {
  const mayTouch = !mayAdminister || may(actor, 'administrators.touch')
  const isOurs = origin === 'managed' && mayTouch
  const isRemovable = origin !== 'file' && mayTouch
  const hasSecret = isOurs && type === 'confidential' && secrets.length > 0
  const rotate = actIf(actor, 'clients.rotateSecret', {
    action: `${clientUrl(id)}/secret`,
    text: 'New secret',
    fields: [],
    warning: 'The secret of now stays good for a while, so that the app goes on until it has the new one.',
    confirm: 'Yes, make a new secret',
  })
  const retire = actIf(actor, 'clients.dropOldSecret', {
    action: `${clientUrl(id)}/retire`,
    text: 'Retire the old secret',
    fields: [],
    warning: 'Where the app still uses it, it gets no tokens any more.',
    confirm: 'Yes, retire it',
    isDanger: true,
  })
  return {
    editUrl: isOurs && may(actor, 'clients.edit') ? `${clientUrl(id)}/edit` : undefined,
    rotate: hasSecret ? rotate : undefined,
    retire: hasSecret && secrets.length > 1 ? retire : undefined,
    removeUrl: isRemovable && may(actor, 'clients.remove') ? `${clientUrl(id)}/remove` : undefined,
  }
}

const lists = [
  { title: 'People come back to, after signing in', names: ['redirect_uris'] },
  { title: 'People come back to, after signing out', names: ['post_logout_redirect_uris'] },
  { title: 'Told of sign-outs at', names: ['backchannel_logout_uri'] },
]

const shownElsewhere: ReadonlySet<string> = new Set([
  ...lists.flatMap(({ names }) => names),
  ...['client_id', 'name', 'client_name', 'scope', 'client_id_issued_at'],
])

type History = Pick<ClientDetail, 'createdAt' | 'createdBy' | 'changedAt' | 'changedBy'>

export function historyOf({ createdAt, createdBy, changedAt, changedBy }: History): Fact[] {
  return [
    ...(createdAt === undefined ? [] : [{ name: 'Added', value: createdAt.toISOString(), isMoment: true }]),
    ...(createdBy === undefined ? [] : [byFact(createdBy)]),
    ...(changedAt === undefined
      ? []
      : [{ name: 'Last changed', value: changedAt.toISOString(), isMoment: true }]),
    ...(changedBy === undefined ? [] : [byFact(changedBy)]),
  ]
}

/** A person by the page about them; an app, or the command line, by its name. */
function byFact(by: string): Fact {
  const isPerson = /^[0-9a-f-]{36}$/.test(by)
  return isPerson ? { name: 'By', value: shorten(by), url: urlOf(by) } : { name: 'By', value: by }
}

/** Settings with a field have its words; all others are shown by their own names. */
function factsOf({ fields }: ClientDetail): Fact[] {
  const known = clientGroups.flatMap(({ choices, texts }) => [
    ...choices.flatMap(({ name, label, usual, choices: all }) => {
      const value = textOf(fields[name]) || usual
      const chosen = all.find((each) => each.value === value)
      return [{ key: name, name: label, value: chosen?.text ?? value }]
    }),
    ...texts.map(({ name, label }) => ({ key: name, name: label, value: textOf(fields[name]) })),
  ])
  const names = new Set(known.map(({ key }) => key))
  const others = Object.entries(fields)
    // What is not switched on says nothing.
    .filter(([name, value]) => !names.has(name) && value !== false)
    .map(([name, value]) => ({ key: name, name: humanise(name), value: textOf(value) }))
  const scope = textOf(fields['scope']) || textOf(fields['scopes'])
  return [
    ...[...known, ...others]
      .filter(({ key, value }) => value !== '' && key !== 'scopes' && !shownElsewhere.has(key))
      .map(({ name, value }) => ({ name, value })),
    ...(scope === '' ? [] : [{ name: 'May see', value: scope }]),
  ]
}

/** “redirect_uris: lists no address” */
export function problemText({ path, message }: ClientProblem): string {
  return path === '' ? message : `${path}: ${message}`
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value.join(', ')
  return JSON.stringify(value)
}

function linesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}

function warningsOf({ fields, mayAdminister, problems }: ClientDetail): string[] {
  const isAtHome = (address: string): boolean => /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])/.test(address)
  return [
    ...problems.map((each) => `This app cannot be used. ${problemText(each)}`),
    ...(mayAdminister ? ['This app may call the API for administrators. Only an owner may change it.'] : []),
    ...(fields['pkce'] === 'exempt'
      ? ['PKCE is not asked for: a stolen code can be used by whoever stole it.']
      : []),
    ...(fields['consent'] === 'skip'
      ? ['People are not asked for consent: right for your own apps alone.']
      : []),
    ...(linesOf(fields['redirect_uris']).some(isAtHome)
      ? ['An address leads to the computer that the browser runs on: for trying things alone.']
      : []),
  ]
}

function secretState({ secrets }: ClientDetail): Badge {
  if (secrets.length === 0) return { text: 'None', tone: 'plain' }
  return secrets.length === 1
    ? { text: 'One is taken', tone: 'good' }
    : { text: 'Two are taken', tone: 'warn' }
}

/** What a developer puts into the settings of the app; the rest is found by discovery (OpenID Connect Discovery §4). */
export function settingsText(issuer: string, { id, type, secrets, fields }: ClientDetail): string {
  const [redirect] = linesOf(fields['redirect_uris'])
  const scopes = scopesOf(fields)
  return [
    `issuer:        ${issuer}`,
    `discovery:     ${issuer}/.well-known/openid-configuration`,
    `client_id:     ${id}`,
    ...(type === 'confidential' && secrets.length > 0
      ? ['client_secret: the secret, shown once when it was made']
      : []),
    ...(redirect === undefined ? [] : [`redirect_uri:  ${redirect}`]),
    `scope:         ${scopes}`,
  ].join('\n')
}

function scopesOf(fields: ClientFields): string {
  const scopes = linesOf(fields['scopes'])
  return scopes.length === 0 ? textOf(fields['scope']) || 'openid' : scopes.join(' ')
}
