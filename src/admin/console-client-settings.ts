/** The settings of an app that have a field in the console, in groups: the words beside each, and how it is filled in. */
import { none, scopeBoxes, seldomChanged, type Group } from './console-client-more.ts'
import { acrChoices } from './console-words.ts'

const theApp: Group = {
  ...none,
  title: 'The app',
  isFolded: false,
  texts: [
    {
      name: 'name',
      label: 'Name',
      hint: 'What people read when they sign in.',
      isRequired: true,
      isCode: false,
    },
    {
      name: 'client_id',
      label: 'Identifier',
      hint: 'Letters, digits and . _ ~ : / -  It stays as it is from now on.',
      isRequired: true,
    },
    {
      name: 'redirect_uris',
      label: 'Where people come back to after signing in',
      hint: 'One address per line. They are compared letter by letter.',
      lines: 3,
    },
    {
      name: 'post_logout_redirect_uris',
      label: 'Where people come back to after signing out',
      hint: 'One address per line.',
      lines: 2,
    },
  ],
  choices: [
    {
      name: 'type',
      label: 'Type',
      hint: 'Confidential where a server keeps a secret; public where all of it runs on people’s devices.',
      usual: 'confidential',
      choices: [
        { value: 'confidential', text: 'Confidential' },
        { value: 'public', text: 'Public' },
      ],
    },
    {
      name: 'application_type',
      label: 'Where it runs',
      hint: 'Apps on devices may come back to any port of the device itself.',
      usual: 'web',
      choices: [
        { value: 'web', text: 'On the web' },
        { value: 'native', text: 'On people’s devices' },
      ],
    },
  ],
}

const signIn: Group = {
  ...none,
  title: 'Signing in',
  isFolded: false,
  choices: [
    {
      name: 'minimum_acr',
      label: 'Least sign-in',
      hint: 'Asked for even where the app does not.',
      usual: '',
      choices: [{ value: '', text: 'Whatever the app asks for' }, ...acrChoices],
    },
    {
      name: 'consent',
      label: 'Consent',
      hint: 'Skip it for apps of your own alone.',
      usual: 'ask',
      choices: [
        { value: 'ask', text: 'Asked in each session' },
        { value: 'once', text: 'Asked once, then remembered' },
        { value: 'skip', text: 'Not asked: it is our own app' },
      ],
    },
    {
      name: 'subject_type',
      label: 'What the app knows people by',
      hint: '',
      usual: 'public',
      choices: [
        { value: 'public', text: 'The same as other apps' },
        { value: 'pairwise', text: 'What no other app sees' },
      ],
    },
    {
      name: 'profile',
      label: 'Security profile',
      hint: 'FAPI 2.0 for apps that guard money or health: it asks for keys in place of secrets.',
      usual: 'standard',
      choices: [
        { value: 'standard', text: 'OpenID Connect' },
        { value: 'fapi2', text: 'FAPI 2.0' },
      ],
    },
  ],
  boxesLabel: 'What it may see',
  boxes: scopeBoxes,
}

export const clientGroups: readonly Group[] = [theApp, signIn, seldomChanged]
