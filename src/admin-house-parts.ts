/** What administration sees of the house: the calibration in force, its workers and queues, the mails that wait. */
import { z } from 'zod'
import { requireAllowed, type Acting } from './admin/acting.ts'
import { pageOf, placeOf } from './admin/cursor.ts'
import type {
  CalibrationInForce,
  CalibrationService,
  HealthReport,
  HealthService,
  OutboxService,
  QueueReport,
} from './admin/house-services.ts'
import { createSignInCounting } from './admin-sign-in-counts.ts'
import type { Config } from './config.ts'
import { Fault } from './errors.ts'
import type { FaceParts } from './face-parts.ts'
import { selectModels } from './face/model-files.ts'
import { modelTag } from './face/manifest.ts'
import type { Store } from './store/open-store.ts'
import { version } from './version.ts'

export interface AdminCalibrationParts {
  readonly acting: Acting
  readonly config: Pick<Config, 'targetFmr'>
  readonly face: Pick<FaceParts, 'operatingPoint' | 'calibration' | 'manifest' | 'minLiveness' | 'engine'>
}

export function createCalibrationService(parts: AdminCalibrationParts): CalibrationService {
  return {
    inForce: (actor) =>
      parts.acting(actor, { act: 'calibration.inForce' }, () => Promise.resolve(describe(parts))),
  }
}

function describe({ config, face }: AdminCalibrationParts): CalibrationInForce {
  const { operatingPoint, calibration, manifest } = face
  const { minScore, fmrPerComparison } = operatingPoint
  const point = calibration.points.find(({ threshold }) => threshold === minScore)
  if (point === undefined) throw new TypeError('the threshold in force is of no point of the calibration')
  const { dataset, subjects, images, impostorPairs, worstGroup, imageAdapter } = calibration
  const { pad, ...others } = selectModels(manifest)
  const padHere = pad.filter((each) => face.engine.padModels.includes(modelTag(each)))
  return {
    operatingPoint: {
      minScore,
      targetFmr: config.targetFmr,
      fmrPerComparison,
      measuredFmr: point.fmr,
      measuredFmrUpper: point.fmrUpper,
      measuredFnmr: point.fnmr,
    },
    points: calibration.points.map(({ threshold, fmr, fmrUpper, fnmr }) => {
      return { threshold, fmr, fmrUpper, fnmr }
    }),
    dataset: { name: dataset, subjects, images, impostorPairs, worstGroup, imageAdapter },
    networks: [...new Set([...Object.values(others), ...padHere])].map(
      ({ name, purpose, file, sha256, licence }) => ({ name, purpose, file, sha256, licence }),
    ),
    presentationAttacks: describePad(face),
  }
}

function describePad({
  minLiveness,
  manifest,
}: Pick<FaceParts, 'minLiveness' | 'manifest'>): CalibrationInForce['presentationAttacks'] {
  const measured = manifest.padCalibration
  if (minLiveness === undefined || measured === undefined) return undefined
  const { dataset, subjects, bpcer, bpcerUpper } = measured.bonaFide
  return {
    minLiveness,
    bonaFide: { dataset, subjects, bpcer, bpcerUpper },
    attacks: measured.attacks.map(({ species, isSimulated, captures, apcer, apcerUpper }) => {
      return { species, isSimulated, captures, apcer, apcerUpper }
    }),
  }
}

export interface AdminHealthParts {
  readonly acting: Acting
  readonly clock: () => Date
  readonly config: Pick<Config, 'issuer' | 'faceWorkerUrls'>
  readonly engine: Pick<FaceParts['engine'], 'workers' | 'hasWorker'>
  readonly databaseKind: 'sqlite' | 'postgres'
  readonly store: Pick<Store, 'ping' | 'logoutDeliveries' | 'outbox'> & {
    readonly audit: Pick<Store['audit'], 'countSignIns'>
  }
  readonly mails: Pick<Store['mailQueue'], 'backlog'>
}

export function createHealthService({ acting, ...parts }: AdminHealthParts): HealthService {
  const counting = createSignInCounting(parts)
  return {
    report: (actor) => acting(actor, { act: 'health.report' }, () => report(parts)),
    signIns: async (actor) => {
      requireAllowed(actor, 'health.report')
      return counting()
    },
  }
}

async function report(parts: Omit<AdminHealthParts, 'acting'>): Promise<HealthReport> {
  const { clock, config, engine, store, mails, databaseKind: kind } = parts
  const queues: readonly QueueReport[] = [
    { name: 'mails', ...(await mails.backlog()) },
    { name: 'logout_deliveries', ...(await store.logoutDeliveries.backlog()) },
    { name: 'webhook', ...(await store.outbox.backlog()) },
  ]
  return {
    version,
    issuer: config.issuer,
    at: clock(),
    database: { kind, isReachable: await store.ping().then(yes, no) },
    faceWorkers: { wanted: engine.workers, areReady: engine.hasWorker(), places: config.faceWorkerUrls },
    queues,
  }
}

const yes = (): boolean => true
const no = (): boolean => false

const mailPlace = z.strictObject({ after: z.string() })

export function createOutboxService(acting: Acting, mails: Store['mailQueue']): OutboxService {
  return {
    list: (actor, { limit, cursor }) =>
      acting(actor, { act: 'outbox.list' }, async () => {
        const found = await mails.list(limit + 1, placeOf(mailPlace, cursor)?.after)
        return pageOf(found, limit, {
          item: ({ kind, ...line }) => ({ ...line, letter: kind }),
          place: ({ id }) => ({ after: id }),
        })
      }),
    retry: (actor, id) =>
      acting(actor, { act: 'outbox.retry', target: id }, async () => {
        if (!(await mails.retry(id))) throw new Fault('admin_not_found')
      }),
    drop: (actor, id) =>
      acting(actor, { act: 'outbox.drop', target: id }, async () => {
        if (!(await mails.drop(id))) throw new Fault('admin_not_found')
      }),
  }
}
