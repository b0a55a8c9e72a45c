/** What a browser calls itself, in words that its owner knows again: “Firefox on Linux”. */

/** In this order: what imitates another comes before it. */
const browsers = [
  [/\bEdgA?\/|\bEdgiOS\//, 'Edge'],
  [/\bOPR\/|\bOpera\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bCriOS\/|\bChrome\/|\bChromium\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
] as const

const systems = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b|\biPod\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b|\bMacintosh\b/, 'Mac'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
] as const

/** More than any browser sends; what is longer is not looked at. */
const mostLength = 512

/** Made of our own words alone, whatever the header says: nothing of it is kept. Any browser may lie here; nothing is decided by it. */
export function browserFamily(userAgent: string): string {
  const given = userAgent.slice(0, mostLength)
  const browser = nameIn(browsers, given) ?? 'A browser'
  const system = nameIn(systems, given)
  return system === undefined ? browser : `${browser} on ${system}`
}

function nameIn(table: readonly (readonly [RegExp, string])[], given: string): string | undefined {
  return table.find(([pattern]) => pattern.test(given))?.[1]
}
