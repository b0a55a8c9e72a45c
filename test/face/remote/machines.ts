/** Machines with face workers that only pretend to look, and the engine of a server that asks them. */
import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { FaceService, Measurement } from '../../../src/face/engine.ts'
import type { CredentialFiles } from '../../../src/face/remote/credentials.ts'
import { type Listener, startListener } from '../../../src/face/remote/listener.ts'
import type { PeerEvent } from '../../../src/face/remote/peer.ts'
import { openRemoteEngine, type RemoteEngineOptions } from '../../../src/face/remote/remote-engine.ts'
import { protocolVersion } from '../../../src/face/remote/wire.ts'
import type { FrameTimes, TimedMeasurement } from '../../../src/face/stages.ts'

export const model = 'the recogniser/1'
const networks = ['a', 'b']
export const wanted = { embedding: true } as const
export const frame = Buffer.from('any bytes: the workers of these tests do not look')
export const nothing: Measurement = { outcome: 'measured', widthPx: 1, heightPx: 1, defects: ['no_face'] }

export interface Machine extends Listener {
  readonly url: string
  /** Sizes of the frames that it was sent. */
  readonly frames: number[]
}

export interface MachineWish {
  readonly answer?: (frame: Uint8Array) => Promise<Measurement>
  /** What it says of each frame; no time at all unless told. */
  readonly times?: FrameTimes
  readonly workers?: number
  readonly model?: string
  readonly networks?: readonly string[]
  readonly credentials?: CredentialFiles
  readonly port?: number
  readonly renewalMs?: number
}

export interface Park {
  readonly events: PeerEvent[]
  startMachine(wish?: MachineWish): Promise<Machine>
  openEngine(urls: readonly string[], wish?: Partial<RemoteEngineOptions>): FaceService
  isTold(kind: PeerEvent['kind']): Promise<void>
  clear(): Promise<void>
}

/** @param files of a worker at localhost, and of a server */
export function createPark(files: {
  readonly worker: CredentialFiles
  readonly server: CredentialFiles
}): Park {
  const machines: Machine[] = []
  const engines: FaceService[] = []
  const events: PeerEvent[] = []
  return {
    events,
    startMachine: async (wish = {}) => {
      const machine = await start({ credentials: files.worker, ...wish })
      machines.push(machine)
      return machine
    },
    openEngine: (urls, wish = {}) => {
      const engine = openRemoteEngine({
        urls,
        credentials: files.server,
        wanted: { model, networks },
        padModels: [],
        mostPerWorker: 2,
        frameTimeoutMs: 2000,
        onEvent: (event) => events.push(event),
        ...wish,
      })
      engines.push(engine)
      return engine
    },
    isTold: async (kind) => {
      while (events.every((each) => each.kind !== kind)) await pause(10)
    },
    clear: async () => {
      await Promise.all(engines.splice(0).map((each) => each.close()))
      await Promise.all(machines.splice(0).map((each) => each.close()))
      events.length = 0
    },
  }
}

async function start(wish: MachineWish & { readonly credentials: CredentialFiles }): Promise<Machine> {
  const frames: number[] = []
  const times = wish.times ?? { waitMs: 0, workMs: 0, stages: [] }
  const measureTimed = async (given: Uint8Array): Promise<TimedMeasurement> => {
    frames.push(given.byteLength)
    return { ...times, measurement: (await wish.answer?.(given)) ?? nothing }
  }
  const listener = await startListener({
    host: 'localhost',
    port: wish.port ?? 0,
    credentials: wish.credentials,
    ...(wish.renewalMs === undefined ? {} : { renewalMs: wish.renewalMs }),
    pool: { measureTimed, hasWorker: () => true },
    identity: () => ({
      protocol: protocolVersion,
      version: '1',
      model: wish.model ?? model,
      networks: [...(wish.networks ?? networks)],
      imageAdapter: 'sharp',
      workers: wish.workers ?? 1,
    }),
  })
  return { ...listener, frames, url: `https://localhost:${listener.port}` }
}

export interface Wire {
  readonly url: string
  /** As where the machine loses its power: connections end, and no new one is answered. */
  cut(): Promise<void>
}

/** The way to a machine, which can be cut. */
export async function openWire(port: number): Promise<Wire> {
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, 'localhost')
    for (const each of [near, far]) {
      sockets.add(each)
      each.on('error', () => undefined)
    }
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `https://localhost:${address.port}`,
    cut: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const each of sockets) each.destroy()
      await closed
    },
  }
}
