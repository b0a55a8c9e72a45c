/** Which addresses a client may name: for browsers to be sent to, and for this server to call. */
import { z } from 'zod'

const loopbacks = new Set(['localhost', '127.0.0.1', '[::1]'])

const isLoopback = (url: URL): boolean => url.protocol === 'http:' && loopbacks.has(url.hostname)

const isWebOrigin = (url: URL): boolean => url.protocol === 'https:' || isLoopback(url)

/** RFC 8252 §7.1: a scheme of an app's own is a domain name turned round, so it has a dot. */
const isOwnScheme = (url: URL): boolean => /^[a-z][a-z0-9+-]*\.[a-z0-9+.-]+:$/.test(url.protocol)

/** Whether these are the addresses of an app on a device: schemes of its own, at least one, and loopback besides (RFC 8252 §7). */
export function areNative(addresses: readonly string[]): boolean {
  const urls = addresses.map((each) => URL.parse(each))
  const areAll = urls.every((url) => url !== null && (isOwnScheme(url) || isLoopback(url)))
  return areAll && urls.some((url) => url !== null && isOwnScheme(url))
}

/** What is wrong with an address that browsers are sent to; undefined where nothing is. */
function defectOfAddress(address: string): string | undefined {
  if (address.includes('*')) return 'has a wildcard; list each address'
  if (!URL.canParse(address)) return 'is not an absolute URL'
  if (address.includes('#')) return 'has a fragment'
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') return 'has a user name or password in it'
  if (isWebOrigin(url)) return undefined
  if (url.protocol === 'http:') return 'is http; only localhost, 127.0.0.1 and [::1] may be'
  return isOwnScheme(url) ? undefined : `has the scheme ${url.protocol.slice(0, -1)}`
}

/** What is wrong with an address that this server calls. */
function defectOfEndpoint(address: string): string | undefined {
  const defect = defectOfAddress(address)
  if (defect !== undefined) return defect
  return isWebOrigin(new URL(address)) ? undefined : 'is not https'
}

const checked = (check: (address: string) => string | undefined) =>
  z.string().superRefine((value, context) => {
    const defect = check(value)
    if (defect !== undefined) context.addIssue({ code: 'custom', message: `“${value}” ${defect}` })
  })

export const address = checked(defectOfAddress)

export const endpoint = checked(defectOfEndpoint)

export const origin = z.string().superRefine((value, context) => {
  const isOrigin = URL.canParse(value) && isWebOrigin(new URL(value)) && new URL(value).origin === value
  if (isOrigin) return
  context.addIssue({ code: 'custom', message: `“${value}” is not an origin like https://app.example` })
})
