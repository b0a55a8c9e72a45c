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
  const text = (field: Pick<TextField, 'name' | 'label' | 'hint'> & Partial<TextField>): TextField => {
    return { lines: 1, isRequired: false, isCode: true, value: textOf(fields[field.name]), ...field }
  }
  const identifier = text({
    name: 'identifier',
    label: 'Identifier',
    hint: 'Its address, such as https://api.example.com/  It stays as it is from now on.',
    isRequired: true,
  })
  const scopes = text({
    name: 'scopes',
    label: 'Scopes',
    hint: 'One per line: its name, then what follows “It will be able to”.',
    lines: 4,
    value: sentencesOf(fields['scopes']),
  })
  return [
    {
      title: 'The API',
      isFolded: false,
      texts: [
        text({
          name: 'name',
          label: 'Name',
          hint: 'Left out, it is known by its identifier.',
          isCode: false,
        }),
        ...(isNew ? [identifier] : []),
        scopes,
      ],
      choices: [],
      boxesLabel: '',
      boxes: [],
    },
    {
      title: 'Its access tokens',
      isFolded: false,
      texts: [
        text({
          name: 'token_seconds',
          label: 'Good for, in seconds',
          hint: '30 to 900; 300 where it is left out.',
        }),
        text({
          name: 'audience',
          label: 'Audience',
          hint: 'What stands in “aud”; the identifier where it is left out.',
        }),
      ],
      choices: [
        {
          name: 'token_alg',
          label: 'Signed with',
          hint: '',
          choices: algorithms.map((each) => {
            return { ...each, isChosen: each.value === (textOf(fields['token_alg']) || 'RS256') }
          }),
        },
      ],
      boxesLabel: '',
      boxes: [],
    },
  ]
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

const mostLines = 100

function linesOf(given = ''): string[] {
  return given
    .split(/\r?\n/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .slice(0, mostLines)
}

function scopeOf(line: string): [name: string, text: string] {
  const [, name = '', text = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? []
  return [name, text]
}
