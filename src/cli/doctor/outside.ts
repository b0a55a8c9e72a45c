/** The provider as browsers and apps see it: its address, its discovery document, its clock, its certificate. */
import { connect } from 'node:tls'
import { z } from 'zod'
import { fail, leftOut, ok, reasonOf, warn, type Finding, type Patient } from './findings.ts'

const mostSkewSeconds = 15
const mostCharacters = 256 * 1024
const soonDays = 21

export function checkAddress({ config }: Patient): Promise<readonly Finding[]> {
  const { protocol, hostname, pathname } = new URL(config.issuer)
  const findings: Finding[] = []
  if (protocol === 'https:') findings.push(ok('address', `${config.issuer} is HTTPS.`))
  else if (hostname === 'localhost') {
    findings.push(
      warn(
        'address',
        `${config.issuer} is for trying out on this machine alone.`,
        'Set MIEN_ISSUER to the https address that people will use.',
      ),
    )
  } else {
    findings.push(
      fail(
        'address',
        `${config.issuer} is not HTTPS, so browsers give no camera.`,
        'Put TLS before the provider and set MIEN_ISSUER to the https address.',
      ),
    )
  }
  if (pathname !== '/') {
    findings.push(
      warn(
        'address',
        `The issuer has a path, ${pathname}.`,
        'The proxy must pass this path on unchanged; an address without a path is simpler.',
      ),
    )
  }
  return Promise.resolve(findings)
}

const document = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
})

/** OpenID Connect Discovery 1.0 §4.3: the issuer in the document is, letter for letter, the address it was asked at. */
export async function checkDiscovery({ config, now, patienceMs }: Patient): Promise<readonly Finding[]> {
  const url = `${config.issuer}/.well-known/openid-configuration`
  let response: Response
  let text: string
  try {
    response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(patienceMs) })
    text = await readStart(response)
  } catch (error) {
    return [
      fail(
        'discovery',
        `${url} does not answer: ${reasonOf(error)}.`,
        'Start the provider; else look at the name, the proxy and the firewall.',
      ),
    ]
  }
  const parsed = document.safeParse(parseJson(text))
  if (response.status !== 200 || !parsed.success) {
    return [
      fail(
        'discovery',
        `${url} answers ${response.status}, and not with a discovery document.`,
        'Something else answers there: look at the proxy and at MIEN_ISSUER.',
      ),
    ]
  }
  return [...judgeDocument(parsed.data, config.issuer), judgeClock(response.headers.get('date'), now())]
}

function judgeDocument(found: z.infer<typeof document>, issuer: string): Finding[] {
  if (found.issuer !== issuer) {
    return [
      fail(
        'discovery',
        `The document says that its issuer is ${found.issuer}, and the setting says ${issuer}.`,
        'Set MIEN_ISSUER to the one address that apps use, without a slash at the end, and start again.',
      ),
    ]
  }
  const { origin } = new URL(issuer)
  const strays = [found.authorization_endpoint, found.token_endpoint, found.jwks_uri].filter(
    (each) => !each.startsWith(`${origin}/`),
  )
  if (strays.length === 0)
    return [ok('discovery', 'The discovery document is reached, and its addresses are ours.')]
  return [
    fail(
      'discovery',
      `The document names ${strays.join(', ')}.`,
      'The proxy changes the host or the scheme: pass X-Forwarded-Proto and X-Forwarded-For, and name its address in MIEN_TRUST_PROXY.',
    ),
  ]
}

/** A `Date` header tells whole seconds; tokens are refused by apps whose clocks are far apart. */
function judgeClock(date: string | null, now: Date): Finding {
  const skew = Math.abs(now.getTime() - Date.parse(date ?? '')) / 1000
  if (!Number.isFinite(skew)) return leftOut('clock', 'The answer has no date.')
  if (skew <= mostSkewSeconds) return ok('clock', 'The clock of the provider and that of this machine agree.')
  return fail(
    'clock',
    `The clock of the provider and that of this machine are ${Math.round(skew)} s apart.`,
    'Let both keep time by NTP.',
  )
}

export async function checkCertificate({ config, now, patienceMs }: Patient): Promise<readonly Finding[]> {
  const { protocol, hostname, port } = new URL(config.issuer)
  if (protocol !== 'https:') return [leftOut('certificate', 'The address is not HTTPS.')]
  try {
    const until = await certificateEnd({ host: hostname, port: Number(port || 443), patienceMs })
    const days = Math.floor((until.getTime() - now().getTime()) / 86_400_000)
    if (days > soonDays) return [ok('certificate', `The certificate holds for ${days} more days.`)]
    return [
      warn(
        'certificate',
        `The certificate ends in ${days} days.`,
        'Renew it, and see why it does not renew by itself.',
      ),
    ]
  } catch (error) {
    return [
      fail(
        'certificate',
        `The certificate is not accepted: ${reasonOf(error)}.`,
        'Use one that browsers trust, for this very name, with the certificates between.',
      ),
    ]
  }
}

interface Peer {
  readonly host: string
  readonly port: number
  readonly patienceMs: number
}

function certificateEnd({ host, port, patienceMs }: Peer): Promise<Date> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: host }, () => {
      const { valid_to: end } = socket.getPeerCertificate()
      socket.destroy()
      resolve(new Date(end))
    })
    socket.setTimeout(patienceMs, () => socket.destroy(new Error('no answer in time')))
    socket.on('error', reject)
  })
}

/** As much as a discovery document can be; whatever else answers there may send for ever. */
export async function readStart({ body }: Response): Promise<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (reader !== undefined && text.length < mostCharacters) {
    const { done, value } = await reader.read()
    if (done) return text
    text += value
  }
  await reader?.cancel()
  return text
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}
