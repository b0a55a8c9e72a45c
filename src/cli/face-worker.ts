/** `mien face-worker`: this machine looks at frames for servers elsewhere, until it is told to stop. */
import { parseArgs } from 'node:util'
import { readConfig, type Config } from '../config.ts'
import { startPool } from '../face-pool.ts'
import { modelTag, readManifest } from '../face/manifest.ts'
import { selectModels } from '../face/model-files.ts'
import { type Listener, startListener } from '../face/remote/listener.ts'
import { protocolVersion, type Identity } from '../face/remote/wire.ts'
import type { PoolEvent, WorkerPool } from '../face/worker-pool.ts'
import { version } from '../version.ts'
import { processTerminal, readArguments, type Terminal, UsageError } from './terminal.ts'

/** @returns 0, once it was told to stop and has stopped */
export async function faceWorker(
  args: readonly string[],
  terminal: Terminal = processTerminal,
): Promise<number> {
  const place = readPlace(args)
  const config = readConfig()
  const { faceWorkerCredentials: credentials } = config
  if (credentials === undefined) {
    throw new UsageError(
      'set MIEN_FACE_WORKER_CERT_FILE, MIEN_FACE_WORKER_KEY_FILE and MIEN_FACE_WORKER_CA_FILE; docs/face-workers.md tells how to make them',
    )
  }
  const pool = await startPool(config, (event) => {
    tell(terminal, event)
  })
  const identity = identityOf(config, pool)
  const refuse = (detail: string): void => {
    terminal.warn(`somebody without a certificate of ours was refused (${detail})`)
  }
  try {
    const listener = await startListener({ ...place, credentials, pool, identity, onRefused: refuse })
    await pool.ready
    terminal.print(
      `Mien's face worker is ready: ${config.faceWorkers} at https://${place.host}:${listener.port}, with ${pool.imageAdapter}.`,
    )
    await untilStopped()
    await stop(listener)
    return 0
  } finally {
    await pool.close()
  }
}

function readPlace(args: readonly string[]): { readonly host: string; readonly port: number } {
  const { values } = readArguments(() =>
    parseArgs({ args: [...args], options: { listen: { type: 'string' } } }),
  )
  const [, host, digits] = /^(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})$/.exec(values.listen ?? '') ?? []
  const port = Number(digits)
  if (host === undefined || !(port <= 65_535)) {
    throw new UsageError('`mien face-worker` wants `--listen HOST:PORT`, such as `--listen 0.0.0.0:7443`')
  }
  return { host: host.replace(/^\[|\]$/g, ''), port }
}

function identityOf({ faceWorkers }: Config, pool: WorkerPool): () => Omit<Identity, 'isReady'> {
  const { coarse, fine, recogniser, mesh, pad } = selectModels(readManifest())
  const inUse = pad.filter((each) => pool.padModels.includes(modelTag(each)))
  const networks = [coarse, fine, recogniser, mesh, ...inUse].map(({ sha256 }) => sha256).sort()
  const fixed = {
    protocol: protocolVersion,
    version,
    model: pool.model,
    networks,
    workers: faceWorkers,
  } as const
  // Known once a worker has started; until then nobody is told that it is ready.
  return () => ({ ...fixed, imageAdapter: pool.hasWorker() ? pool.imageAdapter : 'sharp' })
}

function tell(terminal: Terminal, event: PoolEvent): void {
  if (event.kind === 'worker_ended') terminal.warn(`a worker ended and is started again (${event.detail})`)
  if (event.kind === 'pad_absent')
    terminal.warn(
      `without ${event.files.join(' and ')} servers will not send frames here: fetch them with "mien models pull"`,
    )
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => {
      resolve()
    })
    process.once('SIGINT', () => {
      resolve()
    })
  })
}

/** Frames in hand get as long as a frame may take. */
const graceMs = 6000

async function stop(listener: Listener): Promise<void> {
  const cut = setTimeout(() => process.exit(0), graceMs)
  await listener.close()
  clearTimeout(cut)
}
