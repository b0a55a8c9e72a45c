/** The settings of an app that are seldom changed, and the shapes of all. */

export interface TextSetting {
  readonly name: string
  readonly label: string
  readonly hint: string
  /** One value per line. */
  readonly lines?: number
  readonly isRequired?: boolean
  readonly isCode?: boolean
  /** Each line is an API, with scopes after it or all of them. */
  readonly isApis?: boolean
}

export interface ChoiceSetting {
  readonly name: string
  readonly label: string
  readonly hint: string
  /** What it is where the entry is silent. */
  readonly usual: string
  readonly choices: readonly { readonly value: string; readonly text: string }[]
}

export interface BoxSetting {
  readonly name: string
  readonly label: string
  readonly hint: string
  /** The list that the value is put into; a box without one is a setting by itself. */
  readonly list?: 'scopes' | 'grants'
  readonly value?: string
}

export interface Group {
  readonly title: string
  readonly isFolded: boolean
  readonly texts: readonly TextSetting[]
  readonly choices: readonly ChoiceSetting[]
  readonly boxesLabel: string
  readonly boxes: readonly BoxSetting[]
}

export const scopeBoxes: readonly BoxSetting[] = [
  { name: 'scope_profile', label: 'Name', hint: 'profile', list: 'scopes', value: 'profile' },
  { name: 'scope_email', label: 'E-mail address', hint: 'email', list: 'scopes', value: 'email' },
  {
    name: 'scope_offline_access',
    label: 'Stay signed in when the person is away',
    hint: 'offline_access',
    list: 'scopes',
    value: 'offline_access',
  },
]

export const grantBoxes: readonly BoxSetting[] = [
  {
    name: 'grant_code',
    label: 'People sign in by the browser',
    hint: 'authorization_code',
    list: 'grants',
    value: 'authorization_code',
  },
  {
    name: 'grant_refresh',
    label: 'Refresh tokens',
    hint: 'refresh_token',
    list: 'grants',
    value: 'refresh_token',
  },
  {
    name: 'grant_client',
    label: 'The app acts by itself',
    hint: 'client_credentials',
    list: 'grants',
    value: 'client_credentials',
  },
  {
    name: 'grant_device',
    label: 'Televisions and other devices without a keyboard',
    hint: 'device_code',
    list: 'grants',
    value: 'device_code',
  },
]

export const none: Pick<Group, 'texts' | 'choices' | 'boxes' | 'boxesLabel'> = {
  texts: [],
  choices: [],
  boxes: [],
  boxesLabel: '',
}

export const seldomChanged: Group = {
  ...none,
  title: 'More settings',
  isFolded: true,
  texts: [
    { name: 'backchannel_logout_uri', label: 'Told of sign-outs at', hint: 'Back-channel logout.' },
    {
      name: 'sector_identifier_uri',
      label: 'Sector identifier address',
      hint: 'Of apps that share identifiers.',
    },
    { name: 'jwks_uri', label: 'Keys of the app at', hint: 'A JSON Web Key Set.' },
    { name: 'cors_origins', label: 'Origins of its scripts', hint: 'One per line.', lines: 2 },
    {
      name: 'accepted_acrs',
      label: 'Accepted sign-ins',
      hint: 'By name, one per line; one must be met.',
      lines: 2,
    },
    {
      name: 'resources',
      label: 'APIs it may call',
      hint: 'One per line; scopes may follow.',
      lines: 2,
      isApis: true,
    },
  ],
  choices: [
    {
      name: 'pkce',
      label: 'PKCE',
      hint: 'Leave it on: without it a stolen code can be used by whoever stole it.',
      usual: 'required',
      choices: [
        { value: 'required', text: 'Required' },
        { value: 'exempt', text: 'Not asked for' },
      ],
    },
    {
      name: 'token_endpoint_auth_method',
      label: 'How it proves itself',
      hint: '',
      usual: '',
      choices: [
        { value: '', text: 'As usual for its type' },
        { value: 'client_secret_basic', text: 'Secret in a header' },
        { value: 'client_secret_post', text: 'Secret in the body' },
        { value: 'private_key_jwt', text: 'Signed with its key' },
        { value: 'tls_client_auth', text: 'Certificate of an authority' },
        { value: 'self_signed_tls_client_auth', text: 'Certificate of its own' },
      ],
    },
    {
      name: 'sender_constrained',
      label: 'Tokens are bound to',
      hint: 'A stolen token is then of no use.',
      usual: '',
      choices: [
        { value: '', text: 'Nothing' },
        { value: 'dpop', text: 'A key (DPoP)' },
        { value: 'mtls', text: 'A certificate' },
      ],
    },
    {
      name: 'id_token_alg',
      label: 'ID tokens are signed with',
      hint: '',
      usual: '',
      choices: [
        { value: '', text: 'As usual for its profile' },
        { value: 'RS256', text: 'RS256' },
        { value: 'ES256', text: 'ES256' },
      ],
    },
  ],
  boxesLabel: 'How it gets tokens',
  boxes: [
    ...grantBoxes,
    { name: 'require_par', label: 'Requests are pushed first', hint: 'PAR' },
    { name: 'require_signed_request', label: 'Requests are signed', hint: 'JAR' },
  ],
}
