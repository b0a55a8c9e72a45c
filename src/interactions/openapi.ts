/** The JSON endpoints of captures and passkeys as an OpenAPI 3.1 document, served at `/openapi.json`; a test holds it to the routes. */
import { catalogue, type FaultCode } from '../errors.ts'
import { captureLimits } from './capture.ts'
import { cameraSchemas } from './openapi-camera.ts'
import { deviceSchemas } from './openapi-device.ts'
import { passkeyPaths, passkeySchemas } from './openapi-passkeys.ts'
import { json, operation, parameters, ref } from './openapi-operation.ts'

const cameraBody = {
  required: true,
  content: json({
    type: 'object',
    properties: {
      canTurn: {
        type: 'boolean',
        default: true,
        description: 'Whether the person can turn the head; otherwise the challenge asks to come closer.',
      },
      canFlash: {
        type: 'boolean',
        default: true,
        description:
          'Whether the screen may shine in changing colours, where the house asks for that; otherwise the password follows the face.',
      },
      camera: ref('CameraReport'),
      device: ref('DeviceClaim'),
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
        faults: isEnrolment
          ? ['form_invalid', 'too_many_requests', 'engine_busy']
          : ['form_invalid', 'device_challenge_spent', 'too_many_requests', 'engine_busy'],
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
  if (!isEnrolment) return { ...paths, ...devicePaths(prefix, owner) }
  return { ...paths, ...enrolmentPaths(prefix, one, name) }
}

function devicePaths(prefix: string, owner: readonly object[]): Record<string, object> {
  return {
    '/interaction/{uid}/device-challenge': {
      post: operation({
        operationId: 'issueDeviceChallenge',
        summary: 'Gives a device the one-time challenge that it signs before the camera starts.',
        success: { status: '201', schema: 'DeviceChallenge', description: 'It serves once, in this visit.' },
        faults: [],
        path: owner,
      }),
    },
    [`${prefix}/{captureId}/finish`]: {
      post: operation({
        operationId: 'finishSignInCapture',
        summary: 'Gives the signature of the device over the frames; the answer is the verdict.',
        success: { status: '200', schema: 'CaptureState', description: 'Done or failed.' },
        faults: [...lost, 'capture_out_of_order', 'form_invalid'],
        requestBody: { required: true, content: json(ref('FinishSignature')) },
        path: [...owner, parameters.captureId],
      }),
    },
  }
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
    oneOf: [ref('Look'), ref('Review'), ref('Finish'), ref('Done'), ref('Failed')],
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
          light: { ...text, description: 'What the page fills the screen with meanwhile, as `#rrggbb`.' },
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
  ...cameraSchemas,
  ...deviceSchemas,
  ...passkeySchemas,
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
      title: 'Mien: captures and passkeys',
      version,
      description:
        'How a page streams frames of a camera under a one-time challenge, and how passkeys are added and used. OpenID itself is described by `/.well-known/openid-configuration`.',
    },
    servers: [{ url: issuer }],
    paths: {
      ...capturePaths('/interaction/{uid}/capture', [parameters.uid], 'SignIn'),
      ...capturePaths('/interaction/{uid}/enrolment', [parameters.uid], 'FirstEnrolment'),
      ...capturePaths('/account/face/enrolment', [], 'Enrolment'),
      ...passkeyPaths(),
    },
    components: { schemas },
  }
}
