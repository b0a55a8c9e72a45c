/** What the API answers with, member by member: nothing else leaves. */
import { z } from 'zod'
import { roles } from '../authority.ts'
import { resettableFactors } from '../subject-services.ts'

const moment = z.iso.datetime()
const role = z.enum(roles)
const amount = z.int().nonnegative()
const rate = z.number()

export const paging = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(1000).optional(),
}

export function pageShape<Item extends z.ZodType>(items: Item) {
  return z.strictObject({ items: z.array(items), next: z.string().optional() })
}

const namedFactor = z.strictObject({ name: z.string(), createdAt: moment, lastUsedAt: moment.optional() })

export const subjectLine = z.strictObject({
  id: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  name: z.string().optional(),
  createdAt: moment,
  disabledAt: moment.optional(),
})
export const subjectDetail = subjectLine.extend({
  factors: z.strictObject({
    face: z.strictObject({ templates: amount, enrolledAt: moment, lastUsedAt: moment.optional() }).optional(),
    passkeys: z.array(namedFactor),
    authenticatorApp: z.strictObject({ since: moment, lastUsedAt: moment.optional() }).optional(),
    recoveryCodes: z.strictObject({ madeAt: moment, left: amount }).optional(),
    trustedDevices: z.array(namedFactor),
  }),
  sessions: amount,
  hasConsented: z.boolean(),
  role: role.optional(),
})
export const factor = z.enum(resettableFactors)
export const changed = z.strictObject({ changed: z.boolean() })
export const eraseReceipt = z.strictObject({ subjectId: z.string(), at: moment, templates: amount })

export const sessionLine = z.strictObject({
  id: z.string(),
  subjectId: z.string(),
  email: z.string().optional(),
  browser: z.string(),
  acr: z.string().optional(),
  createdAt: moment,
  lastSeenAt: moment,
})
export const ended = z.strictObject({ ended: amount })
export const grantLine = z.strictObject({
  subjectId: z.string(),
  email: z.string().optional(),
  clientId: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  since: moment,
})

export const clientFields = z.record(z.string(), z.unknown())
export const clientOrigin = z.enum(['file', 'managed', 'self_registered'])
const problemLine = z.strictObject({ path: z.string(), message: z.string() })
export const clientLine = z.strictObject({
  id: z.string(),
  name: z.string(),
  origin: clientOrigin,
  type: z.enum(['public', 'confidential']),
  createdAt: moment.optional(),
  isFaulty: z.boolean(),
})
export const clientDetail = clientLine.extend({
  fields: clientFields,
  version: z.string(),
  secrets: z.array(z.strictObject({ until: moment.optional() })),
  problems: z.array(problemLine),
  createdBy: z.string().optional(),
  changedAt: moment.optional(),
  changedBy: z.string().optional(),
  mayAdminister: z.boolean(),
})
export const clientWithSecret = z.strictObject({ client: clientDetail, secret: z.string().optional() })

export const resourceOrigin = z.enum(['house', 'file', 'managed'])
export const resourceLine = z.strictObject({
  identifier: z.string(),
  name: z.string().optional(),
  origin: resourceOrigin,
  scopes: amount,
  createdAt: moment.optional(),
  isFaulty: z.boolean(),
  isShadowed: z.boolean(),
})
export const resourceDetail = resourceLine.extend({
  fields: clientFields,
  version: z.string(),
  problems: z.array(problemLine),
  usedBy: z.array(z.string()),
  createdBy: z.string().optional(),
  changedAt: moment.optional(),
  changedBy: z.string().optional(),
})

const keyLine = z.strictObject({
  kid: z.string(),
  algorithm: z.string(),
  state: z.enum(['signs', 'will_sign', 'verifies']),
  signsFrom: moment.optional(),
  publishedUntil: moment.optional(),
})
export const keyList = z.strictObject({ items: z.array(keyLine) })

export const auditLine = z.strictObject({
  id: z.string(),
  seq: amount,
  at: moment,
  type: z.string(),
  subjectId: z.string().optional(),
  clientId: z.string().optional(),
  address: z.string().optional(),
  acr: z.string().optional(),
  outcome: z.string().optional(),
  reason: z.string().optional(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})

export const chainReport = z.strictObject({
  at: moment,
  events: amount,
  fault: z.strictObject({ kind: z.string(), seq: z.int() }).optional(),
})

export const signInCounts = z.strictObject({
  items: z.array(
    z.strictObject({
      hour: z.int().min(0).max(23),
      type: z.string(),
      acr: z.string().optional(),
      count: amount,
    }),
  ),
})

export const calibration = z.strictObject({
  operatingPoint: z.strictObject({
    minScore: rate,
    targetFmr: rate,
    fmrPerComparison: rate,
    measuredFmr: rate,
    measuredFmrUpper: rate,
    measuredFnmr: rate,
  }),
  points: z.array(z.strictObject({ threshold: rate, fmr: rate, fmrUpper: rate, fnmr: rate })),
  dataset: z.strictObject({
    name: z.string(),
    subjects: amount,
    images: amount,
    impostorPairs: amount,
    worstGroup: z.string().optional(),
    imageAdapter: z.string(),
  }),
  networks: z.array(
    z.strictObject({
      name: z.string(),
      purpose: z.string(),
      file: z.string(),
      sha256: z.string(),
      licence: z.string(),
    }),
  ),
  presentationAttacks: z
    .strictObject({
      minLiveness: rate,
      bonaFide: z.strictObject({ dataset: z.string(), subjects: amount, bpcer: rate, bpcerUpper: rate }),
      attacks: z.array(
        z.strictObject({
          species: z.string(),
          isSimulated: z.boolean(),
          captures: amount,
          apcer: rate,
          apcerUpper: rate,
        }),
      ),
    })
    .optional(),
})

export const health = z.strictObject({
  version: z.string(),
  issuer: z.string(),
  at: moment,
  database: z.strictObject({ kind: z.enum(['sqlite', 'postgres']), isReachable: z.boolean() }),
  faceWorkers: z.strictObject({ wanted: amount, areReady: z.boolean(), places: z.array(z.string()) }),
  queues: z.array(
    z.strictObject({
      name: z.enum(['mails', 'logout_deliveries', 'webhook']),
      waiting: amount,
      oldestAt: moment.optional(),
      failing: amount,
    }),
  ),
})

export const outboxLine = z.strictObject({
  id: z.string(),
  letter: z.string(),
  to: z.string().optional(),
  createdAt: moment,
  tries: amount,
  nextAt: moment.optional(),
  outcome: z.enum(['waiting', 'refused', 'given_up']),
  fault: z.string().optional(),
})

export const administratorLine = z.strictObject({
  subjectId: z.string(),
  email: z.string(),
  name: z.string().optional(),
  role,
  since: moment,
  lastActedAt: moment.optional(),
})
export const invitation = z.strictObject({ id: z.string(), role, createdAt: moment, expiresAt: moment })
export const administratorList = z.strictObject({
  administrators: z.array(administratorLine),
  invitations: z.array(invitation),
})
export const newInvitation = z.strictObject({ invitation, url: z.string() })
export const roleWish = z.strictObject({ role })

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  reference: z.string().optional(),
  problems: z.array(problemLine).optional(),
})
