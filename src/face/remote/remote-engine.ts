/** The face engine on other machines: a list of them, looked after, and the least loaded asked first. */
import { untouched } from '../crew.ts'
import type { EngineState, FaceService } from '../engine.ts'
import { checkFrameBytes } from '../image-header.ts'
import type { Job } from '../worker-process.ts'
import type { FrameDone, TimedMeasurement } from '../stages.ts'
import { wireLimits } from './wire.ts'
import { createPeer, type Peer, type PeerOptions } from './peer.ts'

export interface RemoteEngineOptions extends Omit<PeerOptions, 'url'> {
  readonly urls: readonly string[]
  /** Tags of the networks that detect presentation attacks; each of the machines has them, or is not asked. */
  readonly padModels: readonly string[]
  /** Frames per worker of a machine, in hand and waiting; one more is turned away. */
  readonly mostPerWorker: number
  readonly onFrame?: ((frame: FrameDone) => void) | undefined
}

/** Soon after a failure, and seldom where all is well. */
const checkEveryMs = 5000
const recheckMs = 500
const retryAfterSeconds = 2

export function openRemoteEngine(options: RemoteEngineOptions): FaceService {
  const { wanted, padModels } = options
  const ready: PromiseWithResolvers<void> = Promise.withResolvers()
  const watched = options.urls.map((url) =>
    watchPeer({ ...options, url }, () => {
      ready.resolve()
    }),
  )
  const peers = watched.map(({ peer }) => peer)
  const turns = { next: 0 }
  // Whoever waits for it still sees the failure; nobody waiting is no crash.
  ready.promise.catch(() => undefined)
  const fit = () => peers.flatMap((peer) => peer.identity() ?? [])
  return {
    model: wanted.model,
    padModels,
    get imageAdapter() {
      return fit()[0]?.imageAdapter ?? 'sharp'
    },
    get workers() {
      return fit().reduce((sum, { workers }) => sum + workers, 0)
    },
    ready: ready.promise,
    hasWorker: () => fit().length > 0,
    state: () => stateOf(peers),
    measure: async (frame, wish) => {
      turns.next = (turns.next + 1) % peers.length
      const inTurn = [...peers.slice(turns.next), ...peers.slice(0, turns.next)]
      const job = { frame, wish: { face: 'largest', ...wish } } as const
      const { measurement, ...times } = await measure(inTurn, job, options.mostPerWorker)
      options.onFrame?.({ kind: 'frame_done', outcome: measurement.outcome, ...times })
      return measurement
    },
    close: () => {
      ready.reject(new Error('the face engine was closed before it was ready'))
      for (const { end } of watched) end()
      return Promise.resolve()
    },
  }
}

/** What waits, waits there: the machines tell of it themselves. */
function stateOf(peers: readonly Peer[]): EngineState {
  const able = peers.reduce((sum, peer) => sum + (peer.identity()?.workers ?? 0), 0)
  const busy = peers.reduce((sum, peer) => sum + Math.min(peer.inFlight(), peer.identity()?.workers ?? 0), 0)
  return { waiting: 0, wanted: Math.max(able, peers.length), alive: able, able, busy }
}

async function measure(inTurn: readonly Peer[], job: Job, mostPerWorker: number): Promise<TimedMeasurement> {
  // The cheapest refusals need no other machine.
  const fault = checkFrameBytes(job.frame)
  if (fault !== undefined) return untouched({ outcome: 'unreadable', fault })
  if (job.frame.byteLength > wireLimits.mostFrameBytes)
    return untouched({ outcome: 'unreadable', fault: 'too_many_bytes' })
  const asked = new Set<Peer>()
  for (;;) {
    const next = leastLoaded(inTurn.filter((each) => !asked.has(each) && each.load() < mostPerWorker))
    if (next === undefined) return untouched({ outcome: 'overloaded', retryAfterSeconds })
    asked.add(next)
    const measured = await next.measure(job)
    // A measurement changes nothing, so that the same frame may be shown to another.
    if (measured !== 'unreachable' && measured.measurement.outcome !== 'overloaded') return measured
  }
}

/** The first of those with the least load. */
function leastLoaded(peers: readonly Peer[]): Peer | undefined {
  const least = Math.min(...peers.map((each) => each.load()))
  return peers.find((each) => each.load() === least)
}

function watchPeer(
  options: PeerOptions,
  onFit: () => void,
): { readonly peer: Peer; readonly end: () => void } {
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const lookIn = (delayMs: number): void => {
    clearTimeout(timer)
    if (isOver) return
    timer = setTimeout(() => void look(), delayMs)
    timer.unref()
  }
  const peer = createPeer({ ...options, onLost: () => lookIn(recheckMs) })
  const look = async (): Promise<void> => {
    const isFit = await peer.check()
    if (isFit) onFit()
    lookIn(isFit ? checkEveryMs : recheckMs)
  }
  void look()
  return {
    peer,
    end: () => {
      isOver = true
      clearTimeout(timer)
      peer.close()
    },
  }
}
