/** Real proxies on free ports, with the very files of `deploy/proxy/`: places are put in, and nothing else is changed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findProgram } from '../../scripts/lib/system.mjs'
import { localhostCertificate, localhostKey } from '../conformance/tls.ts'

export interface ProxyPlace {
  /** Of Mien, on 127.0.0.1. */
  readonly upstreamPort: number
  readonly httpPort: number
  /** Browsers know the provider as `https://localhost:` and this. */
  readonly httpsPort: number
}

export interface Proxy {
  stop(): Promise<void>
}

/** Debian keeps it where only root looks. */
const nginx = findProgram('nginx') ?? ['/usr/sbin/nginx'].find((path) => existsSync(path))
const caddy = findProgram('caddy')

export const proxies: Readonly<
  Record<'nginx' | 'Caddy', ((place: ProxyPlace) => Promise<Proxy>) | undefined>
> = {
  nginx: nginx === undefined ? undefined : (place) => startNginx(nginx, place),
  Caddy: caddy === undefined ? undefined : (place) => startCaddy(caddy, place),
}

export function deployFile(name: string): string {
  return fileURLToPath(new URL(`../../deploy/proxy/${name}`, import.meta.url))
}

async function startNginx(program: string, place: ProxyPlace): Promise<Proxy> {
  const folder = await openFolder()
  const { httpPort, httpsPort } = place
  const site = await substitute('nginx.conf', [
    ['/etc/letsencrypt/live/id.example.com/fullchain.pem', join(folder, 'certificate.pem')],
    ['/etc/letsencrypt/live/id.example.com/privkey.pem', join(folder, 'key.pem')],
    ['/var/log/nginx/mien.log', join(folder, 'access.log')],
    ['https://id.example.com', `https://localhost:${httpsPort}`],
    ['id.example.com', 'localhost'],
    ['127.0.0.1:3000', `127.0.0.1:${place.upstreamPort}`],
    ['listen 80;', `listen 127.0.0.1:${httpPort};`],
    ['listen [::]:80;', `listen [::1]:${httpPort};`],
    ['listen 443 ', `listen 127.0.0.1:${httpsPort} `],
    ['listen [::]:443 ', `listen [::1]:${httpsPort} `],
  ])
  await writeFile(join(folder, 'site.conf'), site)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((each) => `${each}_temp_path ${join(folder, each)};`)
    .join(' ')
  const main = `daemon off; worker_processes 1; pid ${join(folder, 'pid')}; error_log ${join(folder, 'error.log')};
    events {} http { ${temporary} include ${join(folder, 'site.conf')}; }`
  await writeFile(join(folder, 'nginx.conf'), main)
  const args = ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log'), '-p', folder]
  return launch(folder, httpsPort, spawn(program, args, { stdio: 'ignore' }))
}

async function startCaddy(program: string, place: ProxyPlace): Promise<Proxy> {
  const folder = await openFolder()
  const site = await substitute('Caddyfile', [
    ['id.example.com {', `localhost {\n\ttls ${join(folder, 'certificate.pem')} ${join(folder, 'key.pem')}`],
    ['127.0.0.1:3000', `127.0.0.1:${place.upstreamPort}`],
  ])
  const places = `{\n\tadmin off\n\thttp_port ${place.httpPort}\n\thttps_port ${place.httpsPort}\n\tskip_install_trust\n}\n`
  await writeFile(join(folder, 'Caddyfile'), places + site)
  const env = { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  const args = ['run', '--adapter', 'caddyfile', '--config', join(folder, 'Caddyfile')]
  return launch(folder, place.httpsPort, spawn(program, args, { stdio: 'ignore', env }))
}

/** @throws {Error} where the file no longer says what is to be replaced: it would not be the file that is tested */
async function substitute(
  name: string,
  places: readonly (readonly [what: string, by: string])[],
): Promise<string> {
  let text = await readFile(deployFile(name), 'utf8')
  for (const [what, by] of places) {
    if (!text.includes(what)) throw new Error(`${name} says nothing of ${what}`)
    text = text.replaceAll(what, by)
  }
  return text
}

async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-proxy-'))
  // nginx gives its workers to another user where it is started by root.
  await chmod(folder, 0o755)
  await writeFile(join(folder, 'certificate.pem'), localhostCertificate)
  await writeFile(join(folder, 'key.pem'), localhostKey)
  return folder
}

async function launch(folder: string, port: number, server: ChildProcess): Promise<Proxy> {
  const end = (): void => void server.kill('SIGTERM')
  process.once('exit', end)
  const stop = async (): Promise<void> => {
    process.off('exit', end)
    if (server.exitCode === null && server.signalCode === null) {
      const gone = once(server, 'exit')
      server.kill('SIGTERM')
      await gone
    }
    await rm(folder, { recursive: true, force: true })
  }
  for (let tries = 0; tries < 200; tries += 1) {
    if (server.exitCode !== null) {
      const said = await readFile(join(folder, 'error.log'), 'utf8').catch(() => '')
      await stop()
      throw new Error(`the proxy ended with ${server.exitCode}: ${said}`)
    }
    if (await listens(port)) return { stop }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await stop()
  throw new Error('the proxy did not start within ten seconds')
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
