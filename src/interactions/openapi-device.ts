/** The part of `/openapi.json` that devices with a key speak: what they sign, and in which spelling. */

const thumbprint = { type: 'string', minLength: 43, maxLength: 43 } as const
const signature = {
  type: 'string',
  minLength: 86,
  maxLength: 86,
  description: 'ECDSA with P-256 and SHA-256, r and s of 32 bytes each (as ES256), base64url.',
} as const

export const deviceSchemas = {
  DeviceChallenge: {
    type: 'object',
    required: ['challenge', 'expiresInSeconds'],
    properties: { challenge: { type: 'string' }, expiresInSeconds: { type: 'integer' } },
  },
  DeviceClaim: {
    type: 'object',
    required: ['keyId', 'challenge', 'signature'],
    description:
      'The signature is over the lines `mien-device-begin` and the challenge, joined by a line feed.',
    properties: {
      keyId: { ...thumbprint, description: 'Thumbprint of the public key (RFC 7638, SHA-256, base64url).' },
      challenge: { type: 'string', maxLength: 200 },
      signature,
    },
  },
  Finish: {
    type: 'object',
    required: ['state', 'frames'],
    description:
      'Where a device began the capture: its signature is due. It is over the lines `mien-device-end`, the challenge, the capture’s id and the frames’ digest, joined by line feeds. The digest is SHA-256, in base64url, over the SHA-256 digests of all frames that were answered with 200, one after the other.',
    properties: { state: { const: 'finish' }, frames: { type: 'integer', minimum: 1 } },
  },
  FinishSignature: { type: 'object', required: ['signature'], properties: { signature } },
} as const
