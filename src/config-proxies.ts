/** Which proxies are believed: addresses and networks, and names for the usual ones. */
import { isIP } from 'node:net'
import { z } from 'zod'

const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  // RFC 1918, RFC 4193, and what a machine gives itself (RFC 3927, RFC 4291).
  private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', '169.254.0.0/16', 'fe80::/10'],
}

const example =
  'write its address or network instead, such as `loopback`, `private`, `10.0.0.7` or `10.0.0.0/24`'

export const proxies = z
  .string()
  .default('off')
  .superRefine((text, context) => {
    for (const word of wordsOf(text)) {
      const ranges = rangesOf(word)
      if (typeof ranges === 'string') context.addIssue(ranges)
    }
  })

/** @param text as the setting has it, checked. @returns networks as `address/bits` */
export function readProxies(text: string): readonly string[] {
  return wordsOf(text).flatMap(rangesOf)
}

function wordsOf(text: string): string[] {
  return text === 'off' ? [] : text.split(/[\s,]+/).filter((word) => word !== '')
}

/** @returns the ranges, or what is wrong */
function rangesOf(word: string): readonly string[] | string {
  if (word === 'on') return `\`on\` would believe whoever can connect, not only the proxy: ${example}`
  const known = Object.hasOwn(named, word) ? named[word] : undefined
  if (known !== undefined) return known
  const [address = '', bits, ...rest] = word.split('/')
  const family = isIP(address)
  const most = family === 4 ? 32 : 128
  const length = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN
  if (family === 0 || rest.length > 0 || !(length <= most))
    return `\`${word}\` is no address of a proxy: ${example}`
  if (length === 0) return `\`${word}\` is everybody, not a proxy: ${example}`
  return [`${address}/${length}`]
}
