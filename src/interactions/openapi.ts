/** The JSON endpoints of captures as an OpenAPI 3.1 document, served at `/openapi.json`; a test holds it to the routes. */
import { catalogue, type FaultCode } from '../errors.ts'
import { captureLimits } from './capture.ts'

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: object): object => ({ 'application/json': { schema } })

const parameters = {
  uid: {
    name: 'uid',
    in: 'path',
    required: true,
    schema: { type: 'string' },
    description: 'The interaction, as in the address of the page; bound to the browser by a signed cookie.',
  },
  captureId: {
    name: 'captureId',
    in: 'path',
    required: true,
    schema: { type: 'string', minLength: 32 },
    description: 'The one-time capture challenge.',
  },
  sequence: {
    name: 'sequence',
    in: 'path',
    required: true,
    schema: { type: 'integer', minimum: 0 },
    description: 'Number of the frame, from 0, without gaps.',
  },
  token: {
    name: 'x-csrf-token',
    in: 'header',
    required: true,
    schema: { type: 'string' },
    description: 'The forgery token that the page carries.',
  },
}

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly success: { readonly status: string; readonly schema: string; readonly description: string }
  readonly faults: readonly FaultCode[]
  readonly requestBody?: object
  readonly path: readonly object[]
}

function operation({ operationId, summary, success, faults, requestBody, path }: Operation): object {
  const codes = ['forgery_suspected', ...faults] as const
  const byStatus = Map.groupBy(codes, (code) => String(catalogue[code][0]))
  const responses: Record<string, object> = {
    [success.status]: { description: success.description, content: json(ref(success.schema)) },
  }
  for (const [status, each] of byStatus) {
    const content = { 'application/problem+json': { schema: ref('Problem') } }
    responses[status] = { description: each.join(', '), content }
  }
  return {
    operationId,
    summary,
    parameters: [...path, parameters.token],
    ...(requestBody === undefined ? {} : { requestBody }),
    responses,
  }
}

const cameraBody = {
  required: false,
  content: json({
    type: 'object',
    properties: {
      canTurn: {
        type: 'boolean',
        default: true,
        description: 'Whether the person can turn the head; otherwise the challenge asks to come closer.',
      },
      camera: {
        type: 'object',
        properties: { label: { type: 'string' }, width: { type: 'integer' }, height: { type: 'integer' } },
      },
    },
  }),
}
const frameBody = {
  required: true,
  description: `One JPEG frame of at most ${captureLimits.mostFrameBytes} bytes, unmirrored.`,
  content: { 'image/jpeg': { schema: { type: 'string', contentMediaType: 'image/jpeg' } } },
}
const retakeBody = { required: true, content: json(ref('Retake')) }

const lost = ['capture_not_found', 'capture_expired'] as const
const frameFaults = [
  ...lost,
  'capture_out_of_order',
  'capture_too_fast',
  'capture_exhausted',
  'frame_too_large',
  'frame_unreadable',
  'frame_type_unsupported',
  'engine_busy',
] as const

function capturePaths(prefix: string, owner: readonly object[], name: string): Record<string, object> {
  const one = [...owner, parameters.captureId]
  const step = { status: '200', schema: 'CaptureState', description: 'What comes next.' }
  const issued = {
    status: '201',
    schema: 'IssuedCapture',
    description: 'The capture was issued; any earlier one of this visit has ended.',
  }
  const isEnrolment = name !== 'SignIn'
  const paths: Record<string, object> = {
    [prefix]: {
      post: operation({
        operationId: `issue${name}Capture`,
        summary: 'Issues a one-time capture challenge.',
        success: issued,
        faults: ['form_invalid', 'too_many_requests', 'engine_busy'],
        requestBody: cameraBody,
        path: owner,
      }),
    },
    [`${prefix}/{captureId}/frames/{sequence}`]: {
      post: operation({
        operationId: `send${name}Frame`,
        summary: 'Sends the next frame; the answer is a hint, the next step, or the verdict.',
        success: step,
        faults: frameFaults,
        requestBody: frameBody,
        path: [...one, parameters.sequence],
      }),
    },
  }
  if (!isEnrolment) return paths
  return { ...paths, ...enrolmentPaths(prefix, one, name) }
}

function enrolmentPaths(prefix: string, path: readonly object[], name: string): Record<string, object> {
  const success = { status: '200', schema: 'CaptureState', description: 'What comes next.' }
  const post = (
    verb: string,
    summary: string,
    rest: { faults: readonly FaultCode[]; requestBody?: object },
  ): object => ({
    post: operation({ operationId: `${verb}${name}`, summary, success, path, ...rest }),
  })
  return {
    [`${prefix}/{captureId}/skip`]: post('skip', 'Skips the pose in hand.', {
      faults: [...lost, 'form_invalid'],
    }),
    [`${prefix}/{captureId}/retake`]: post('retake', 'Takes one sample again.', {
      faults: [...lost, 'form_invalid'],
      requestBody: retakeBody,
    }),
    [`${prefix}/{captureId}/confirm`]: post('confirm', 'Keeps the samples as templates.', {
      faults: [...lost, 'enrolment_incomplete'],
    }),
  }
}

const text = { type: 'string' } as const
const index = { type: 'integer', minimum: 0 } as const

const schemas = {
  IssuedCapture: {
    type: 'object',
    required: ['framesUrl', 'frameIntervalMs', 'maxFrameBytes', 'expiresInSeconds', 'state'],
    properties: {
      framesUrl: { ...text, description: 'Frames go to `{framesUrl}/frames/{sequence}`.' },
      frameIntervalMs: { type: 'number', description: 'Least time between two frames.' },
      maxFrameBytes: { type: 'integer' },
      expiresInSeconds: { type: 'integer' },
      state: ref('CaptureState'),
    },
  },
  CaptureState: {
    oneOf: [ref('Look'), ref('Review'), ref('Done'), ref('Failed')],
    discriminator: { propertyName: 'state' },
  },
  Look: {
    type: 'object',
    required: ['state', 'step', 'progress', 'hint'],
    properties: {
      state: { const: 'look' },
      step: {
        type: 'object',
        required: ['name', 'instruction', 'number', 'of', 'canSkip'],
        properties: {
          name: { enum: ['front', 'left', 'right', 'up', 'down'] },
          instruction: text,
          number: { type: 'integer', minimum: 1 },
          of: { type: 'integer', minimum: 1 },
          canSkip: { type: 'boolean' },
        },
      },
      progress: { type: 'number', minimum: 0, maximum: 1 },
      hint: {
        oneOf: [
          { type: 'null' },
          { type: 'object', required: ['code', 'text'], properties: { code: text, text } },
        ],
      },
      nextFrameMs: { type: 'integer', description: 'When the next frame is wanted, counted from this one.' },
      sampleTaken: { ...index, description: 'The frame just sent became this sample.' },
    },
  },
  Review: {
    type: 'object',
    required: ['state', 'samples'],
    properties: {
      state: { const: 'review' },
      samples: {
        type: 'array',
        items: { type: 'object', required: ['index', 'name'], properties: { index, name: text } },
      },
      sampleTaken: index,
    },
  },
  Done: {
    type: 'object',
    required: ['state', 'location'],
    properties: { state: { const: 'done' }, location: text },
  },
  Failed: {
    type: 'object',
    required: ['state', 'message', 'location'],
    properties: { state: { const: 'failed' }, message: text, location: text },
  },
  Retake: { type: 'object', required: ['index'], properties: { index } },
  Problem: {
    type: 'object',
    required: ['code', 'message', 'reference'],
    properties: {
      code: { enum: Object.keys(catalogue) },
      message: text,
      reference: { ...text, description: 'Finds the line of the log.' },
      retryAfterSeconds: { type: 'integer' },
    },
  },
} as const

export function openApiDocument(issuer: string, version: string): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Mien: captures',
      version,
      description:
        'How a page streams frames of a camera under a one-time challenge. OpenID itself is described by `/.well-known/openid-configuration`.',
    },
    servers: [{ url: issuer }],
    paths: {
      ...capturePaths('/interaction/{uid}/capture', [parameters.uid], 'SignIn'),
      ...capturePaths('/interaction/{uid}/enrolment', [parameters.uid], 'FirstEnrolment'),
      ...capturePaths('/account/face/enrolment', [], 'Enrolment'),
    },
    components: { schemas },
  }
}
