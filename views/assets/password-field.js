/** Lets the person see the password being typed. */
import { find } from './dom.js'

for (const group of document.querySelectorAll('[data-password]')) {
  const input = find(group, 'input', HTMLInputElement)
  const button = find(group, 'button', HTMLButtonElement)
  if (input === undefined || button === undefined) continue
  const toggle = () => {
    const isShown = input.type === 'text'
    input.type = isShown ? 'password' : 'text'
    button.textContent = isShown ? 'Show' : 'Hide'
    button.setAttribute('aria-pressed', String(!isShown))
  }
  button.hidden = false
  button.addEventListener('click', toggle)
  // Sent as a password, so that no browser remembers it as text.
  input.form?.addEventListener('submit', () => {
    if (input.type === 'text') toggle()
  })
}
