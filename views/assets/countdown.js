/** Counts down to the moment at which the camera may be started again. */
import { pause } from './dom.js'
import { said } from './messages.js'

/**
 * @param {HTMLElement} element
 * @param {number} seconds
 * @returns {Promise<void>} settled when the wait is over
 */
export async function countDown(element, seconds) {
  const end = performance.now() + seconds * 1000
  element.hidden = false
  for (;;) {
    const left = Math.ceil((end - performance.now()) / 1000)
    if (!(left > 0)) break
    element.textContent = said.wait(left)
    await pause(Math.min(1000, Math.max(50, end - performance.now() - (left - 1) * 1000)))
  }
  element.textContent = said.waitOver
}
