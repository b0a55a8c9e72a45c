/** Requests that no honest app or page would send, made by fast-check. */
import fc from 'fast-check'

export interface Malformed {
  readonly path: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer> | undefined
}

const nasty = fc.constantFrom(
  '',
  ' ',
  '\0',
  'a\r\nset-cookie: x=y',
  '../../../../etc/passwd',
  '${7*7}{{7*7}}<%= 7*7 %>',
  "' or 1=1 --",
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  '[object Object]',
  'null',
  'NaN',
  '-1',
  '1e309',
  '99999999999999999999',
  '\ud800',
  'a.b.c',
  'eyJhbGciOiJub25lIn0.e30.',
  '{"id_token":{"acr":{"essential":true,"values":[null,{}]}}}',
  '{"id_token":null}',
  '{"id_token":{"acr":"x"},"userinfo":[]}',
  'https://evil.example/',
  'urn:ietf:params:oauth:request_uri:x',
  'x'.repeat(3000),
)
const text = fc.oneof(
  { weight: 3, arbitrary: nasty },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
)
/** Bytes of a header that a client can send at all (RFC 9110 §5.5). */
const headerText = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 80 }),
  fc.constantFrom(
    'Basic',
    'Basic ====',
    'Basic OjpBOg==',
    'Basic JTp6',
    'Bearer ',
    'DPoP a.b.c',
    'Bearer a.b.c',
    'x'.repeat(4000),
  ),
)
const garbledQuery = fc.constantFrom(
  '%',
  '%zz=%zz',
  '%ff%fe=1',
  '&&&==',
  'a[b][c]=1',
  '?a=1',
  'state=%00',
  '+'.repeat(500),
)

/** Most often all that an honest request has, so that more than its first check is met. */
function keptOf(good: Readonly<Record<string, string>>): fc.Arbitrary<[string, string][]> {
  const all = Object.entries(good)
  return fc.oneof({ weight: 3, arbitrary: fc.constant(all) }, { weight: 1, arbitrary: fc.subarray(all) })
}

/** Some fields as they should be, some not; some twice, some that nobody knows. */
function fieldsFrom(good: Readonly<Record<string, string>>): fc.Arbitrary<[string, string][]> {
  const names = [...Object.keys(good), ...unusual]
  const name = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: text })
  const changes = fc.array(fc.tuple(name, text), { minLength: 1, maxLength: 5 })
  return fc.tuple(changes, keptOf(good), fc.integer({ min: 0, max: 3 })).map(([changed, kept, chance]) => {
    if (chance === 0) return [...kept, ...changed]
    return Object.entries({ ...Object.fromEntries(kept), ...Object.fromEntries(changed) })
  })
}

const unusual = [
  ...[
    'prompt',
    'max_age',
    'claims',
    'acr_values',
    'id_token_hint',
    'login_hint',
    'ui_locales',
    'display',
    'nonce',
  ],
  ...[
    'request',
    'request_uri',
    'response_mode',
    'resource',
    'registration',
    'code_challenge_method',
    'dpop_jkt',
  ],
  ...[
    'client_secret',
    'client_assertion',
    'client_assertion_type',
    'refresh_token',
    'device_code',
    'user_code',
    'token',
  ],
]

const types = fc.constantFrom(
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=utf-16',
  'application/json',
  'multipart/form-data; boundary=x',
  'text/plain',
  'image/jpeg',
  'nonsense',
)
/** Mostly as it should be, so that what comes after is reached. */
const mostly = (good: string): fc.Arbitrary<string> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: types })

const encode = (fields: readonly (readonly [string, string])[]): string =>
  new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value])).toString()

export function malformedAuthorization(good: Readonly<Record<string, string>>): fc.Arbitrary<Malformed> {
  const path = fc.constantFrom('/authorize', '/authorize', '/authorize/x', '/logout', '/device')
  const query = fc.oneof(
    { weight: 8, arbitrary: fieldsFrom(good).map(encode) },
    { weight: 1, arbitrary: garbledQuery },
  )
  const accept = fc.constantFrom('text/html', 'application/json', '*/*', '')
  return fc
    .tuple(path, query, fc.boolean(), accept, mostly('application/x-www-form-urlencoded'))
    .map(([at, fields, isPost, wanted, type]): Malformed =>
      isPost
        ? { path: at, method: 'POST', headers: { accept: wanted, 'content-type': type }, body: fields }
        : { path: `${at}?${fields}`, method: 'GET', headers: { accept: wanted }, body: undefined },
    )
}

const programs = [
  '/token',
  '/token',
  '/token',
  '/par',
  '/introspect',
  '/revoke',
  '/userinfo',
  '/device-authorization',
] as const

export function malformedToken(good: Readonly<Record<string, string>>): fc.Arbitrary<Malformed> {
  const body = fc.oneof(
    { weight: 8, arbitrary: fieldsFrom(good).map(encode) },
    { weight: 1, arbitrary: garbledQuery },
    { weight: 1, arbitrary: fc.json() },
  )
  const extra = fc.record(
    { authorization: headerText, dpop: headerText, origin: headerText },
    { requiredKeys: [] },
  )
  return fc
    .tuple(fc.constantFrom(...programs), body, mostly('application/x-www-form-urlencoded'), extra)
    .map(([path, fields, type, headers]): Malformed => ({
      path,
      method: 'POST',
      headers: { ...headers, 'content-type': type },
      body: fields,
    }))
}

const wishes = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc
    .record(
      {
        canTurn: fc.jsonValue(),
        canFlash: fc.boolean(),
        camera: fc.jsonValue(),
        device: fc.record({ keyId: text, challenge: text, signature: text }),
        __proto__: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((wish) => JSON.stringify(wish)),
  fc.constantFrom(
    '',
    '{',
    '[',
    '"',
    '{}',
    'null',
    '[]',
    '{"device":null}',
    '['.repeat(5000),
    '{"a":'.repeat(3000),
  ),
)
export const pictures = fc
  .tuple(
    fc.constantFrom('', 'ffd8', 'ffd8ffe000104a46494600', 'ffd8ffc0001108', '89504e47', '52494646'),
    fc.uint8Array({ maxLength: 300 }),
  )
  .map(
    ([head, rest]): Uint8Array<ArrayBuffer> =>
      new Uint8Array(Buffer.concat([Buffer.from(head, 'hex'), rest])),
  )

/** @param base the visit, such as `/interaction/…` */
export function malformedCapture(base: string): fc.Arbitrary<Malformed> {
  const part = fc.oneof(
    fc.constantFrom('x', 'A'.repeat(32), '..', '%00', '%2e%2e', '0'),
    text.map((each) => encodeURIComponent(each.toWellFormed())),
  )
  const number = fc.oneof(
    fc.nat(9).map(String),
    fc.constantFrom('-1', '1e3', '00', '999999', '9999999', 'NaN', '%20', '0x1'),
  )
  const json = fc.tuple(
    fc.constantFrom('/capture', '/device-challenge', '/enrolment', '/passkey', '/passkey/options'),
    wishes,
  )
  const ended = fc.tuple(part, fc.constantFrom('finish', 'skip', 'retake', 'confirm'), wishes)
  return fc.oneof(
    fc.tuple(json, mostly('application/json')).map(([[path, body], type]): Malformed => ({
      path: base + path,
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })),
    fc.tuple(part, number, pictures, mostly('image/jpeg')).map(([id, sequence, body, type]): Malformed => ({
      path: `${base}/capture/${id}/frames/${sequence}`,
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })),
    ended.map(([id, verb, body]): Malformed => ({
      path: `${base}/${verb === 'finish' ? 'capture' : 'enrolment'}/${id}/${verb}`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })),
  )
}
