/** The settings of an app as fields of a form, and back: in the words of `clients.yaml`, with what the form does not show kept. */
import type { BoxField, ChoiceField, ClientFieldGroup, TextField } from '../http/admin-client-pages.ts'
import type { Form } from '../http/request-guards.ts'
import type { ClientFields } from './client-services.ts'
import {
  grantBoxes,
  scopeBoxes,
  type BoxSetting,
  type ChoiceSetting,
  type TextSetting,
} from './console-client-more.ts'
import { othersName, othersOf, writeOthers } from './console-client-others.ts'
import { clientGroups } from './console-client-settings.ts'

/** What stands in a form that nobody has filled in yet. */
export const freshFields: ClientFields = {
  type: 'confidential',
  scopes: ['openid', 'profile', 'email'],
  grants: ['authorization_code', 'refresh_token'],
}

/** @param shown.others what was typed there, where it could not be read */
export function groupsOf(
  fields: ClientFields,
  { isNew, others }: { readonly isNew: boolean; readonly others?: string | undefined },
): ClientFieldGroup[] {
  return clientGroups.map(({ title, isFolded, texts, choices, boxes, boxesLabel }) => ({
    title,
    isFolded,
    texts: [
      ...texts.filter(({ name }) => isNew || name !== 'client_id').map((each) => textField(each, fields)),
      ...(isFolded ? [{ ...othersField, value: others ?? writeOthers(fields) }] : []),
    ],
    choices: choices.map((each) => choiceField(each, fields)),
    boxesLabel,
    boxes: boxes.map((each) => boxField(each, fields)),
  }))
}

const othersField = {
  name: othersName,
  label: 'Other settings',
  hint: 'In the words of clients.yaml, for what has no field here. Such as “userinfo_alg: ES256”.',
  lines: 3,
  isRequired: false,
  isCode: true,
} as const

function textField(setting: TextSetting, fields: ClientFields): TextField {
  const { name, label, hint, lines = 1, isRequired = false, isCode = true } = setting
  return { name, label, hint, lines, isRequired, isCode, value: textOf(fields[name]) }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map(lineOf).join('\n') : ''
}

/** An API, or an API with the scopes of it that the app may ask for. */
function lineOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || !('identifier' in value)) return ''
  const scopes: readonly unknown[] = 'scopes' in value && Array.isArray(value.scopes) ? value.scopes : []
  return [value.identifier, ...scopes].filter((each) => typeof each === 'string').join(' ')
}

function choiceField(setting: ChoiceSetting, fields: ClientFields): ChoiceField {
  const { name, label, hint, choices } = setting
  const present = fields[name]
  const chosen = typeof present === 'string' ? present : setting.usual
  return {
    name,
    label,
    hint,
    choices: choices.map((each) => ({ ...each, isChosen: each.value === chosen })),
  }
}

function boxField({ name, label, hint, list, value }: BoxSetting, fields: ClientFields): BoxField {
  const present = fields[list ?? name]
  const isTicked = list === undefined ? present === true : Array.isArray(present) && present.includes(value)
  return { name, label, hint, isTicked }
}

/**
 * Whatever is left empty falls back to what it usually is.
 * @param before what the form was made of; empty for a new app
 * @param others settings without a field of their own; those of before where it is left out
 */
export function fieldsOf(form: Form, before: ClientFields, others = othersOf(before)): ClientFields {
  const kept = Object.entries(before).filter(([name]) => !Object.hasOwn(othersOf(before), name))
  const fields: Record<string, unknown> = { ...Object.fromEntries(kept), ...others }
  const put = (name: string, value: unknown): void => {
    if (value === undefined) Reflect.deleteProperty(fields, name)
    else fields[name] = value
  }
  for (const { texts, choices, boxes } of clientGroups) {
    for (const { name, lines, isApis } of texts) {
      // The identifier stays as it is.
      if (form[name] === undefined) continue
      put(name, lines === undefined ? oneOf(form[name]) : linesOf(form[name], isApis === true))
    }
    for (const { name, usual } of choices)
      put(name, unlessUsual(oneOf(form[name]), name === 'type' ? '' : usual))
    for (const { name, list } of boxes) {
      if (list === undefined) put(name, form[name] === 'yes' ? true : undefined)
    }
  }
  put('scopes', ['openid', ...ticked(form, scopeBoxes)])
  put('grants', ticked(form, grantBoxes))
  // A public client proves itself by PKCE alone: the schema has no word for more.
  if (fields['type'] === 'public') put('token_endpoint_auth_method', undefined)
  return fields
}

/** An entry says what is unusual, and nothing else. */
function unlessUsual(value: string | undefined, usual: string): string | undefined {
  return value === usual ? undefined : value
}

function oneOf(given: string | undefined): string | undefined {
  const text = (given ?? '').trim()
  return text === '' ? undefined : text
}

/** All of them: a form is bounded by itself, and a line that was cut off would be lost unseen. */
function linesOf(given: string | undefined, areApis: boolean): readonly unknown[] | undefined {
  const lines = (given ?? '')
    .split(/\r?\n/)
    .map((each) => each.trim())
    .filter((each) => each !== '')
  if (lines.length === 0) return undefined
  return areApis ? lines.map(apiOf) : lines
}

function apiOf(line: string): unknown {
  const [identifier = '', ...scopes] = line.split(/\s+/)
  return scopes.length === 0 ? identifier : { identifier, scopes }
}

function ticked(form: Form, boxes: readonly BoxSetting[]): string[] {
  return boxes.flatMap(({ name, value }) => (form[name] === 'yes' && value !== undefined ? [value] : []))
}
