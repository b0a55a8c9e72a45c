/** Copies what stands beside the button: a secret, a link, settings. Without scripts it is marked and copied by hand. */
import { find, get } from './dom.js'

for (const box of document.querySelectorAll('[data-copied]')) {
  const button = get(box, '[data-copy]', HTMLButtonElement)
  const said = get(box, '[data-copy-status]', HTMLElement)
  const text = find(box, 'code', HTMLElement)
  const label = [...button.childNodes]
  /** @param {string} word */
  const say = (word) => {
    said.textContent = word
    button.textContent = word
    setTimeout(() => {
      button.replaceChildren(...label)
    }, 3000)
  }
  button.addEventListener('click', () => {
    navigator.clipboard.writeText(text?.textContent ?? '').then(
      () => say('Copied'),
      () => {
        // Some browsers refuse: it can still be copied by hand.
        if (text !== undefined) getSelection()?.selectAllChildren(text)
        say('Selected')
      },
    )
  })
  button.hidden = false
}
