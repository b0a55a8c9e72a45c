/** Every metric of the house, once: what it is called, what it says, and which values its labels may have. Nothing here is about one person. */
import { catalogue } from '../errors.ts'
import { acrs } from '../policy/assurance.ts'
import { auditTypes, grantTypes, hints, httpMethods, protocolErrors, protocolPlaces } from './label-values.ts'
import { type Described, standardBuckets, type TimedDescription } from './metric-kinds.ts'

const factors = ['face', 'password', 'passkey', 'otp', 'email'] as const
const statuses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const
/** Frames of a capture come five a second; a stage of them takes milliseconds. */
const frameBuckets = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5] as const
/** People take seconds. */
const captureBuckets = [1, 2, 3, 4, 6, 8, 10, 15, 20, 30, 45, 75] as const

export const counters = {
  mien_sign_ins_total: {
    help: 'Sign-ins: those that were accepted, by level and by the factors used, and the tries that were refused, by factor.',
    labels: {
      outcome: ['accepted', 'refused'],
      acr: [...Object.values(acrs), 'none'],
      factor: [...factors, 'several'],
    },
  },
  mien_factor_attempts_total: {
    help: 'Tries of a factor as the ledger of attempts has them, by what came of them.',
    labels: {
      factor: factors,
      outcome: ['accept', 'no_match', 'no_template', 'presentation_attack', 'locked'],
    },
  },
  mien_captures_total: {
    help: 'Captures begun, with all steps satisfied, and refused, by the code of the refusal.',
    labels: {
      outcome: [
        'begun',
        'satisfied',
        ...Object.keys(catalogue).filter((code) => /^(capture|frame|engine)_/.test(code)),
      ],
    },
  },
  mien_capture_hints_total: {
    help: 'Hints given to people in front of the camera.',
    labels: { hint: hints },
  },
  mien_frames_total: {
    help: 'Frames given to the face engine, by what came of them.',
    labels: { outcome: ['measured', 'unreadable', 'overloaded', 'failed'] },
  },
  mien_face_worker_restarts_total: { help: 'Face workers that ended and were replaced.' },
  mien_token_grants_total: {
    help: 'Times that an app was given tokens, by grant type.',
    labels: { grant_type: grantTypes },
  },
  mien_token_revocations_total: { help: 'Revocations that apps asked for (RFC 7009).' },
  mien_token_introspections_total: { help: 'Introspections that were answered (RFC 7662).' },
  mien_provider_errors_total: {
    help: 'Refusals of the protocol, by endpoint and by the code of OAuth 2.0 or OpenID Connect.',
    labels: { endpoint: protocolPlaces, code: protocolErrors },
  },
  mien_refusals_total: {
    help: 'Requests that ended in a fault of the catalogue, by its code.',
    labels: { code: Object.keys(catalogue) },
  },
  mien_audit_events_total: {
    help: 'Events appended to the audit trail, by type.',
    labels: { type: auditTypes },
  },
  mien_mails_total: {
    help: 'Mails by what came of a try to send them.',
    labels: { outcome: ['sent', 'refused', 'failed'] },
  },
  mien_logout_deliveries_total: {
    help: 'Back-channel sign-outs by what came of a try to tell the app.',
    labels: { outcome: ['delivered', 'postponed', 'abandoned'] },
  },
  mien_webhook_events_total: {
    help: 'Events of the audit trail by what came of a try to post them to the webhook.',
    labels: { outcome: ['taken', 'postponed', 'dropped'] },
  },
  mien_database_errors_total: {
    help: 'Operations of the database that failed.',
    labels: { kind: ['run', 'transact'] },
  },
} as const satisfies Readonly<Record<string, Described>>

export const timers = {
  mien_http_request_duration_seconds: {
    help: 'From the first byte of a request to the end of its answer.',
    labels: { route: 300, method: httpMethods, status: statuses },
    buckets: standardBuckets,
  },
  mien_frame_stage_duration_seconds: {
    help: 'Work of a face worker on one frame, by stage.',
    labels: { stage: ['decode', 'detect', 'align', 'embed', 'pad', 'pose', 'backdrop'] },
    buckets: frameBuckets,
  },
  mien_frame_wait_seconds: { help: 'How long a frame waited for a face worker.', buckets: frameBuckets },
  mien_frame_duration_seconds: {
    help: 'How long a face worker had a frame, with the way there and back.',
    buckets: frameBuckets,
  },
  mien_verdict_duration_seconds: {
    help: 'Of a face attempt: the comparison with the gallery, and the whole verdict with its records.',
    labels: { part: ['compare', 'whole'] },
    buckets: standardBuckets,
  },
  mien_capture_duration_seconds: {
    help: 'From “Start camera” to the last step satisfied (challenge), and to the verdict (whole): what a person waits for.',
    labels: { part: ['challenge', 'whole'] },
    buckets: captureBuckets,
  },
  mien_database_operation_duration_seconds: {
    help: 'Work on the database, alone (run) or in a transaction (transact), without the wait before it.',
    labels: { kind: ['run', 'transact'] },
    buckets: standardBuckets,
  },
  mien_database_wait_seconds: {
    help: 'How long work waited for the database: for the queue of SQLite, for a connection of PostgreSQL.',
    labels: { kind: ['run', 'transact'] },
    buckets: standardBuckets,
  },
  mien_redis_command_duration_seconds: {
    help: 'Commands and scripts of Redis, with the way there and back; absent where there is none.',
    labels: { outcome: ['done', 'failed'] },
    buckets: standardBuckets,
  },
  mien_outbound_request_duration_seconds: {
    help: 'Calls to addresses that clients named.',
    labels: { outcome: ['answered', 'refused'] },
    buckets: standardBuckets,
  },
} as const satisfies Readonly<Record<string, TimedDescription>>

export const gauges = {
  mien_build_info: { help: 'Always 1; the labels say what runs.', labels: { version: 4, node: 4 } },
  mien_ready: { help: 'Whether /readyz says yes.' },
  mien_frames_waiting: { help: 'Frames that wait for a face worker.' },
  mien_face_workers: {
    help: 'Face workers: wanted by the settings, alive, able to take frames, and at work.',
    labels: { state: ['wanted', 'alive', 'able', 'busy'] },
  },
  mien_open_captures: { help: 'Captures that are open on this node.' },
  mien_database_waiting: { help: 'Work that waits for the database.' },
  mien_database_connections: {
    help: 'Connections of the pool of PostgreSQL; absent with SQLite.',
    labels: { state: ['total', 'idle', 'waited_for'] },
  },
  mien_redis_up: { help: 'Whether Redis answers; absent where there is none.' },
  mien_event_loop_utilization_ratio: {
    help: 'Share of the time since the last scrape in which the event loop was at work, 0 to 1.',
  },
  mien_signing_key_age_seconds: {
    help: 'How long the signing keys in use have signed.',
  },
  mien_signing_key_next_rotation_timestamp_seconds: {
    help: 'When the next keys begin to be shown, in seconds of Unix time; absent where rotation is by hand.',
  },
  mien_mails_waiting: { help: 'Mails that wait to be sent, or are being sent.' },
  mien_logout_deliveries_waiting: { help: 'Back-channel sign-outs that an app is still to be told of.' },
  mien_webhook_events_waiting: { help: 'Events that the webhook has not taken yet.' },
  mien_subjects: { help: 'Accounts; counted anew every five minutes at most.' },
  mien_templates: { help: 'Templates of faces; counted anew every five minutes at most.' },
} as const satisfies Readonly<Record<string, Described>>

export type CounterName = keyof typeof counters
export type TimerName = keyof typeof timers
export type GaugeName = keyof typeof gauges

/** All of them, for whoever does not care for the kind. */
export const described: Readonly<Record<string, Described>> = { ...counters, ...timers, ...gauges }
