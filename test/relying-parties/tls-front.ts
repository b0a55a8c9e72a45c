/** A provider reached by https, for clients that speak nothing else: what comes is handed on as it is. */
import { readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:https'
import { makeAuthority } from '../servers/certificates.ts'
import type { Running } from './apps.ts'

export interface TlsFront extends Running {
  readonly origin: string
  readonly caFile: string
}

/** @throws {Error} where this machine has no OpenSSL */
export async function openTlsFront(origin: string): Promise<TlsFront> {
  const authority = await makeAuthority()
  if (authority === undefined) throw new Error('no OpenSSL on this machine')
  const { certFile, keyFile, caFile } = await authority.worker('front', 'localhost')
  const pair = { cert: await readFile(certFile), key: await readFile(keyFile) }
  const server = createServer(pair, (incoming, outgoing) => {
    const { method, headers, url = '/' } = incoming
    const sent = request(new URL(url, origin), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    sent.on('error', () => outgoing.destroy())
    incoming.pipe(sent)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    origin: `https://localhost:${address.port}`,
    caFile,
    said: () => '',
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await authority.remove()
    },
  }
}
