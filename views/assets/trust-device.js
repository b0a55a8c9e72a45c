/** Offers to trust this browser for face sign-in: makes its key, and signs the page's own token to prove that it is here. */
import { nameBrowser } from './browser-name.js'
import { makeDevice } from './device-key.js'
import { find } from './dom.js'

/** @param {HTMLFieldSetElement} offer */
async function prepare(offer) {
  const input = (/** @type {string} */ name) => find(offer, `input[name="${name}"]`, HTMLInputElement)
  const [key, name, proof] = [input('deviceKey'), input('deviceName'), input('deviceProof')]
  const token = find(offer.form ?? offer, 'input[name="csrf"]', HTMLInputElement)?.value
  if (key === undefined || name === undefined || proof === undefined || token === undefined) return
  const device = await makeDevice()
  if (device === undefined) return
  proof.value = await device.sign(['mien-device-trust', token, device.keyId].join('\n'))
  key.value = device.publicKey
  name.value = nameBrowser(navigator.userAgent)
  // Shown, and sent, only where there is a key.
  offer.disabled = false
  offer.hidden = false
}

const offer = find(document, '[data-trust-device]', HTMLFieldSetElement)
if (offer !== undefined) void prepare(offer)
