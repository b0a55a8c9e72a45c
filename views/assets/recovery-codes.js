/** Copies, saves and prints the recovery codes of the page; nothing of them leaves it otherwise. */
import { find, get } from './dom.js'

const list = get(document, '[data-codes]', HTMLElement)
const tools = get(document, '[data-code-tools]', HTMLElement)
const status = get(document, '[data-code-status]', HTMLElement)

const codes = Array.from(list.querySelectorAll('code'), (each) => each.textContent)
const text = [`Recovery codes for ${list.dataset['title'] ?? ''}`, 'Each works once.', '', ...codes, ''].join(
  '\n',
)

/** @param {string} message */
function say(message) {
  status.textContent = message
}

async function copy() {
  try {
    await navigator.clipboard.writeText(text)
    say('Copied')
    flash('Copied')
  } catch {
    // Some browsers refuse: the codes can still be marked by hand.
    getSelection()?.selectAllChildren(list)
    say('The browser did not let us copy. The codes are selected: copy them yourself.')
    flash('Selected')
  }
}

/** @param {string} word */
function flash(word) {
  if (copyButton === undefined) return
  copyButton.textContent = word
  setTimeout(() => {
    copyButton.textContent = 'Copy'
  }, 3000)
}

function save() {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'recovery-codes.txt'
  link.click()
  URL.revokeObjectURL(url)
  say('Saved as recovery-codes.txt')
}

const copyButton = find(tools, '[data-copy]', HTMLButtonElement)
copyButton?.addEventListener('click', () => void copy())
find(tools, '[data-download]', HTMLButtonElement)?.addEventListener('click', save)
find(tools, '[data-print]', HTMLButtonElement)?.addEventListener('click', () => {
  print()
})
tools.hidden = false
