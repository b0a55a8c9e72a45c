/** The part of `/openapi.json` in which a page tells of its camera. */

const number = { type: 'number', minimum: 0, maximum: 100_000 } as const
const properties = { width: number, height: number, frameRate: number } as const

export const cameraSchemas = {
  CameraReport: {
    type: 'object',
    required: ['label', 'width', 'height'],
    description:
      'What the browser says of the camera. What is odd about it is recorded with the attempt by name, and bars nobody; the label itself is not kept. Without a report, or with one of another shape, the capture is issued all the same.',
    properties: {
      label: { type: 'string', maxLength: 200 },
      width: { ...number, description: 'Of the picture as it is shown.' },
      height: number,
      settings: { type: 'object', properties, description: 'Of `MediaStreamTrack.getSettings()`.' },
      capabilities: {
        type: 'object',
        properties,
        description:
          'The maxima of `MediaStreamTrack.getCapabilities()`; absent where the browser has no such method.',
      },
    },
  },
} as const
