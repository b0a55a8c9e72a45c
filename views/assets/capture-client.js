/** Speaks the capture protocol of `/openapi.json`: issue, frames in order, and what an enrolment adds. */
import { createDeviceSigner } from './device-signer.js'

/** @typedef {{ readonly name: string, readonly instruction: string, readonly number: number, readonly of: number, readonly canSkip: boolean, readonly light?: string }} Step */
/** @typedef {{ readonly code: string, readonly text: string }} Hint */
/** @typedef {{ readonly index: number, readonly name: string }} Sample */
/** @typedef {{ readonly state: 'look', readonly step: Step, readonly progress: number, readonly hint: Hint | null, readonly nextFrameMs?: number, readonly sampleTaken?: number }} LookState */
/** @typedef {{ readonly state: 'review', readonly samples: readonly Sample[], readonly sampleTaken?: number }} ReviewState */
/** @typedef {{ readonly state: 'done', readonly location: string }} DoneState */
/** @typedef {{ readonly state: 'failed', readonly message: string, readonly location?: string }} FailedState */
/** @typedef {{ readonly state: 'finish', readonly frames: number }} FinishState */
/** @typedef {LookState | ReviewState | DoneState | FailedState} CaptureState */
/** @typedef {{ readonly framesUrl: string, readonly frameIntervalMs: number, readonly maxFrameBytes: number, readonly expiresInSeconds: number, readonly state: CaptureState }} IssuedCapture */
/** @typedef {{ readonly code: string, readonly message: string, readonly reference?: string, readonly retryAfterSeconds?: number }} Problem */

/**
 * What became of a frame: a state, the same number again after a while, the next number, or the end.
 * @typedef {{ readonly kind: 'state', readonly state: CaptureState }
 *   | { readonly kind: 'again', readonly afterMs: number, readonly message: string }
 *   | { readonly kind: 'next' }} FrameAnswer
 */

export class CaptureProblem extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.message)
    this.name = 'CaptureProblem'
    this.problem = problem
  }
}

/** Frames lost on the way, one after the other, until the connection counts as gone. */
const mostFailuresInARow = 6

/** @param {string} csrf the forgery token of the page */
function createSender(csrf) {
  /** @param {string} url @param {BodyInit} body @param {string} type */
  const send = (url, body, type) =>
    fetch(url, {
      method: 'POST',
      body,
      credentials: 'same-origin',
      cache: 'no-store',
      headers: { 'content-type': type, accept: 'application/json', 'x-csrf-token': csrf },
    })

  /** @param {string} url @param {object} content @returns {Promise<unknown>} */
  const sendJson = async (url, content) => {
    const response = await send(url, JSON.stringify(content), 'application/json')
    if (!response.ok) throw new CaptureProblem(await readProblem(response))
    return response.json()
  }

  return { send, sendJson }
}

/** @param {{ readonly captureUrl: string, readonly csrf: string, readonly deviceUrl?: string | undefined }} settings */
export function createCaptureClient({ captureUrl, csrf, deviceUrl }) {
  let framesUrl = ''
  let failuresInARow = 0
  const { send, sendJson } = createSender(csrf)
  const signer = createDeviceSigner(deviceUrl === undefined ? undefined : () => sendJson(deviceUrl, {}))

  /** @param {object} wish */
  const issue = async (wish) => {
    const device = await signer.begin()
    return /** @type {IssuedCapture} */ (await sendJson(captureUrl, { ...wish, ...device }))
  }

  /** A device signs what it has sent before the verdict is told. @param {CaptureState | FinishState} state @returns {Promise<CaptureState>} */
  const conclude = async (state) => {
    if (state.state !== 'finish') return state
    const captureId = framesUrl.slice(framesUrl.lastIndexOf('/') + 1)
    return act('finish', { signature: await signer.end(captureId) })
  }

  /** @param {string} verb @param {object} [content] @returns {Promise<CaptureState>} */
  const act = async (verb, content = {}) =>
    /** @type {CaptureState} */ (await sendJson(`${framesUrl}/${verb}`, content))

  return {
    /** Before the camera starts: a device that is known here signs a challenge. */
    prepare: () => signer.prepare(),
    /**
     * @param {import('./camera-report.js').CameraReport} camera
     * @param {{ readonly canTurn: boolean, readonly canFlash: boolean }} can
     */
    issue: async (camera, can) => {
      const wish = { camera, ...can }
      const issued = await issue(wish).catch((error) => {
        // Whoever took long to allow the camera gets a fresh challenge.
        if (!(error instanceof CaptureProblem && error.problem.code === 'device_challenge_spent')) throw error
        return issue(wish)
      })
      framesUrl = issued.framesUrl
      failuresInARow = 0
      return issued
    },
    /**
     * @param {number} sequence @param {Blob} frame
     * @returns {Promise<FrameAnswer>}
     * @throws {CaptureProblem | TypeError} the latter where the server cannot be reached
     */
    sendFrame: async (sequence, frame) => {
      let response
      try {
        response = await requireAnswer(await send(`${framesUrl}/frames/${sequence}`, frame, 'image/jpeg'))
      } catch (error) {
        failuresInARow += 1
        if (failuresInARow >= mostFailuresInARow) throw error
        return { kind: 'again', afterMs: 250 * 2 ** failuresInARow, message: '' }
      }
      failuresInARow = response.ok ? 0 : failuresInARow + 1
      if (response.ok) {
        await signer.addFrame(frame)
        const state = /** @type {CaptureState | FinishState} */ (await response.json())
        return { kind: 'state', state: await conclude(state) }
      }
      return judge(await readProblem(response), response, failuresInARow)
    },
    skip: () => act('skip'),
    /** @param {number} index */
    retake: (index) => act('retake', { index }),
    confirm: () => act('confirm'),
  }
}

/**
 * A proxy says so where the server behind it went away: nobody has answered, as where the line is cut.
 * @param {Response} response
 */
async function requireAnswer(response) {
  if (response.status === 502 || response.status === 504)
    throw new CaptureProblem(await readProblem(response))
  return response
}

/**
 * @param {Problem} problem @param {Response} response @param {number} failures
 * @returns {FrameAnswer}
 */
function judge(problem, response, failures) {
  if (response.status === 503 || problem.code === 'capture_too_fast') {
    // Nothing was measured: the server waits for this number still.
    return { kind: 'again', afterMs: (problem.retryAfterSeconds ?? 1) * 1000, message: problem.message }
  }
  if (problem.code === 'frame_unreadable' && failures < mostFailuresInARow) return { kind: 'next' }
  throw new CaptureProblem(problem)
}

/**
 * @param {Response} response
 * @returns {Promise<Problem>}
 */
async function readProblem(response) {
  const header = Number(response.headers.get('retry-after') ?? NaN)
  const wait = header >= 0 ? { retryAfterSeconds: header } : {}
  try {
    return { ...wait, .../** @type {Problem} */ (await response.json()) }
  } catch {
    // A proxy in between may answer in its own words.
    return { ...wait, code: 'unreadable', message: 'The server gave no answer that can be read. Try again.' }
  }
}
