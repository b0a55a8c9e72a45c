/** Locals of the console’s pages about apps. */
import type { AdminClientLocals } from '../../src/http/admin-client-pages.ts'
import { act, frame } from './admin-frame.ts'
import { adminResourceLocals, adminResourceVariants } from './admin-resource-locals.ts'

const snippet = `issuer:        https://id.example.org
discovery:     https://id.example.org/.well-known/openid-configuration
client_id:     aurora
client_secret: (the secret, shown once when it was made)
scope:         openid profile email`

const client: AdminClientLocals['admin-client'] = {
  frame: frame('clients'),
  id: 'aurora',
  name: 'Aurora Notes',
  source: { text: 'Made here', tone: 'good' },
  sourceNote: undefined,
  warnings: ['PKCE is off: a stolen code can be used by whoever stole it.'],
  groups: [
    {
      title: 'Sign-in',
      facts: [
        { name: 'Type', value: 'Confidential' },
        { name: 'PKCE', value: 'Not asked for' },
        { name: 'Least sign-in', value: 'Face on a trusted device' },
        { name: 'Consent', value: 'Asked once' },
        { name: 'Identifier of people', value: 'The same for every app' },
        { name: 'Scopes', value: 'openid, profile, email, offline_access' },
      ],
    },
  ],
  lists: [
    {
      title: 'After signing in',
      values: [
        'https://notes.aurora.example/callback',
        'https://staging.notes.aurora.example/a/rather/long/path/that/does/not/break/callback',
      ],
    },
    { title: 'After signing out', values: [] },
  ],
  secretState: { text: 'Two are taken', tone: 'warn' },
  snippet,
  grantsUrl: '/admin/grants?app=aurora',
  editUrl: '/admin/clients/aurora/edit',
  rotate: act('New secret', {
    warning: 'The present one stays good until you retire it, so that the app goes on meanwhile.',
    confirm: 'Yes, make a new secret',
  }),
  retire: act('Retire the old secret', {
    warning: 'An app that still uses it can no longer get tokens.',
    confirm: 'Yes, retire it',
    isDanger: true,
  }),
  removeUrl: '/admin/clients/aurora/remove',
}

const form: AdminClientLocals['admin-client-form'] = {
  frame: frame('clients'),
  heading: 'Add an app',
  action: '/admin/clients/new',
  backUrl: '/admin/clients',
  saveText: 'Add the app',
  version: '',
  problems: [],
  groups: [
    {
      title: 'The app',
      isFolded: false,
      texts: [
        {
          name: 'name',
          label: 'Name',
          hint: 'What people are shown.',
          value: 'Aurora Notes',
          lines: 1,
          isRequired: true,
          isCode: false,
        },
        {
          name: 'client_id',
          label: 'Identifier',
          hint: 'Letters, digits and . _ ~ : / - It stays as it is.',
          value: 'aurora',
          lines: 1,
          isRequired: true,
          isCode: true,
        },
        {
          name: 'redirect_uris',
          label: 'Where people come back to after signing in',
          hint: 'One address per line, compared letter by letter.',
          value: 'https://notes.aurora.example/callback',
          lines: 3,
          isRequired: true,
          isCode: true,
        },
      ],
      choices: [
        {
          name: 'type',
          label: 'Type',
          hint: 'Confidential: it runs on a server and can keep a secret.',
          choices: [
            { value: 'confidential', text: 'Confidential', isChosen: true },
            { value: 'public', text: 'Public', isChosen: false },
          ],
        },
      ],
      boxesLabel: 'What it may ask for',
      boxes: [
        { name: 'scope_profile', label: 'Name', hint: '', isTicked: true },
        { name: 'scope_email', label: 'E-mail address', hint: '', isTicked: true },
        {
          name: 'scope_offline_access',
          label: 'Stay signed in',
          hint: 'by refresh tokens, until the person takes it back',
          isTicked: false,
        },
      ],
    },
    {
      title: 'More settings',
      isFolded: true,
      texts: [
        {
          name: 'backchannel_logout_uri',
          label: 'Told of sign-outs at',
          hint: '',
          value: '',
          lines: 1,
          isRequired: false,
          isCode: true,
        },
      ],
      choices: [],
      boxesLabel: '',
      boxes: [],
    },
  ],
}

export const adminClientLocals: AdminClientLocals = {
  'admin-clients': {
    frame: frame('clients'),
    query: '',
    isFiltered: false,
    sources: [
      { value: '', text: 'Anywhere', isChosen: true },
      { value: 'file', text: 'clients.yaml', isChosen: false },
      { value: 'managed', text: 'Made here', isChosen: false },
      { value: 'self_registered', text: 'Registered themselves', isChosen: false },
    ],
    newUrl: '/admin/clients/new',
    clients: [
      {
        id: 'aurora',
        name: 'Aurora Notes',
        url: '/admin/clients/aurora',
        source: { text: 'Made here', tone: 'good' },
        isFaulty: false,
        kind: 'Confidential',
        since: '2026-11-20T10:00:00Z',
      },
      {
        id: 'harbour-mail',
        name: 'Harbour Mail',
        url: '/admin/clients/harbour-mail',
        source: { text: 'clients.yaml', tone: 'plain' },
        isFaulty: false,
        kind: 'Public',
        since: undefined,
      },
      {
        id: 'Zk3uXhJ6nQ0tR8sVw2YbLpDcFgAeMiOo',
        name: 'An app that came by itself with quite a long name',
        url: '/admin/clients/Zk3uXhJ6nQ0tR8sVw2YbLpDcFgAeMiOo',
        source: { text: 'Registered itself', tone: 'warn' },
        isFaulty: true,
        kind: 'Confidential',
        since: '2026-11-21T12:30:00Z',
      },
    ],
    nextUrl: undefined,
    firstUrl: undefined,
  },
  'admin-client': client,
  'admin-client-form': form,
  ...adminResourceLocals,
  'admin-once': {
    frame: frame('clients'),
    heading: 'Aurora Notes is added',
    label: 'Secret',
    text: 'It is shown this once. Only a digest of it is kept.',
    value: 'pM3v0WkWmZbE1m9dC1hQhV3kqkQyH1rQz5y0R0r8w1s',
    points: ['Put it where the app keeps its secrets, not into its sources.'],
    snippet,
    doneUrl: '/admin/clients/aurora',
  },
}

type Variants = {
  readonly [Page in keyof AdminClientLocals]?: Readonly<Record<string, AdminClientLocals[Page]>>
}

export const adminClientVariants: Variants = {
  ...adminResourceVariants,
  'admin-clients': {
    none: { ...adminClientLocals['admin-clients'], clients: [] },
  },
  'admin-client': {
    file: {
      ...client,
      source: { text: 'clients.yaml', tone: 'plain' },
      sourceNote: 'This app stands in clients.yaml. Change it there.',
      warnings: [],
      secretState: { text: 'One is taken', tone: 'good' },
      editUrl: undefined,
      rotate: undefined,
      retire: undefined,
      removeUrl: undefined,
    },
  },
  'admin-client-form': {
    problems: {
      ...form,
      heading: 'Edit Aurora Notes',
      saveText: 'Save',
      version: '3',
      problems: ['redirect_uris: “notes.aurora.example” is not an address.', 'name: is missing.'],
    },
  },
  'admin-once': {
    invitation: {
      frame: frame('administrators'),
      heading: 'The invitation is made',
      label: 'Link',
      text: 'It is shown this once, and works once.',
      value: 'https://id.example.org/admin/join?token=pM3v0WkWmZbE1m9dC1hQhV3kqkQyH1rQz5y0R0r8w1s',
      points: ['Whoever opens it and signs in with two factors becomes an operator. It is good for one day.'],
      snippet: undefined,
      doneUrl: '/admin/administrators',
    },
  },
}
