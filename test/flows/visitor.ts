/** A browser without a screen: keeps cookies, follows redirects, fills in forms, streams frames. */
import { assert } from 'chai'
import { goBy } from './clocks.ts'

export interface Page {
  readonly status: number
  readonly url: URL
  readonly text: string
  readonly headers: Headers
}

interface Cookie {
  readonly value: string
  readonly path: string
}

export interface StateSeen {
  readonly state: string
  readonly location?: string
  readonly message?: string
  readonly hint?: { readonly code: string; readonly text: string } | null
  readonly step?: { readonly name: string; readonly canSkip: boolean; readonly light?: string }
  readonly samples?: readonly unknown[]
  readonly sampleTaken?: number
}

export interface JsonAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: StateSeen & {
    readonly framesUrl?: string
    readonly code?: string
    readonly reference?: string
  }
}

/** Redirects to these hosts are not followed: they are the relying party’s, and the test reads them. `manners` are headers of every request. */
export function createVisitor(
  origin: string,
  strangers: readonly string[] = [],
  manners: Readonly<Record<string, string>> = {},
) {
  const jar = new Map<string, Cookie>()

  const cookieHeader = (url: URL): string =>
    [...jar]
      .filter(
        ([, { path }]) =>
          url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`),
      )
      .map(([key, { value }]) => `${key.split('\n')[0] ?? ''}=${value}`)
      .join('; ')

  const keep = (url: URL, headers: Headers): void => {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((each) => each.trim())
      const [name = '', ...rest] = pair.split('=')
      const of = (wanted: string): string | undefined =>
        attributes.find((each) => each.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1)
      const path = of('path') ?? url.pathname
      const expires = of('expires')
      const isOver = expires !== undefined && Date.parse(expires) <= Date.now()
      if (isOver) jar.delete(`${name}\n${path}`)
      else jar.set(`${name}\n${path}`, { value: rest.join('='), path })
    }
  }

  const request = async (url: URL, init: RequestInit): Promise<Response> => {
    const headers = new Headers({ ...manners, ...Object.fromEntries(new Headers(init.headers)) })
    const cookies = cookieHeader(url)
    if (cookies !== '') headers.set('cookie', cookies)
    if (init.method !== undefined && init.method !== 'GET' && !headers.has('origin'))
      headers.set('origin', origin)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    keep(url, response.headers)
    return response
  }

  const open = async (address: string | URL, init: RequestInit = {}): Promise<Page> => {
    let url = new URL(address, origin)
    let response = await request(url, init)
    for (let hops = 0; hops < 20 && response.status >= 300 && response.status < 400; hops += 1) {
      url = new URL(response.headers.get('location') ?? '', url)
      if (strangers.includes(url.origin) || url.origin !== new URL(origin).origin) {
        return { status: response.status, url, text: '', headers: response.headers }
      }
      response = await request(url, {})
    }
    return { status: response.status, url, text: await response.text(), headers: response.headers }
  }

  /** Fills in the form of the page whose action ends as given, hidden fields kept. */
  const submit = (
    page: Page,
    actionEnd: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<Page> => {
    const form = formsOf(page.text).find(({ action }) => action.endsWith(actionEnd))
    assert.isDefined(form, `no form to …${actionEnd} on ${page.url.pathname}:\n${page.text.slice(0, 400)}`)
    const body = new URLSearchParams({ ...form.hidden, ...fields })
    return open(new URL(form.action, page.url), { method: 'POST', body })
  }

  const post = async (address: string, page: Page, init: RequestInit = {}): Promise<JsonAnswer> => {
    const headers = new Headers(init.headers)
    if (!headers.has('x-csrf-token')) headers.set('x-csrf-token', captureOf(page).csrf)
    const response = await request(new URL(address, origin), { method: 'POST', ...init, headers })
    const text = await response.text()
    const body: unknown = text === '' ? {} : JSON.parse(text)
    assert.isObject(body)
    return { status: response.status, headers: response.headers, body: body as JsonAnswer['body'] }
  }

  return { open, submit, post, request, jar, origin }
}
export type Visitor = ReturnType<typeof createVisitor>

export interface Form {
  readonly action: string
  readonly hidden: Readonly<Record<string, string>>
}

export function formsOf(html: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, opening = '', inside = '']) => ({
    action: attributeOf(opening, 'action') ?? '',
    hidden: Object.fromEntries(
      [...inside.matchAll(/<input\b([^>]*)>/g)]
        .map(([, input = '']) => input)
        .filter((input) => attributeOf(input, 'type') === 'hidden')
        .map((input) => [attributeOf(input, 'name') ?? '', attributeOf(input, 'value') ?? '']),
    ),
  }))
}

export function attributeOf(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]
  return value
    ?.replaceAll('&#39;', "'")
    .replaceAll('&#34;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
}

export function captureOf(page: Page): { readonly captureUrl: string; readonly csrf: string } {
  const tag = /<[a-z]+\b[^>]*\bdata-capture(?=[\s>])[^>]*>/.exec(page.text)?.[0] ?? ''
  const captureUrl = attributeOf(tag, 'data-capture-url')
  const csrf = attributeOf(tag, 'data-csrf')
  assert.isString(captureUrl, `no capture on ${page.url.pathname}`)
  assert.isString(csrf)
  return { captureUrl: captureUrl!, csrf: csrf! }
}

/** Between two frames, so that the server’s pace is kept. */
export const frameIntervalMs = 205

export interface Streaming {
  /** What the page says when it asks for the capture. */
  readonly wish?: object
}

/** Starts a capture and sends frames until the server wants no more; the last answer. */
export async function streamCapture(
  visitor: Visitor,
  page: Page,
  { frames, wish = {} }: { readonly frames: readonly Uint8Array[] } & Streaming,
): Promise<{ readonly last: JsonAnswer; readonly hints: readonly string[]; readonly framesUrl: string }> {
  const { captureUrl } = captureOf(page)
  const json = { 'content-type': 'application/json' }
  const body = JSON.stringify(wish)
  const issued = await visitor.post(captureUrl, page, { headers: json, body })
  assert.equal(issued.status, 201, JSON.stringify(issued.body))
  const framesUrl = issued.body.framesUrl ?? ''
  const hints: string[] = []
  let last = issued
  for (const [sequence, frame] of frames.entries()) {
    if (sequence > 0) await goBy(visitor.origin, frameIntervalMs)
    last = await sendFrame(visitor, page, { framesUrl, sequence, frame })
    if (last.body.hint) hints.push(last.body.hint.code)
    if (last.status !== 200 || last.body.state !== 'look') break
  }
  return { last, hints, framesUrl }
}

export function sendFrame(
  visitor: Visitor,
  page: Page,
  {
    framesUrl,
    sequence,
    frame,
  }: { readonly framesUrl: string; readonly sequence: number; readonly frame: Uint8Array },
): Promise<JsonAnswer> {
  return visitor.post(`${framesUrl}/frames/${sequence}`, page, {
    headers: { 'content-type': 'image/jpeg' },
    body: new Uint8Array(frame),
  })
}
