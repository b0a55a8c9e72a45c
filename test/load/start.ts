/** One start of the whole server, as `npm start` does it or plainly, and what it takes at rest. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../flows/house.ts'
import { modelsDir } from '../media.ts'
import { installState } from '../../scripts/lib/install.mjs'
import { root } from '../../scripts/lib/root.mjs'
import { childrenOf, cpuSeconds, residentMb } from './processes.ts'

export interface Footprint {
  readonly firstAnswerMs: number
  readonly serverMb: number
  readonly workerMb: readonly number[]
  /** Of one core, in percent; 0 where nobody waited. */
  readonly idlePercent: number
}

/** How long the workers, which have loaded their networks, get to come to rest before anything is measured. */
export const settleMs = 4000

export interface StartWish {
  readonly imageAdapter: 'auto' | 'sharp' | 'opencv'
  readonly idleSeconds: number
  readonly start: Start
}

export interface Start {
  readonly program: readonly string[]
  /** With a cache of its own, so that it finds nothing compiled. */
  readonly isFirst: boolean
}

/** As `npm start` starts it. */
export const ownStart: Start = { program: ['scripts/start.mjs'], isFirst: false }
export const firstStart: Start = { ...ownStart, isFirst: true }
/** Without the flags and the cache that `npm start` gives. */
export const plainStart: Start = { program: ['src/main.ts'], isFirst: false }

/** @throws {Error} where the server does not answer within a minute, or would be installed first: that is no start. */
export async function measureStart({
  imageAdapter,
  idleSeconds,
  start: { program, isFirst },
}: StartWish): Promise<Footprint> {
  if (installState(root) !== 'fitting')
    throw new Error('node_modules is not what the lock asks for: run npm ci')
  const folder = await mkdtemp(join(tmpdir(), 'mien-bench-'))
  const [port, demoPort] = [await freePort(), await freePort()]
  const issuer = `http://localhost:${port}`
  const start = performance.now()
  const child = spawn(process.execPath, [...program], {
    cwd: root,
    stdio: 'ignore',
    env: {
      ...process.env,
      MIEN_ISSUER: issuer,
      MIEN_PORT: String(port),
      MIEN_DEMO_PORT: String(demoPort),
      MIEN_DATA_DIR: folder,
      MIEN_IMAGE_ADAPTER: imageAdapter,
      ...(isFirst ? { NODE_COMPILE_CACHE: join(folder, 'compiled') } : {}),
      ...(modelsDir === undefined ? {} : { MIEN_MODELS_DIR: modelsDir }),
    },
  })
  try {
    await untilAnswered(`${issuer}/.well-known/openid-configuration`)
    const firstAnswerMs = performance.now() - start
    // Of a first start its answer counts alone.
    if (!isFirst) {
      await untilAnswered(`${issuer}/readyz`)
      await wait(settleMs)
    }
    const server = serverOf(child, program)
    const family = [server, ...childrenOf(server)]
    const [serverMb = NaN, ...workerMb] = family.map(residentMb)
    const used = () => family.reduce((sum, each) => sum + cpuSeconds(each), 0)
    const before = used()
    await wait(idleSeconds * 1000)
    const idlePercent = idleSeconds > 0 ? ((used() - before) / idleSeconds) * 100 : 0
    return { firstAnswerMs, serverMb, workerMb, idlePercent }
  } finally {
    child.kill('SIGTERM')
    await new Promise((resolve) => child.once('exit', resolve))
    await rm(folder, { recursive: true, force: true })
  }
}

/** `npm start` waits for the server that it starts. */
function serverOf(child: ChildProcess, program: readonly string[]): number {
  const own = child.pid ?? NaN
  return program[0] === ownStart.program[0] ? (childrenOf(own)[0] ?? NaN) : own
}

async function untilAnswered(url: string): Promise<void> {
  const patience = performance.now() + 60_000
  while (performance.now() < patience) {
    const isThere = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isThere) return
    await wait(20)
  }
  throw new Error(`${url} never answered`)
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
