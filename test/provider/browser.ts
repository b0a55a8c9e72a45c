/** A browser without a screen: keeps cookies and follows redirects. */

export interface Arrival {
  readonly status: number
  readonly url: URL
  readonly text: string
  readonly headers: Headers
}

/** Keeps cookies and follows redirects, up to those that leave the provider. */
export function createBrowser(issuer: string) {
  const jar = new Map<string, string>()
  const request = async (url: URL, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    headers.set('accept', 'text/html')
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', ...value] = pair.split('=')
      if (/expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, value.join('='))
    }
    return response
  }
  const open = async (address: string | URL, init: RequestInit = {}): Promise<Arrival> => {
    let url = new URL(address, issuer)
    let response = await request(url, init)
    for (let hops = 0; hops < 20 && response.status >= 300 && response.status < 400; hops += 1) {
      url = new URL(response.headers.get('location') ?? '', url)
      if (url.origin !== new URL(issuer).origin)
        return { status: response.status, url, text: '', headers: response.headers }
      response = await request(url)
    }
    return { status: response.status, url, text: await response.text(), headers: response.headers }
  }
  return { open, request, jar }
}
export type Browser = ReturnType<typeof createBrowser>
