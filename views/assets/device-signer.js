/** What this browser's key signs around one capture; `src/interactions/device-key.ts` says the same words. */
import { createFrameChain, findDevice } from './device-key.js'

/** @typedef {{ readonly device: { readonly keyId: string, readonly challenge: string, readonly signature: string } }} DeviceClaim */

/** @param {(() => Promise<unknown>) | undefined} askChallenge undefined where no device is asked for */
export function createDeviceSigner(askChallenge) {
  const chain = createFrameChain()
  /** @type {import('./device-key.js').Device | undefined} */
  let device
  /** @type {DeviceClaim | undefined} */
  let prepared
  let challenge = ''

  const prepare = async () => {
    prepared = undefined
    device = askChallenge && (await findDevice())
    if (device === undefined || askChallenge === undefined) return
    const { keyId } = device
    const given = /** @type {{ readonly challenge: string }} */ (await askChallenge())
    const signature = await device.sign(['mien-device-begin', given.challenge].join('\n'))
    prepared = { device: { keyId, challenge: given.challenge, signature } }
  }

  return {
    prepare,
    /** Each claim is given once. @returns {Promise<DeviceClaim | undefined>} */
    begin: async () => {
      if (prepared === undefined) await prepare()
      const claim = prepared
      prepared = undefined
      challenge = claim?.device.challenge ?? ''
      chain.restart()
      return claim
    },
    /** @param {Blob} frame that the server took */
    addFrame: async (frame) => {
      if (challenge !== '') await chain.add(frame)
    },
    /** @param {string} captureId */
    end: async (captureId) => {
      const text = ['mien-device-end', challenge, captureId, await chain.digest()].join('\n')
      return device === undefined ? '' : device.sign(text)
    },
  }
}
