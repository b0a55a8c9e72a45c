/** Signs in with a passkey: by a button, and, where an address is asked for, by the browser’s own suggestions. */
import { find, get } from './dom.js'
import { createNotice, findPart, goOn, post, settingsOf } from './passkey-client.js'
import { signInHelp } from './passkey-messages.js'
import { canAutofill, PasskeyProblem, usePasskey, whyNot } from './passkey.js'

/** Before the server’s five minutes are over, a waiting question is asked anew. */
const renewalMs = 270_000

/** @param {HTMLElement} root */
function start(root) {
  const { optionsUrl, answerUrl, csrf } = settingsOf(root)
  const button = get(root, '[data-passkey-start]', HTMLButtonElement)
  const notice = createNotice(root, signInHelp)
  let waiting = new AbortController()

  /** @param {boolean} isConditional */
  const ask = async (isConditional) => {
    // One question at a time: browsers refuse a second one.
    waiting.abort()
    const own = (waiting = new AbortController())
    const options = await post(optionsUrl, csrf, {})
    const credential = await usePasskey(options, { signal: own.signal, isConditional })
    const answer = { credential, anyAccount: root.dataset['anyAccount'] === 'yes', ...deviceFields(root) }
    goOn(await post(answerUrl, csrf, answer))
  }

  const suggest = async () => {
    const renewal = setTimeout(() => void suggest(), renewalMs)
    try {
      await ask(true)
    } catch (error) {
      clearTimeout(renewal)
      // Nobody asked for it aloud, so only a passkey that was chosen and refused is worth a word.
      if (!(error instanceof PasskeyProblem) || error.failure !== 'refused') return
      notice.show(error)
      void suggest()
    }
  }

  const press = async () => {
    notice.clear()
    button.disabled = true
    try {
      await ask(false)
    } catch (error) {
      notice.show(error)
      button.disabled = false
      button.focus()
      if (isSuggesting) void suggest()
    }
  }

  const isSuggesting = root.dataset['suggest'] === 'yes'
  button.addEventListener('click', () => void press())
  button.hidden = false
  button.disabled = false
  if (isSuggesting) void canAutofill().then((can) => (can ? suggest() : undefined))
}

/** Where this browser’s key is to be trusted: what the password’s form sends for it. @param {HTMLElement} root */
function deviceFields(root) {
  const form = find(root, 'form', HTMLFormElement)
  if (form === undefined) return {}
  const fields = new FormData(form)
  const text = (/** @type {string} */ name) => String(fields.get(name) ?? '')
  const [trustDevice, deviceKey] = [text('trustDevice'), text('deviceKey')]
  if (trustDevice !== 'yes' || deviceKey === '') return {}
  return {
    device: { trustDevice, deviceKey, deviceName: text('deviceName'), deviceProof: text('deviceProof') },
  }
}

const root = findPart()
if (root !== undefined) {
  const obstacle = whyNot()
  if (obstacle === undefined) start(root)
  else if (root.dataset['suggest'] !== 'yes') {
    createNotice(root, signInHelp).show(new PasskeyProblem(obstacle))
  }
}
