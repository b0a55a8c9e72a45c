/** What is sent and answered, by the name of the operation: for the document alone, and held against its schemas by the tests. */

export interface Example {
  readonly body?: unknown
  readonly answer?: unknown
}

const ada = '5f0c1c52-0d2e-4c4e-9f5e-3a1b2c3d4e5f'
const olga = '7aa1b2c3-4d5e-4f60-8a7b-9c0d1e2f3a4b'
const then = '2026-11-20T10:00:00.000Z'
const now = '2026-11-23T08:15:00.000Z'
const later = '2026-11-24T08:15:00.000Z'
const next = 'eyJrZXkiOiJhZGFAZXhhbXBsZS5jb20ifQ'

const subject = {
  id: ada,
  email: 'ada@example.com',
  emailVerified: true,
  name: 'Ada',
  createdAt: then,
}
const clientEntry = {
  client_id: 'shop',
  name: 'My Shop',
  type: 'confidential',
  redirect_uris: ['https://shop.example/callback'],
}
const client = {
  id: 'shop',
  name: 'My Shop',
  origin: 'managed',
  type: 'confidential',
  createdAt: then,
  isFaulty: false,
}
const clientDetail = {
  ...client,
  fields: clientEntry,
  version: '1',
  secrets: [{}],
  problems: [],
  createdBy: olga,
  changedAt: then,
  changedBy: olga,
  mayAdminister: false,
}
const clientWithSecret = { client: clientDetail, secret: 'pM3v0WkWmZbE1m9dC1hQhV3kqkQyH1rQz5y0R0r8w1s' }
const resourceEntry = {
  identifier: 'https://orders.example/',
  name: 'Orders',
  scopes: { 'orders:read': 'read your orders' },
  token_seconds: 300,
}
const resource = {
  identifier: 'https://orders.example/',
  name: 'Orders',
  origin: 'managed',
  scopes: 1,
  createdAt: then,
  isFaulty: false,
  isShadowed: false,
}
const resourceDetail = {
  ...resource,
  fields: resourceEntry,
  version: '1',
  problems: [],
  usedBy: ['shop'],
  createdBy: olga,
  changedAt: then,
  changedBy: olga,
}
const grants = {
  items: [
    {
      subjectId: ada,
      email: 'ada@example.com',
      clientId: 'shop',
      name: 'My Shop',
      scopes: ['openid', 'email'],
      since: then,
    },
  ],
}
const keys = {
  items: [{ kid: 'kG9x', algorithm: 'RS256', state: 'signs', signsFrom: then }],
}
const administrator = {
  subjectId: olga,
  email: 'olga@example.com',
  name: 'Olga',
  role: 'owner',
  since: then,
  lastActedAt: now,
}
const invitation = { id: ada, role: 'operator', createdAt: now, expiresAt: later }

const ofPeople: Readonly<Record<string, Example>> = {
  searchSubjects: { answer: { items: [subject], next } },
  showSubject: {
    answer: {
      ...subject,
      factors: {
        face: { templates: 5, enrolledAt: then, lastUsedAt: now },
        passkeys: [{ name: 'Phone', createdAt: then, lastUsedAt: now }],
        recoveryCodes: { madeAt: then, left: 9 },
        trustedDevices: [],
      },
      sessions: 1,
      hasConsented: true,
    },
  },
  disableSubject: { answer: { changed: true } },
  enableSubject: { answer: { changed: true } },
  resetFactor: { answer: { changed: true } },
  eraseSubject: { answer: { subjectId: ada, at: now, templates: 5 } },
  listSessions: {
    answer: {
      items: [
        {
          id: '0b1c2d3e-4f50-4617-8293-a4b5c6d7e8f9',
          subjectId: ada,
          email: 'ada@example.com',
          browser: 'Firefox on Linux',
          acr: 'urn:mien:acr:face-device',
          createdAt: then,
          lastSeenAt: now,
        },
      ],
    },
  },
  endSessionsOf: { answer: { ended: 2 } },
  listGrants: { answer: grants },
  searchGrants: { answer: grants },
}

const ofClients: Readonly<Record<string, Example>> = {
  listClients: { answer: { items: [client] } },
  createClient: { body: clientEntry, answer: clientWithSecret },
  showClient: { answer: clientDetail },
  editClient: { body: clientEntry, answer: { client: clientDetail } },
  rotateSecret: { answer: clientWithSecret },
  dropOldSecret: { answer: clientDetail },
  listResources: { answer: { items: [resource] } },
  createResource: { body: resourceEntry, answer: resourceDetail },
  showResource: { answer: resourceDetail },
  editResource: { body: resourceEntry, answer: resourceDetail },
}

const ofTheHouse: Readonly<Record<string, Example>> = {
  listKeys: { answer: keys },
  rotateKeys: { answer: keys },
  replaceLeakedKeys: { answer: keys },
  listEvents: {
    answer: {
      items: [
        {
          id: '1c2d3e4f-5061-4728-93a4-b5c6d7e8f90a',
          seq: 1207,
          at: now,
          type: 'signed_in',
          subjectId: ada,
          clientId: 'shop',
          address: '192.0.2.7',
          acr: 'urn:mien:acr:face-device',
          detail: { browser: 'Firefox on Linux' },
        },
      ],
      next,
    },
  },
  exportEvents: {
    answer: 'seq,at,type,outcome,reason,subject,client,address,acr,detail\r\n',
  },
  verifyEvents: { answer: { at: now, events: 1207 } },
  listOutbox: {
    answer: {
      items: [
        { id: ada, letter: 'email_code', to: 'a…@example.com', createdAt: now, tries: 2, outcome: 'waiting' },
      ],
    },
  },
  listAdministrators: { answer: { administrators: [administrator], invitations: [invitation] } },
  inviteAdministrator: {
    body: { role: 'operator' },
    answer: { invitation, url: 'https://id.example.com/admin/first?token=pM3v0WkWmZbE' },
  },
  changeRole: { body: { role: 'auditor' }, answer: { ...administrator, role: 'auditor' } },
}

const ofItsMachines: Readonly<Record<string, Example>> = {
  showCalibration: {
    answer: {
      operatingPoint: {
        minScore: 0.407,
        targetFmr: 0.0005,
        fmrPerComparison: 0.0001,
        measuredFmr: 0.0000833,
        measuredFmrUpper: 0.0000999,
        measuredFnmr: 0.043,
      },
      points: [{ threshold: 0.407, fmr: 0.0000833, fmrUpper: 0.0000999, fnmr: 0.043 }],
      dataset: {
        name: 'lfw-dev',
        subjects: 2086,
        images: 3811,
        impostorPairs: 7_255_541,
        imageAdapter: 'opencv',
      },
      networks: [
        {
          name: 'mobilefacenet-128',
          purpose: 'recogniser',
          file: 'recogniser.onnx',
          sha256: 'b7120c095d60094f28a4a54ba6a8bf51b297a6273fb40ef6350dfec1f63d9507',
          licence: 'Apache-2.0',
        },
      ],
    },
  },
  showHealth: {
    answer: {
      version: '0.1.0',
      issuer: 'https://id.example.com',
      at: now,
      database: { kind: 'postgres', isReachable: true },
      faceWorkers: { wanted: 2, areReady: true, places: [] },
      queues: [{ name: 'mails', waiting: 1, oldestAt: now, failing: 0 }],
    },
  },
  showSignIns: {
    answer: { items: [{ hour: 23, type: 'signed_in', acr: 'urn:mien:acr:face-device', count: 41 }] },
  },
}

export const examples: Readonly<Record<string, Example>> = {
  ...ofPeople,
  ...ofClients,
  ...ofTheHouse,
  ...ofItsMachines,
}
