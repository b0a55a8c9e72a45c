/** The error catalogue: a code, its HTTP status, and the one sentence that the person is told. */

export const catalogue = {
  // Pages and interactions
  interaction_expired: [400, 'This sign-in has expired. Go back to the app and start again.'],
  interaction_finished: [
    400,
    'This sign-in is finished, so there is nothing to go back to. Go on in the app.',
  ],
  interaction_moved_on: [400, 'This step is done already, perhaps in another tab. Go on with the next one.'],
  interaction_replaced: [
    400,
    'This page no longer fits: you signed in or out in another tab meanwhile, or its cookie was deleted. Start again.',
  ],
  interaction_elsewhere: [
    400,
    'This sign-in was begun in another browser, or this one has lost its cookie. Go back to the app and start again in this browser.',
  ],
  cookies_missing: [
    400,
    'Your browser sent no cookie, and signing in needs one. Allow cookies for this site, go back to the app and start again.',
  ],
  forgery_suspected: [403, 'This form did not come from this page. Reload the page and try again.'],
  form_invalid: [400, 'Something in the form is missing or too long. Check it and try again.'],
  page_not_found: [404, 'There is no page at this address. Check it, or begin at the front page.'],
  method_not_allowed: [405, 'This address does not take that kind of request.'],
  internal: [
    500,
    'Something went wrong on our side. Try again; if it happens again, tell the operator the reference below.',
  ],
  storage_unavailable: [
    503,
    'This is not possible at the moment: a part of this service does not answer. Wait a minute and try again.',
  ],
  // Accounts
  sign_in_failed: [
    401,
    'That did not work. Check your e-mail address and try again, or use the other way to sign in.',
  ],
  code_refused: [
    401,
    'That code did not work. Wait half a minute for a new one and try again, or use a recovery code.',
  ],
  recovery_code_refused: [
    401,
    'That recovery code did not work. Each works once. Check it, and try again in half a minute.',
  ],
  email_taken: [
    409,
    'An account cannot be created with this e-mail address. If it is yours, sign in instead.',
  ],
  password_too_short: [400, 'Choose a password of at least 8 characters.'],
  password_too_common: [
    400,
    'This password is easy to guess: it is among the first that are tried, or it is your address or name. Choose another one.',
  ],
  mail_code_refused: [
    401,
    'That code is not right, or it is over. Look for the newest mail, or have another one sent.',
  ],
  link_spent: [410, 'This link was used already, or it is over. Ask for a new one.'],
  second_factor_refused: [401, 'That code is not right. Wait for the next one, or use a recovery code.'],
  name_invalid: [400, 'Choose a name of at most 80 letters.'],
  current_password_refused: [
    401,
    'That is not your present password. Check it, or wait half a minute and try again.',
  ],
  consent_missing: [400, 'To use your face, tick the box that says you agree.'],
  too_many_requests: [429, 'Too many tries from here. Wait a minute and try again.'],
  fresh_authentication_required: [403, 'Sign in again before you change this.'],
  // Passkeys
  passkey_refused: [400, 'This passkey could not be added. Try again, or use another device.'],
  passkey_known: [409, 'This passkey has already been added.'],
  passkey_limit: [409, 'There is no room for another passkey. Remove one that you no longer use.'],
  passkey_not_found: [404, 'This passkey is no longer there. Reload the page.'],
  not_signed_in: [401, 'Sign in first.'],
  // Captures
  device_challenge_spent: [409, 'This device took too long to answer. Start the camera again.'],
  capture_not_found: [404, 'This capture has ended. Start the camera again.'],
  capture_expired: [410, 'The capture took too long. Start the camera again.'],
  capture_out_of_order: [409, 'A frame arrived out of order. Start the camera again.'],
  capture_too_fast: [429, 'Frames arrive too fast. Send at most five a second.'],
  capture_exhausted: [410, 'The capture took too many frames. Start the camera again.'],
  frame_too_large: [413, 'This frame is larger than 100 KB.'],
  frame_unreadable: [422, 'This frame is not a picture that can be read.'],
  frame_type_unsupported: [415, 'Send frames as image/jpeg.'],
  engine_busy: [503, 'Many people are signing in right now. Try again in a few seconds.'],
  engine_failed: [503, 'This frame could not be looked at. Try again.'],
  enrolment_incomplete: [409, 'Not enough different pictures were taken yet.'],
  // Administration
  admin_forbidden: [403, 'Your role does not allow this. Ask an owner.'],
  admin_scope_missing: [
    403,
    'This token does not reach so far. Ask for one with the scope that WWW-Authenticate names.',
  ],
  admin_not_found: [404, 'There is no such thing here any more. Go back to the list.'],
  admin_conflict: [409, 'That does not fit how things are now. Reload the page and look again.'],
  admin_outdated: [412, 'Somebody else has changed this meanwhile. Reload the page and look again.'],
  admin_last_owner: [
    409,
    'This is the last owner, and there must be one left. Make somebody else an owner first.',
  ],
  admin_is_administrator: [
    409,
    'This account administers this provider. An owner removes it under “Administrators” first.',
  ],
  admin_input_invalid: [400, 'Something in the request is missing or not as it should be.'],
  admin_resource_in_use: [409, 'Apps may still ask for tokens for this API. Take it away from them first.'],
  admin_link_spent: [410, 'This link was used already, or it is over. Ask for a new one.'],
  admin_token_missing: [401, 'This needs an access token of this API.'],
  admin_token_invalid: [
    401,
    'This access token is not good here, or not any more. Ask for a new one, for this API.',
  ],
  admin_token_too_weak: [401, 'Sign in with two factors, and not too long ago, for a token of this API.'],
  admin_version_missing: [428, 'Say in If-Match which version this changes.'],
  admin_two_factors_needed: [403, 'Administrators sign in with at least two factors.'],
} as const satisfies Record<string, readonly [status: number, message: string]>

export type FaultCode = keyof typeof catalogue

export interface FaultOptions {
  /** For the log only; never shown. */
  readonly detail?: string
  readonly cause?: unknown
  readonly retryAfterSeconds?: number
  /** Ways on, for the page: the first is the one to take. Registered addresses and our own alone. */
  readonly links?: readonly FaultLink[]
}

export interface FaultLink {
  readonly url: string
  readonly text: string
}

/** An expected failure. Anything else that is thrown is a bug and answers 500 with nothing exposed. */
export class Fault extends Error {
  readonly code: FaultCode
  readonly status: number
  /** What the person is told. */
  readonly publicMessage: string
  readonly retryAfterSeconds: number | undefined
  readonly links: readonly FaultLink[]

  constructor(code: FaultCode, options: FaultOptions = {}) {
    const [status, publicMessage] = catalogue[code]
    super(options.detail ?? publicMessage, options.cause === undefined ? {} : { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.status = status
    this.publicMessage = publicMessage
    this.retryAfterSeconds = options.retryAfterSeconds
    this.links = options.links ?? []
  }
}
