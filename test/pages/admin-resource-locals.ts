/** Locals of the console’s pages about APIs. */
import { resourceGroupsOf } from '../../src/admin/console-resource-fields.ts'
import type { AdminClientLocals } from '../../src/http/admin-client-pages.ts'
import { act, frame } from './admin-frame.ts'

type ResourcePages = 'admin-resources' | 'admin-resource' | 'admin-resource-form'
export type ResourceLocals = Pick<AdminClientLocals, ResourcePages>

const identifier = 'https://orders.api.harbour.example/v2/'
const url = `/admin/apis/${encodeURIComponent(identifier)}`
const scopes = [
  { name: 'orders:read', text: 'read your orders' },
  { name: 'orders:write', text: 'place orders in your name, and change those that are not yet on their way' },
]

export const adminResourceLocals: ResourceLocals = {
  'admin-resources': {
    frame: frame('apis'),
    query: '',
    sources: [
      { value: '', text: 'Anywhere', isChosen: true },
      { value: 'house', text: 'Of this provider', isChosen: false },
      { value: 'file', text: 'clients.yaml', isChosen: false },
      { value: 'managed', text: 'Made here', isChosen: false },
    ],
    newUrl: '/admin/apis-new',
    resources: [
      {
        identifier: 'https://id.example.org/admin/api',
        name: 'Administration',
        url: '/admin/apis/admin',
        source: { text: 'Of this provider', tone: 'plain' },
        warning: '',
        scopes: 17,
        since: undefined,
      },
      {
        identifier,
        name: 'Orders',
        url,
        source: { text: 'Made here', tone: 'good' },
        warning: '',
        scopes: 2,
        since: '2026-11-20T10:00:00Z',
      },
      {
        identifier: 'urn:harbour:billing',
        name: '',
        url: '/admin/apis/billing',
        source: { text: 'Made here', tone: 'good' },
        warning: 'Cannot be used',
        scopes: 0,
        since: '2026-11-21T12:30:00Z',
      },
    ],
    nextUrl: '/admin/apis?cursor=5',
    firstUrl: undefined,
  },
  'admin-resource': {
    frame: frame('apis'),
    name: 'Orders',
    identifier,
    source: { text: 'Made here', tone: 'good' },
    sourceNote: undefined,
    warnings: [],
    facts: [
      { name: 'Audience', value: identifier, isCode: true },
      { name: 'Tokens are good for', value: '300 seconds' },
      { name: 'Signed with', value: 'RS256' },
      { name: 'Added', value: '2026-11-20T10:00:00Z', isMoment: true },
      { name: 'By', value: '5f0c1c52…', url: '/admin/subjects/5f0c1c52' },
    ],
    scopes,
    users: [{ text: 'aurora', url: '/admin/clients/aurora' }],
    editUrl: `${url}/edit`,
    remove: undefined,
  },
  'admin-resource-form': {
    frame: frame('apis'),
    heading: 'Edit Orders',
    action: `${url}/edit`,
    backUrl: url,
    saveText: 'Save',
    version: '2',
    problems: [],
    groups: resourceGroupsOf(
      {
        identifier,
        name: 'Orders',
        scopes: Object.fromEntries(scopes.map(({ name, text }) => [name, text])),
        token_seconds: 120,
      },
      { isNew: false },
    ),
  },
}

const resource = adminResourceLocals['admin-resource']

export const adminResourceVariants: {
  readonly [Page in ResourcePages]: Readonly<Record<string, ResourceLocals[Page]>>
} = {
  'admin-resources': {
    none: { ...adminResourceLocals['admin-resources'], query: 'zebra', resources: [], nextUrl: undefined },
  },
  'admin-resource': {
    unused: {
      ...resource,
      scopes: [],
      users: [],
      remove: act('Remove this API', {
        warning: 'No app gets tokens for it any more.',
        confirm: 'Yes, remove it',
        isDanger: true,
      }),
    },
    file: {
      ...resource,
      source: { text: 'clients.yaml', tone: 'plain' },
      sourceNote: 'This API stands in clients.yaml. Change it there.',
      editUrl: undefined,
    },
  },
  'admin-resource-form': {
    new: {
      ...adminResourceLocals['admin-resource-form'],
      heading: 'Add an API',
      saveText: 'Add the API',
      version: '',
      problems: ['identifier: is not an absolute URI without a fragment'],
      groups: resourceGroupsOf({}, { isNew: true }),
    },
  },
}
