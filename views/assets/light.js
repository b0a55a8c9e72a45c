/** Fills the screen with the light that the server asks for: slowly, and never where the person has said no. */
import { find } from './dom.js'

/** A camera shows a new light about this much later. */
const settleMs = 400

/** @typedef {ReturnType<typeof createLight>} Light */

/** @param {ParentNode} card where the choice stands */
export function createLight(card) {
  const choice = find(card, '[data-no-flash]', HTMLInputElement)
  const page = document.documentElement
  let changedAt = -Infinity
  let shown = ''
  // Whoever has asked the whole computer to be calm need not ask here.
  if (choice !== undefined && matchMedia('(prefers-reduced-motion: reduce)').matches) choice.checked = true

  /** @param {string} colour `#rrggbb`, or nothing */
  const show = (colour) => {
    if (colour === shown) return
    shown = colour
    changedAt = performance.now()
    page.toggleAttribute('data-lit', colour !== '')
    if (colour === '') page.style.removeProperty('--light')
    else page.style.setProperty('--light', colour)
  }

  return {
    isAllowed: () => choice?.checked !== true,
    /** @param {{ readonly light?: string }} step */
    follow: ({ light = '' }) => show(light),
    clear: () => show(''),
    /** Milliseconds until a picture shows the light of now. */
    settle: () => (shown === '' ? 0 : Math.max(0, changedAt + settleMs - performance.now())),
  }
}
