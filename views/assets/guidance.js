/** Says what to do, one sentence at a time: to the eye, and to a screen reader. */
import { find, get } from './dom.js'
import { said } from './messages.js'

/** Hints change no faster than this: a person can follow one thing at a time. */
export const calmMs = 600

/** @typedef {import('./capture-client.js').LookState} LookState */
/** @typedef {import('./messages.js').Help} Help */
/** @typedef {'idle' | 'starting' | 'live' | 'done'} Stage */

/** @param {Element} root */
export function createGuidance(root) {
  const stage = get(root, '.stage', HTMLElement)
  const ring = get(root, '[data-ring]', SVGElement)
  const instruction = get(root, '[data-instruction]', HTMLElement)
  const spoken = get(root, '[data-spoken]', HTMLElement)
  const count = get(root, '[data-step-count]', HTMLElement)
  const hint = createCalmText(get(root, '[data-hint]', HTMLElement))
  let saidHalfWay = false

  /** @param {number} progress */
  const fill = (progress) => {
    ring.style.strokeDashoffset = String(100 * (1 - progress))
  }

  return {
    ...createProblem(root),
    /** @param {Stage} name */
    setStage: (name) => {
      stage.dataset['stage'] = name
    },
    /** @param {LookState} state */
    look: ({ step, progress, hint: given }) => {
      setText(instruction, step.instruction)
      hint.show(given?.text === step.instruction ? '' : (given?.text ?? ''))
      fill(progress)
      count.hidden = step.of < 2
      setText(count, said.stepShort(step.number, step.of))
      if (step.of > 1) setText(spoken, said.step(step.number, step.of))
      else if (progress >= 0.5 && !saidHalfWay) {
        saidHalfWay = true
        setText(spoken, said.halfWay)
      }
    },
    /** A remark of the moment, calm like a hint. @param {string} text */
    remark: hint.show,
    /** @param {string} text */
    announce: (text) => {
      hint.clear()
      setText(instruction, text)
    },
    finish: () => {
      fill(1)
      stage.dataset['stage'] = 'done'
      hint.clear()
      setText(instruction, said.done)
    },
    reset: () => {
      stage.dataset['stage'] = 'idle'
      hint.clear()
      setText(instruction, '')
      setText(spoken, '')
      count.hidden = true
      saidHalfWay = false
      fill(0)
    },
  }
}

/** Why it cannot go on, and what to do. @param {Element} root */
function createProblem(root) {
  const problem = get(root, '[data-problem]', HTMLElement)
  return {
    /** @param {Help} help */
    fail: ({ title, text }) => {
      setText(get(problem, '[data-problem-title]', HTMLElement), title)
      setText(get(problem, '[data-problem-text]', HTMLElement), text)
      problem.hidden = false
    },
    /** Also what the page was told by the server before. */
    forgive: () => {
      problem.hidden = true
      const earlier = find(document, '#page-error', HTMLElement)
      if (earlier !== undefined) earlier.hidden = true
    },
  }
}

/**
 * Shows the latest text given, but lets each stand for a while.
 * @param {HTMLElement} element
 */
function createCalmText(element) {
  let changedAt = -Infinity
  let waiting = ''
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  const change = () => {
    timer = undefined
    if (element.textContent === waiting) return
    changedAt = performance.now()
    element.textContent = waiting
  }
  return {
    /** @param {string} text */
    show: (text) => {
      waiting = text
      if (timer !== undefined || element.textContent === text) return
      const left = changedAt + calmMs - performance.now()
      if (left <= 0) change()
      else timer = setTimeout(change, left)
    },
    clear: () => {
      clearTimeout(timer)
      timer = undefined
      waiting = ''
      element.textContent = ''
      changedAt = -Infinity
    },
  }
}

/** Written only where it differs: a live region speaks with every write. @param {Element} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}
