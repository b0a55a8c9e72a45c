/** The two ceremonies of WebAuthn as a browser does them, and why one came to nothing. */

/** @typedef {import('./passkey-messages.js').PasskeyFailure} PasskeyFailure */
/** @typedef {{ readonly [name: string]: unknown }} Json */

export class PasskeyProblem extends Error {
  /** @param {PasskeyFailure} failure @param {string} [message] of the server, where it has said one */
  constructor(failure, message) {
    super(message ?? failure)
    this.name = 'PasskeyProblem'
    this.failure = failure
    this.said = message
  }
}

/** @returns {PasskeyFailure | undefined} why no passkey can be used here at all */
export function whyNot() {
  if (!isSecureContext) return 'insecure'
  return typeof PublicKeyCredential === 'function' ? undefined : 'unsupported'
}

/** Whether passkeys can be offered while the person types an address. */
export async function canAutofill() {
  if (whyNot() !== undefined) return false
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) === true
}

/**
 * @param {Json} options as the server gave them
 * @returns {Promise<object>} for the server
 * @throws {PasskeyProblem}
 */
export async function makePasskey(options) {
  const startedAt = performance.now()
  try {
    const made = await navigator.credentials.create({ publicKey: creationOptionsOf(options) })
    return answerOf(made)
  } catch (error) {
    throw problemOf(error, options, performance.now() - startedAt)
  }
}

/**
 * @param {Json} options as the server gave them
 * @param {{ readonly signal: AbortSignal, readonly isConditional: boolean }} manner
 * @returns {Promise<object>} for the server
 * @throws {PasskeyProblem}
 */
export async function usePasskey(options, { signal, isConditional }) {
  const startedAt = performance.now()
  try {
    const publicKey = requestOptionsOf(options)
    const mediation = isConditional ? /** @type {const} */ ({ mediation: 'conditional' }) : {}
    return answerOf(await navigator.credentials.get({ publicKey, signal, ...mediation }))
  } catch (error) {
    throw problemOf(error, options, performance.now() - startedAt)
  }
}

/** Whatever the browser says, by what the person can do about it (WebAuthn §5.1.3, §5.1.4). @param {unknown} error @param {Json} options @param {number} tookMs */
function problemOf(error, options, tookMs) {
  if (error instanceof PasskeyProblem) return error
  const isLate = typeof options['timeout'] === 'number' && tookMs >= options['timeout'] - 500
  const name = error instanceof DOMException ? error.name : ''
  // Browsers do not tell a person who said no from one who waited too long; the clock does.
  if (name === 'NotAllowedError') return new PasskeyProblem(isLate ? 'timeout' : 'cancelled')
  return new PasskeyProblem(failures[name] ?? 'unknown')
}

/** @type {Readonly<Record<string, PasskeyFailure>>} */
const failures = {
  AbortError: 'cancelled',
  TimeoutError: 'timeout',
  InvalidStateError: 'already',
  SecurityError: 'insecure',
  ConstraintError: 'unsuitable',
  NotSupportedError: 'unsuitable',
  NotReadableError: 'unsuitable',
  OperationError: 'busy',
}

/** @param {Json} options */
function creationOptionsOf(options) {
  const json = /** @type {PublicKeyCredentialCreationOptionsJSON} */ (/** @type {unknown} */ (options))
  if (typeof PublicKeyCredential.parseCreationOptionsFromJSON === 'function') {
    return PublicKeyCredential.parseCreationOptionsFromJSON(json)
  }
  // Browsers from before WebAuthn level 3.
  const { challenge, user, excludeCredentials, ...rest } = json
  /** @type {unknown} */
  const parsed = {
    ...rest,
    challenge: bytesOf(challenge),
    user: { ...user, id: bytesOf(user.id) },
    excludeCredentials: (excludeCredentials ?? []).map(descriptorOf),
  }
  return /** @type {PublicKeyCredentialCreationOptions} */ (parsed)
}

/** @param {Json} options */
function requestOptionsOf(options) {
  const json = /** @type {PublicKeyCredentialRequestOptionsJSON} */ (/** @type {unknown} */ (options))
  if (typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function') {
    return PublicKeyCredential.parseRequestOptionsFromJSON(json)
  }
  const { challenge, allowCredentials, ...rest } = json
  /** @type {unknown} */
  const parsed = {
    ...rest,
    challenge: bytesOf(challenge),
    allowCredentials: (allowCredentials ?? []).map(descriptorOf),
  }
  return /** @type {PublicKeyCredentialRequestOptions} */ (parsed)
}

/** @param {PublicKeyCredentialDescriptorJSON} descriptor */
function descriptorOf({ id, ...rest }) {
  return { ...rest, id: bytesOf(id) }
}

/** @param {Credential | null} credential @returns {object} */
function answerOf(credential) {
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyProblem('cancelled')
  if (typeof credential.toJSON === 'function') return credential.toJSON()
  const { id, rawId, type, response } = credential
  return { id, rawId: textOf(rawId), type, response: responseOf(response) }
}

/** @param {AuthenticatorResponse} response */
function responseOf(response) {
  const clientDataJSON = textOf(response.clientDataJSON)
  if (response instanceof AuthenticatorAttestationResponse) {
    const transports = response.getTransports?.() ?? []
    return { clientDataJSON, attestationObject: textOf(response.attestationObject), transports }
  }
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new PasskeyProblem('unknown')
  const { authenticatorData, signature, userHandle } = response
  return {
    clientDataJSON,
    authenticatorData: textOf(authenticatorData),
    signature: textOf(signature),
    ...(userHandle === null ? {} : { userHandle: textOf(userHandle) }),
  }
}

/** @param {string} text base64url */
function bytesOf(text) {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(plain, (each) => each.charCodeAt(0))
}

/** @param {ArrayBuffer} buffer */
function textOf(buffer) {
  const text = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
