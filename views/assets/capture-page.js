/** The capture page: joins the camera, the protocol, the guidance and the review. */
import { CameraError, openCamera } from './camera.js'
import { createCaptureClient } from './capture-client.js'
import { countDown } from './countdown.js'
import { find, get } from './dom.js'
import { createFrameTaker } from './frames.js'
import { createGuidance } from './guidance.js'
import { createLight } from './light.js'
import { said } from './messages.js'
import { createReview } from './review.js'
import { createRun, helpFor } from './capture-run.js'

/** @typedef {import('./capture-client.js').CaptureState} CaptureState */
/** @typedef {import('./messages.js').CameraFailure} CameraFailure */
/** @typedef {import('./messages.js').Help} Help */

const card = get(document, '[data-capture-card]', HTMLElement)
const root = get(card, '[data-capture]', HTMLElement)
const video = get(root, '[data-video]', HTMLVideoElement)
const startButton = get(card, '[data-start]', HTMLButtonElement)
const skipButton = find(card, '[data-skip]', HTMLButtonElement)
const confirmButton = find(card, '[data-confirm]', HTMLButtonElement)
const reviewRoot = find(card, '[data-review]', HTMLElement)
const noTurns = find(card, '[data-no-turns]', HTMLInputElement)
const timer = find(card, '[data-timer]', HTMLElement)

const guidance = createGuidance(root)
const light = createLight(card)
const frames = createFrameTaker(video)
const client = createCaptureClient({
  captureUrl: root.dataset['captureUrl'] ?? '',
  csrf: root.dataset['csrf'] ?? '',
  deviceUrl: root.dataset['deviceUrl'],
})
const review = reviewRoot && createReview(reviewRoot, (index) => void retake(index))

/** @type {import('./camera.js').Camera | undefined} */
let camera
/** Raised at every stop, so that what a stopped run still has under way is dropped. */
let visit = 0
/** @type {CameraFailure | undefined} */
let lastFailure

const run = createRun({ client, frames, guidance, light, onState: (state) => arrive(state) })

async function start() {
  const mine = (visit += 1)
  lastFailure = undefined
  guidance.forgive()
  review?.hide()
  review?.discard()
  setLive(true)
  guidance.setStage('starting')
  guidance.announce(said.starting)
  try {
    await client.prepare()
    if (mine !== visit || !(await openFor(mine))) return
    if (camera === undefined) return
    const issued = await client.issue(camera.report, {
      canTurn: noTurns?.checked !== true,
      canFlash: light.isAllowed(),
    })
    if (mine !== visit) return
    guidance.setStage('live')
    run.begin(issued)
    arrive(issued.state)
    await run.look(() => mine === visit)
  } catch (error) {
    if (mine === visit) fail(error)
  }
}

/** @param {number} mine @returns {Promise<boolean>} false where the person has moved on meanwhile */
async function openFor(mine) {
  const opened = await openCamera(video, () => {
    if (mine === visit) fail(new CameraError('lost'))
  })
  if (mine === visit) {
    camera = opened
    return true
  }
  opened.stop()
  return false
}

/** @param {CaptureState} state @returns {boolean} whether the camera goes on looking */
function arrive(state) {
  if ('sampleTaken' in state && state.sampleTaken !== undefined) {
    review?.keep(state.sampleTaken, frames.copyLast())
  }
  switch (state.state) {
    case 'look':
      guidance.look(state)
      light.follow(state.step)
      if (skipButton !== undefined) skipButton.hidden = !state.step.canSkip
      return true
    case 'review':
      stop()
      showBefore(false)
      startButton.hidden = true
      root.hidden = true
      if (confirmButton !== undefined) confirmButton.hidden = false
      review?.show(state.samples)
      return false
    case 'done':
      leave(state.location)
      return false
    case 'failed':
      stop()
      if (state.location === undefined) guidance.fail({ title: said.stopped, text: state.message })
      else window.location.assign(state.location)
      return false
  }
}

/** @param {string} location */
function leave(location) {
  const wasLive = camera !== undefined
  visit += 1
  closeCamera()
  review?.discard()
  root.hidden = false
  if (wasLive) guidance.finish()
  else guidance.announce(said.done)
  window.location.assign(location)
}

/** @param {number} index */
async function retake(index) {
  const mine = (visit += 1)
  guidance.forgive()
  review?.hide()
  root.hidden = false
  setLive(true)
  guidance.setStage('starting')
  try {
    if (!(await openFor(mine))) return
    const state = await client.retake(index)
    if (mine !== visit) return
    guidance.setStage('live')
    arrive(state)
    startButton.focus()
    await run.look(() => mine === visit)
  } catch (error) {
    if (mine === visit) fail(error)
  }
}

async function confirm() {
  if (confirmButton === undefined) return
  confirmButton.disabled = true
  try {
    arrive(await client.confirm())
  } catch (error) {
    fail(error)
  } finally {
    confirmButton.disabled = false
  }
}

/** @param {unknown} error */
function fail(error) {
  if (error instanceof CameraError) lastFailure = error.failure
  stop()
  review?.hide()
  review?.discard()
  root.hidden = false
  const { help, waitSeconds } = helpFor(error)
  guidance.fail(help)
  if (waitSeconds > 0) void holdBack(waitSeconds)
}

/** Back to how the page was before the camera. */
function stop() {
  visit += 1
  closeCamera()
  guidance.reset()
  setLive(false)
}

function closeCamera() {
  light.clear()
  camera?.stop()
  camera = undefined
  frames.discard()
}

/** @param {boolean} isLive */
function setLive(isLive) {
  card.toggleAttribute('data-live', isLive)
  startButton.hidden = false
  startButton.textContent = isLive ? said.stop : said.start
  if (confirmButton !== undefined) confirmButton.hidden = true
  if (skipButton !== undefined && !isLive) skipButton.hidden = true
  showBefore(!isLive)
}

/** @param {boolean} isShown */
function showBefore(isShown) {
  for (const element of card.querySelectorAll('[data-before]')) element.toggleAttribute('hidden', !isShown)
}

/** @param {number} seconds */
async function holdBack(seconds) {
  if (timer === undefined) return
  startButton.disabled = true
  await countDown(timer, seconds)
  startButton.disabled = false
}

startButton.addEventListener('click', () => {
  if (card.hasAttribute('data-live')) stop()
  else void start()
})
skipButton?.addEventListener('click', () => {
  run.requestSkip()
})
confirmButton?.addEventListener('click', () => void confirm())
document.addEventListener('visibilitychange', () => {
  if (document.hidden && card.hasAttribute('data-live')) fail(new CameraError('hidden'))
})
window.addEventListener('pagehide', closeCamera)
navigator.mediaDevices?.addEventListener('devicechange', () => {
  if (lastFailure !== 'none' && lastFailure !== 'lost') return
  lastFailure = undefined
  guidance.fail(said.cameraFound)
})

const waitSeconds = Number(root.dataset['waitSeconds'] ?? 0)
if (waitSeconds > 0) void holdBack(waitSeconds)
else startButton.disabled = false
