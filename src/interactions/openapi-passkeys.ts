/** The part of `/openapi.json` that passkeys speak: the options and answers of WebAuthn, in its own JSON. */
import { json, operation, parameters, ref } from './openapi-operation.ts'

const text = { type: 'string' } as const
const base64url = { type: 'string', pattern: '^[A-Za-z0-9_-]+$' } as const

const credential = (response: Readonly<Record<string, object>>, required: readonly string[]) => ({
  type: 'object',
  required: ['id', 'rawId', 'type', 'response'],
  properties: {
    id: { ...base64url, maxLength: 1364 },
    rawId: { ...base64url, maxLength: 1364 },
    type: { const: 'public-key' },
    response: { type: 'object', required, properties: response },
  },
})

export const passkeySchemas = {
  PasskeyRequestOptions: {
    type: 'object',
    required: ['challenge', 'rpId', 'allowCredentials', 'userVerification', 'timeout'],
    description:
      'For `PublicKeyCredential.parseRequestOptionsFromJSON()` (WebAuthn §5.1). `allowCredentials` is empty before anything was proved in the visit, whatever the address.',
    properties: {
      challenge: { ...base64url, description: 'It serves once, in this visit, for five minutes.' },
      rpId: text,
      allowCredentials: { type: 'array', items: { type: 'object' } },
      userVerification: { const: 'required' },
      timeout: { type: 'integer' },
    },
  },
  PasskeyCreationOptions: {
    type: 'object',
    required: ['challenge', 'rp', 'user', 'pubKeyCredParams', 'excludeCredentials', 'timeout'],
    description: 'For `PublicKeyCredential.parseCreationOptionsFromJSON()` (WebAuthn §5.1).',
    properties: {
      challenge: { ...base64url, description: 'It serves once, in this session, for five minutes.' },
      rp: { type: 'object', properties: { id: text, name: text } },
      user: { type: 'object', properties: { id: base64url, name: text, displayName: text } },
      pubKeyCredParams: { type: 'array', items: { type: 'object' } },
      excludeCredentials: { type: 'array', items: { type: 'object' } },
      timeout: { type: 'integer' },
    },
  },
  PasskeyAnswer: {
    type: 'object',
    required: ['credential'],
    properties: {
      credential: credential(
        {
          clientDataJSON: base64url,
          authenticatorData: base64url,
          signature: base64url,
          userHandle: base64url,
        },
        ['clientDataJSON', 'authenticatorData', 'signature'],
      ),
      anyAccount: {
        type: 'boolean',
        default: false,
        description: 'Whosever passkey it is; otherwise that of the address which was given.',
      },
      device: {
        type: 'object',
        description:
          'Makes this browser’s key a trusted one. `deviceProof` is over the lines `mien-device-trust`, the forgery token and the key’s thumbprint, joined by line feeds.',
        properties: { trustDevice: { const: 'yes' }, deviceKey: text, deviceName: text, deviceProof: text },
      },
    },
  },
  NewPasskey: {
    type: 'object',
    required: ['credential'],
    properties: {
      credential: credential(
        {
          clientDataJSON: base64url,
          attestationObject: base64url,
          transports: { type: 'array', items: text },
        },
        ['clientDataJSON', 'attestationObject'],
      ),
      name: { ...text, maxLength: 200 },
    },
  },
} as const

const body = (name: string): object => ({ required: true, content: json(ref(name)) })

export function passkeyPaths(): Record<string, object> {
  const visit = [parameters.uid]
  const notFresh = ['not_signed_in', 'fresh_authentication_required'] as const
  return {
    '/interaction/{uid}/passkey/options': {
      post: operation({
        operationId: 'askForPasskey',
        summary: 'What the browser asks an authenticator for.',
        success: { status: '200', schema: 'PasskeyRequestOptions', description: 'Nothing is kept of it.' },
        faults: [],
        path: visit,
      }),
    },
    '/interaction/{uid}/passkey': {
      post: operation({
        operationId: 'signInWithPasskey',
        summary: 'Gives the authenticator’s answer; every refusal is one and the same.',
        success: { status: '200', schema: 'Done', description: 'Where the browser goes.' },
        faults: ['form_invalid', 'sign_in_failed', 'too_many_requests'],
        requestBody: body('PasskeyAnswer'),
        path: visit,
      }),
    },
    '/account/passkeys/options': {
      post: operation({
        operationId: 'offerPasskey',
        summary: 'What the browser asks an authenticator to make.',
        success: { status: '200', schema: 'PasskeyCreationOptions', description: 'Nothing is kept of it.' },
        faults: notFresh,
        path: [],
      }),
    },
    '/account/passkeys': {
      post: operation({
        operationId: 'addPasskey',
        summary: 'Adds the passkey that was made.',
        success: { status: '201', schema: 'Done', description: 'It is added.' },
        faults: ['form_invalid', 'passkey_refused', 'passkey_known', 'passkey_limit', ...notFresh],
        requestBody: body('NewPasskey'),
        path: [],
      }),
    },
  }
}
