/** Certificates for servers and face workers, made by the very script that operators use. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { CredentialFiles } from '../../src/face/remote/credentials.ts'

const script = fileURLToPath(new URL('../../deploy/face-workers/make-certificates.sh', import.meta.url))
const run = promisify(execFile)

export interface Authority {
  server(name: string): Promise<CredentialFiles>
  worker(name: string, ...hosts: string[]): Promise<CredentialFiles>
  remove(): Promise<void>
}

/** Undefined where this machine has no OpenSSL: such tests are skipped by name. */
export async function makeAuthority(): Promise<Authority | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-certificates-'))
  try {
    await run('openssl', ['version'])
  } catch {
    return undefined
  }
  await run('sh', [script, folder, 'authority'])
  const make = async (kind: string, name: string, ...hosts: string[]): Promise<CredentialFiles> => {
    await run('sh', [script, folder, kind, name, ...hosts])
    const path = (ending: string) => join(folder, ending)
    return { certFile: path(`${name}.pem`), keyFile: path(`${name}.key`), caFile: path('authority.pem') }
  }
  return {
    server: (name) => make('server', name),
    worker: (name, ...hosts) => make('worker', name, ...hosts),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
