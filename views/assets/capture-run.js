/** The loop of a capture: one frame in flight, in order, no faster than the server takes them. */
import { CameraError } from './camera.js'
import { CaptureProblem } from './capture-client.js'
import { pause } from './dom.js'
import { cameraHelp, said } from './messages.js'

/** @typedef {import('./capture-client.js').CaptureState} CaptureState */
/** @typedef {import('./capture-client.js').IssuedCapture} IssuedCapture */
/** @typedef {import('./messages.js').Help} Help */

/**
 * @typedef {object} RunDependencies
 * @property {ReturnType<typeof import('./capture-client.js').createCaptureClient>} client
 * @property {import('./frames.js').FrameTaker} frames
 * @property {{ remark(text: string): void }} guidance
 * @property {{ settle(): number }} light
 * @property {(state: CaptureState) => boolean} onState whether to go on looking
 */

/** Between two looks at a camera that has no picture yet. */
const noPictureMs = 50

/** @param {RunDependencies} dependencies */
export function createRun({ client, frames, guidance, light, onState }) {
  let sequence = 0
  let intervalMs = 200
  let maxBytes = 100 * 1024
  let wantsSkip = false

  /** One turn: skips, or sends one frame. @param {() => boolean} isWanted @returns {Promise<{ goesOn: boolean, waitMs: number }>} */
  const turn = async (isWanted) => {
    const sentAt = performance.now()
    if (wantsSkip) {
      wantsSkip = false
      const state = await client.skip()
      return { goesOn: isWanted() && onState(state), waitMs: 0 }
    }
    const frame = await frames.take(maxBytes)
    if (frame === undefined || !isWanted()) return { goesOn: true, waitMs: noPictureMs }
    const answer = await client.sendFrame(sequence, frame)
    if (!isWanted()) return { goesOn: false, waitMs: 0 }
    const waitMs = sentAt + intervalMs - performance.now()
    switch (answer.kind) {
      case 'again':
        if (answer.message !== '') guidance.remark(answer.message)
        return { goesOn: true, waitMs: Math.max(answer.afterMs, waitMs) }
      case 'next':
        sequence += 1
        return { goesOn: true, waitMs }
      case 'state':
        sequence += 1
        return { goesOn: onState(answer.state), waitMs: sentAt + paceFor(answer.state) - performance.now() }
    }
  }

  /** The server says when it wants the next frame: seldom while nothing is to be seen. @param {CaptureState} state */
  const paceFor = (state) => Math.max(intervalMs, 'nextFrameMs' in state ? (state.nextFrameMs ?? 0) : 0)

  return {
    /** @param {IssuedCapture} issued */
    begin: (issued) => {
      sequence = 0
      wantsSkip = false
      intervalMs = issued.frameIntervalMs
      maxBytes = issued.maxFrameBytes
    },
    /** Served between two frames, so that the server never gets two requests at once. */
    requestSkip: () => {
      wantsSkip = true
    },
    /** Sends frames until the state or the page says otherwise. @param {() => boolean} isWanted */
    look: async (isWanted) => {
      while (isWanted()) {
        const { goesOn, waitMs } = await turn(isWanted)
        if (!goesOn) return
        const restMs = Math.max(waitMs, light.settle())
        if (restMs > 0) await pause(restMs)
      }
    },
  }
}

/**
 * @param {unknown} error
 * @returns {{ readonly help: Help, readonly waitSeconds: number }}
 */
export function helpFor(error) {
  if (error instanceof CameraError) return { help: cameraHelp[error.failure], waitSeconds: 0 }
  if (error instanceof CaptureProblem) {
    const { message, retryAfterSeconds = 0, reference, code } = error.problem
    const text =
      code === 'internal' && reference !== undefined ? `${message} Reference ${reference}.` : message
    return { help: { title: said.stopped, text }, waitSeconds: retryAfterSeconds }
  }
  // What fetch throws where nothing answers.
  if (error instanceof TypeError) return { help: said.offline, waitSeconds: 0 }
  return { help: cameraHelp.unknown, waitSeconds: 0 }
}
