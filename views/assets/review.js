/** Shows the pictures of an enrolment before they count; they live on canvases of this page and nowhere else. */
import { get } from './dom.js'
import { nameOfPose, said } from './messages.js'

/** @typedef {import('./capture-client.js').Sample} Sample */

/**
 * @param {Element} root
 * @param {(index: number) => void} onRetake
 */
export function createReview(root, onRetake) {
  const list = get(root, '[data-samples]', HTMLUListElement)
  const heading = get(root, '[data-review-heading]', HTMLElement)
  /** @type {Map<number, HTMLCanvasElement>} */
  const pictures = new Map()

  return {
    /** @param {number} index @param {HTMLCanvasElement} picture */
    keep: (index, picture) => {
      pictures.set(index, picture)
    },
    /** @param {readonly Sample[]} samples */
    show: (samples) => {
      list.replaceChildren(
        ...samples.map((sample, at) =>
          itemOf(sample, {
            number: at + 1,
            picture: pictures.get(sample.index),
            onRetake: () => onRetake(sample.index),
          }),
        ),
      )
      root.toggleAttribute('hidden', false)
      heading.focus()
    },
    hide: () => {
      root.toggleAttribute('hidden', true)
    },
    discard: () => {
      pictures.clear()
      list.replaceChildren()
    },
  }
}

/**
 * @param {Sample} sample
 * @param {{ readonly number: number, readonly picture: HTMLCanvasElement | undefined, onRetake(): void }} details
 */
function itemOf(sample, { number, picture, onRetake }) {
  const name = nameOfPose(sample.name)
  const item = document.createElement('li')
  item.className = 'sample'
  const shown = picture ?? document.createElement('canvas')
  shown.setAttribute('role', 'img')
  shown.setAttribute('aria-label', `Picture ${number}`)
  const caption = document.createElement('span')
  caption.className = 'sample-name'
  caption.textContent = name
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button'
  const rest = document.createElement('span')
  rest.className = 'visually-hidden'
  rest.textContent = said.retake(number, name)
  button.append('Retake', rest)
  button.addEventListener('click', onRetake)
  item.append(shown, caption, button)
  return item
}
