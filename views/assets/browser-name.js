/** What a browser is called, as far as it says. */

/** Enough for a person to tell two devices apart; nothing is decided by it. @param {string} agent */
export function nameBrowser(agent) {
  const browser = first(agent, [
    [/\bEdgA?\//, 'Edge'],
    [/\bOPR\//, 'Opera'],
    [/\bSamsungBrowser\//, 'Samsung Internet'],
    [/\b(Firefox|FxiOS)\//, 'Firefox'],
    [/(Chrome|CriOS|Chromium)\//, 'Chrome'],
    [/\bSafari\//, 'Safari'],
  ])
  const system = first(agent, [
    [/\biPhone\b/, 'iPhone'],
    [/\biPad\b/, 'iPad'],
    [/\bAndroid\b/, 'Android'],
    [/\bCrOS\b/, 'ChromeOS'],
    [/\bWindows\b/, 'Windows'],
    [/\bMac OS X\b/, 'macOS'],
    [/\bLinux\b/, 'Linux'],
  ])
  return system === undefined ? (browser ?? 'A browser') : `${browser ?? 'A browser'} on ${system}`
}

/** @param {string} agent @param {readonly (readonly [RegExp, string])[]} names */
function first(agent, names) {
  return names.find(([pattern]) => pattern.test(agent))?.[1]
}
