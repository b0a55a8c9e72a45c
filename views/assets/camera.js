/** Opens the camera, names why it did not open, and closes it. */
import { reportOf } from './camera-report.js'
import { pause } from './dom.js'

/** @typedef {import('./messages.js').CameraFailure} CameraFailure */
/** @typedef {{ readonly report: import('./camera-report.js').CameraReport, stop(): void }} Camera */

export class CameraError extends Error {
  /** @param {CameraFailure} failure @param {unknown} [cause] */
  constructor(failure, cause) {
    super(failure, { cause })
    this.name = 'CameraError'
    this.failure = failure
  }
}

const wanted = {
  audio: false,
  video: { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: 'user', frameRate: { ideal: 30 } },
}

/** Longest wait for the first picture of a camera that did open. */
const firstPictureMs = 8000

/**
 * @param {HTMLVideoElement} video where the picture is shown
 * @param {() => void} onLost called once where the camera goes away by itself
 * @returns {Promise<Camera>}
 * @throws {CameraError}
 */
export async function openCamera(video, onLost) {
  const obstacle = findObstacle()
  if (obstacle !== undefined) throw new CameraError(obstacle)
  const stream = await requestStream()
  const stop = () => {
    for (const track of stream.getTracks()) track.stop()
    if (video.srcObject === stream) video.srcObject = null
  }
  for (const track of stream.getVideoTracks()) track.addEventListener('ended', onLost, { once: true })
  video.srcObject = stream
  try {
    await Promise.race([video.play(), refuseAfter(firstPictureMs)])
  } catch (error) {
    stop()
    throw error instanceof CameraError ? error : new CameraError('silent', error)
  }
  return { report: reportOf(stream.getVideoTracks()[0], video), stop }
}

/** What would keep any camera from opening; asked before the person is. @returns {CameraFailure | undefined} */
function findObstacle() {
  if (!window.isSecureContext) return 'insecure'
  if (window.self !== window.top) return 'framed'
  if (typeof navigator.mediaDevices?.getUserMedia !== 'function') return 'unsupported'
  return undefined
}

/** @returns {Promise<MediaStream>} */
async function requestStream() {
  try {
    return await navigator.mediaDevices.getUserMedia(wanted)
  } catch (error) {
    throw new CameraError(identifyFailure(error), error)
  }
}

/**
 * Names by the Media Capture specification (§10.2); the older ones of some browsers beside them.
 * @param {unknown} error
 * @returns {CameraFailure}
 */
function identifyFailure(error) {
  const { name, message } = error instanceof Error ? error : { name: '', message: '' }
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
      return identifyRefusal(message)
    case 'SecurityError':
      return 'blocked'
    case 'NotFoundError':
    case 'DevicesNotFoundError':
      return 'none'
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'in_use'
    case 'OverconstrainedError':
    case 'ConstraintNotSatisfiedError':
      return 'unsuitable'
    case 'TypeError':
    case 'NotSupportedError':
      return 'unsupported'
    default:
      return 'unknown'
  }
}

/**
 * One name covers four refusals; browsers tell them apart in words alone.
 * @param {string} message
 * @returns {CameraFailure}
 */
function identifyRefusal(message) {
  if (/by system/i.test(message)) return 'system'
  if (/dismissed/i.test(message)) return 'dismissed'
  if (/policy/i.test(message) || isForbiddenByPolicy()) return 'blocked'
  return 'denied'
}

/** Chrome alone can be asked; it still goes by the older name there. */
function isForbiddenByPolicy() {
  if (!('featurePolicy' in document)) return false
  const policy = /** @type {{ allowsFeature(name: string): boolean }} */ (document.featurePolicy)
  return !policy.allowsFeature('camera')
}

/**
 * @param {number} milliseconds
 * @returns {Promise<never>}
 */
async function refuseAfter(milliseconds) {
  await pause(milliseconds)
  throw new CameraError('silent')
}
