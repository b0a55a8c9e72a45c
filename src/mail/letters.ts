/** The words of every mail that carries a code or a link; those that tell what happened are in `notices.ts`. */
import { oneLine, type Letter } from './letter.ts'

const notYou =
  'If you did not ask for this, you can ignore this mail. Nothing changes without the code or the link.'
const keepCode = 'Mien never asks for this code anywhere but on its own page. Give it to nobody.'

/** Eight digits are read and typed in two groups. */
function showCode(code: string): string {
  return `${code.slice(0, 4)} ${code.slice(4)}`
}

interface Coded {
  readonly to: string
  readonly code: string
}
interface Linked {
  readonly to: string
  readonly url: string
}

export function verifyAddress({ to, code, url }: Coded & Linked): Letter {
  return {
    name: 'verify_address',
    to,
    subject: 'Confirm your e-mail address',
    paragraphs: [
      'Welcome to Mien. Please confirm that this address is yours.',
      'Open the link, or type this code on your account page:',
    ],
    code: showCode(code),
    link: { text: 'Confirm this address', url },
    footnotes: ['The code works for ten minutes, the link for a day, each of them once.', notYou],
  }
}

export function registrationCode({ to, code }: Coded): Letter {
  return {
    name: 'registration_code',
    to,
    subject: 'Your code to create an account',
    paragraphs: ['Type this code on the page where you are creating your account:'],
    code: showCode(code),
    footnotes: [`It works for ten minutes, once. ${keepCode}`, notYou],
  }
}

/** Goes to the owner of an account whose address somebody registers again; the page says the same as for any other. */
export function accountExists({ to, url }: Linked): Letter {
  return {
    name: 'account_exists',
    to,
    subject: 'You already have an account',
    paragraphs: [
      'Someone asked for a new account with this address, and there is one already. If it was you, sign in instead. If you forgot your password, you can choose a new one:',
    ],
    link: { text: 'Choose a new password', url },
    footnotes: ['If it was not you, you can ignore this mail. Nothing has changed.'],
  }
}

export function signInCode({ to, code, app }: Coded & { readonly app: string }): Letter {
  return {
    name: 'sign_in_code',
    to,
    subject: 'Your code to sign in',
    paragraphs: [`Type this code to sign in to ${oneLine(app, 60)}:`],
    code: showCode(code),
    footnotes: [
      `It works for ten minutes, once. ${keepCode}`,
      'If you are not signing in right now, someone else is trying to with your address. Without this code they cannot.',
    ],
  }
}

export function recoverAccount({ to, url }: Linked): Letter {
  return {
    name: 'recover_account',
    to,
    subject: 'Choose a new password',
    paragraphs: ['You said that you forgot your password. Open this link to choose a new one:'],
    link: { text: 'Choose a new password', url },
    footnotes: [
      'The link works for half an hour, once. If your account asks for a second step to sign in, it asks for it here too.',
      'If you did not ask for this, you can ignore this mail. Your password stays as it is.',
    ],
  }
}

export function confirmNewAddress({ to, url }: Linked): Letter {
  return {
    name: 'confirm_new_address',
    to,
    subject: 'Confirm your new e-mail address',
    paragraphs: ['You asked to use this address for your account. Please confirm that it is yours:'],
    link: { text: 'Confirm this address', url },
    footnotes: [
      'The link works for seven days. The address is used as soon as your present one has confirmed it too, or seven days have passed without an objection from there.',
      notYou,
    ],
  }
}

/** To the owner of another account that has the wanted address: its asker is told nothing. */
export function addressInUse({ to, url }: Linked): Letter {
  return {
    name: 'address_in_use',
    to,
    subject: 'Your address is in use already',
    paragraphs: [
      'Someone signed in to another account asked to use this address there. It belongs to your account, and stays with it.',
    ],
    link: { text: 'Your account', url },
    footnotes: ['If you want to use it in another account, remove it from this one first.'],
  }
}

export interface OldAddress {
  readonly to: string
  readonly newEmail: string
  readonly confirmUrl: string
  readonly cancelUrl: string
}

export function confirmOldAddress({ to, newEmail, confirmUrl, cancelUrl }: OldAddress): Letter {
  return {
    name: 'confirm_old_address',
    to,
    subject: 'Your e-mail address is about to change',
    paragraphs: [
      `Your account is to use ${oneLine(newEmail, 254)} from now on instead of this address. If that is right, please say so:`,
    ],
    link: { text: 'Yes, change it', url: confirmUrl },
    otherLink: { text: 'No, stop it', url: cancelUrl },
    footnotes: [
      'Without an answer the address changes in seven days. If it was not you, stop it with the second link and change your password.',
    ],
  }
}

/** To the mailbox that was the account’s until now. */
export function addressChanged({ to }: { readonly to: string }): Letter {
  return {
    name: 'address_changed',
    to,
    subject: 'Your account has another e-mail address now',
    paragraphs: ['The address of your account was changed. Mails about it no longer come here.'],
    footnotes: [
      'If it was you, there is nothing to do.',
      'If it was not you, tell whoever runs the service that you sign in to.',
    ],
  }
}
