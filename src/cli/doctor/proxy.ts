/** Whether what stands before the provider tells it the truth: the address people came by, and that it was HTTPS. */
import { z } from 'zod'
import { readStart } from './outside.ts'
import { fail, leftOut, ok, warn, type Finding, type Patient } from './findings.ts'

const document = z.object({ issuer: z.string(), authorization_endpoint: z.string() })

/** Asks as somebody who lies about host and scheme: nothing that he says may come back. */
export async function checkProxy({ config, patienceMs }: Patient): Promise<readonly Finding[]> {
  const { protocol, origin } = new URL(config.issuer)
  const findings: Finding[] = []
  if (protocol === 'https:' && config.trustProxy.length === 0) {
    findings.push(
      warn(
        'proxy',
        'The issuer is HTTPS, and MIEN_TRUST_PROXY is off.',
        'Name the proxy there; else everybody has the address of the proxy.',
      ),
    )
  }
  const found = await askAsLiar(`${config.issuer}/.well-known/openid-configuration`, patienceMs)
  if (found === undefined) return [...findings, leftOut('proxy', 'Nothing answers that could be asked.')]
  const isOurs = found.issuer === config.issuer && found.authorization_endpoint.startsWith(`${origin}/`)
  findings.push(
    isOurs
      ? ok('proxy', 'Who writes X-Forwarded-Host or X-Forwarded-Proto changes no address.')
      : fail(
          'proxy',
          `Who writes X-Forwarded-Host or X-Forwarded-Proto gets ${found.authorization_endpoint}.`,
          'The proxy must overwrite these headers, and pass on none that it was sent.',
        ),
  )
  return findings
}

async function askAsLiar(url: string, patienceMs: number): Promise<z.infer<typeof document> | undefined> {
  const headers = {
    'x-forwarded-host': 'liar.example',
    'x-forwarded-proto': 'http',
    forwarded: 'host=liar.example',
  }
  try {
    const response = await fetch(url, {
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(patienceMs),
    })
    return response.ok ? document.parse(JSON.parse(await readStart(response))) : undefined
  } catch {
    // Why is what the check of the discovery document says.
    return undefined
  }
}
