/** The settings of an API as fields of a form, and back: in the words of `clients.yaml`. */
import type { ClientFieldGroup, TextField } from '../http/admin-client-pages.ts'
import type { Form } from '../http/request-guards.ts'
import type { ClientFields } from './client-services.ts'

const algorithms = [
  { value: 'RS256', text: 'RS256' },
  { value: 'ES256', text: 'ES256' },
] as const

/** @param isNew the identifier stays as it is from then on */
export function resourceGroupsOf(
  fields: ClientFields,
  { isNew }: { readonly isNew: boolean },
): ClientFieldGroup[] {
  return [theApi(fields, isNew), itsTokens(fields)]
}

const plain = { isFolded: false, choices: [], boxesLabel: '', boxes: [] } as const

function theApi(fields: ClientFields, isNew: boolean): ClientFieldGroup {
  const identifier = textField(fields, {
    name: 'identifier',
    label: 'Identifier',
    hint: 'Its address, such as https://api.example.com/  It stays as it is from now on.',
    isRequired: true,
  })
  const name = textField(fields, {
    name: 'name',
    label: 'Name',
    hint: 'Left out, it is known by its identifier.',
    isCode: false,
  })
  const scopes = textField(fields, {
    name: 'scopes',
    label: 'Scopes',
    hint: 'One per line: its name, then what follows “It will be able to”.',
    lines: 4,
    value: sentencesOf(fields['scopes']),
  })
  return { ...plain, title: 'The API', texts: [name, ...(isNew ? [identifier] : []), scopes] }
}

function itsTokens(fields: ClientFields): ClientFieldGroup {
  const seconds = textField(fields, {
    name: 'token_seconds',
    label: 'Good for, in seconds',
    hint: '30 to 900; 300 where it is left out.',
  })
  const audience = textField(fields, {
    name: 'audience',
    label: 'Audience',
    hint: 'What stands in “aud”; the identifier where it is left out.',
  })
  const chosen = textOf(fields['token_alg']) || 'RS256'
  const choices = algorithms.map((each) => ({ ...each, isChosen: each.value === chosen }))
  return {
    ...plain,
    title: 'Its access tokens',
    texts: [seconds, audience],
    choices: [{ name: 'token_alg', label: 'Signed with', hint: '', choices }],
  }
}

type Wish = Pick<TextField, 'name' | 'label' | 'hint'> & Partial<TextField>

function textField(fields: ClientFields, wish: Wish): TextField {
  return { lines: 1, isRequired: false, isCode: true, value: textOf(fields[wish.name]), ...wish }
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** “read  read your orders” */
function sentencesOf(value: unknown): string {
  return scopesOf(value)
    .map(({ name, text }) => `${name} ${text}`)
    .join('\n')
}

export function scopesOf(value: unknown): readonly { readonly name: string; readonly text: string }[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).map(([name, text]) => ({ name, text: textOf(text) }))
}

/** @param identifier of an API that is there already */
export function resourceFieldsOf(form: Form, identifier: string | undefined): ClientFields {
  const oneOf = (name: string): string | undefined => {
    const text = (form[name] ?? '').trim()
    return text === '' ? undefined : text
  }
  const seconds = oneOf('token_seconds')
  const given = {
    identifier: identifier ?? oneOf('identifier') ?? '',
    name: oneOf('name'),
    scopes: Object.fromEntries(linesOf(form['scopes']).map(scopeOf)),
    audience: oneOf('audience'),
    // What is no number is told so by whoever reads the entry.
    token_seconds: seconds === undefined ? undefined : Number(seconds),
    token_alg: oneOf('token_alg'),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** All of them: a form is bounded by itself, and a line that was cut off would be lost unseen. */
function linesOf(given = ''): string[] {
  return given
    .split(/\r?\n/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

function scopeOf(line: string): [name: string, text: string] {
  const [, name = '', text = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
  return [name, text]
}
