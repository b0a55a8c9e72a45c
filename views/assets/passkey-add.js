/** Adds a passkey to the account: asks the device to make one, and gives it the name that was typed. */
import { nameBrowser } from './browser-name.js'
import { find, get } from './dom.js'
import { createNotice, findPart, goOn, post, settingsOf } from './passkey-client.js'
import { addingHelp } from './passkey-messages.js'
import { makePasskey, PasskeyProblem, whyNot } from './passkey.js'

/** @param {HTMLElement} root */
function start(root) {
  const { optionsUrl, answerUrl, csrf } = settingsOf(root)
  const button = get(root, '[data-passkey-start]', HTMLButtonElement)
  const name = find(root, '[data-passkey-name]', HTMLInputElement)
  const notice = createNotice(root, addingHelp)

  const add = async () => {
    notice.clear()
    button.disabled = true
    try {
      const credential = await makePasskey(await post(optionsUrl, csrf, {}))
      goOn(await post(answerUrl, csrf, { credential, name: name?.value ?? '' }))
    } catch (error) {
      notice.show(error)
      button.disabled = false
      button.focus()
    }
  }

  if (name !== undefined && name.value === '') name.value = nameBrowser(navigator.userAgent)
  button.addEventListener('click', () => void add())
  button.disabled = false
}

const root = findPart()
if (root !== undefined) {
  const obstacle = whyNot()
  if (obstacle === undefined) start(root)
  else createNotice(root, addingHelp).show(new PasskeyProblem(obstacle))
}
