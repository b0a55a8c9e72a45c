/** Why a passkey was not used or not added, and what to do about it: one help for each. */

/** @typedef {{ readonly title: string, readonly text: string }} Help */

const shared = /** @type {const} */ ({
  unsupported: {
    title: 'This browser cannot use passkeys',
    text: 'Open the page in a current version of Chrome, Edge, Firefox or Safari, or choose another way.',
  },
  insecure: {
    title: 'This address is not secure',
    text: 'Browsers use passkeys at HTTPS addresses with a name alone. Open this page by its https:// address.',
  },
  offline: {
    title: 'No connection',
    text: 'The server cannot be reached. Check your connection, and try again.',
  },
  busy: {
    title: 'Your device is still asking',
    text: 'Another question about a passkey is open, here or in another tab. Answer or close it, and try again.',
  },
  unknown: {
    title: 'That did not work',
    text: 'Reload the page and try again. If it happens again, choose another way.',
  },
})

export const signInHelp = /** @type {const} */ ({
  ...shared,
  cancelled: {
    title: 'No passkey was used',
    text: 'The question of your device was closed, or it holds no passkey for this site. Try again, or choose another way.',
  },
  timeout: {
    title: 'It took too long',
    text: 'Your device waited five minutes for you. Try again when it is at hand.',
  },
  unsuitable: {
    title: 'This passkey cannot be used here',
    text: 'The device cannot check that it is you. Set up its screen lock, fingerprint or PIN, and try again.',
  },
  already: shared.unknown,
  refused: {
    title: 'That did not work',
    text: 'Try again, or choose another way to sign in.',
  },
})

export const addingHelp = /** @type {const} */ ({
  ...shared,
  cancelled: {
    title: 'No passkey was added',
    text: 'The question of your device was closed. Add the passkey again when you are ready.',
  },
  timeout: {
    title: 'It took too long',
    text: 'Your device waited five minutes for you. Add the passkey again when it is at hand.',
  },
  unsuitable: {
    title: 'This device cannot keep a passkey for you',
    text: 'It has no screen lock, fingerprint or PIN, or no room. Set one up, or use another device or security key.',
  },
  already: {
    title: 'There is a passkey here already',
    text: 'This device or security key holds a passkey of your account. Use another one, or remove the old one first.',
  },
  refused: {
    title: 'No passkey was added',
    text: 'Try again, or use another device.',
  },
})

/** @typedef {keyof typeof signInHelp} PasskeyFailure */
