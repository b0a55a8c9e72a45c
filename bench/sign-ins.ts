/** Full sign-ins over HTTP: how many a core gives, and where the time goes. */
import { frames } from '../test/media.ts'
import { comeBack, createRelyingParty, goToCamera, type RelyingParty } from '../test/flows/relying-party.ts'
import { createAccountWithFace } from '../test/flows/stories.ts'
import { captureOf, createVisitor, sendFrame, type JsonAnswer } from '../test/flows/visitor.ts'
import { cpuSeconds } from '../test/load/processes.ts'
import { startRemoteHouse, type RemoteHouse } from '../test/load/remote-house.ts'
import { adaptersHere, type Adapter } from './material.ts'
import { toFigure, type Figure, type Section } from './report.ts'
import { medianOf } from './statistics.ts'

const rounds = 5
const people = 6
const signInsEach = 2
/** The pace that a capture allows. */
const frameIntervalMs = 205
const email = 'ada@example.com'

const stages = [
  'authorize, identify, camera page',
  'capture issued',
  'one frame',
  'last frame, with the verdict',
  'consent, code',
  'token',
] as const
type Stage = (typeof stages)[number]

export async function measureSignIns(): Promise<Section> {
  const figures: Figure[] = []
  for (const adapter of adaptersHere()) figures.push(...(await measureOn(adapter)))
  return { title: 'Full sign-ins', about, figures, findings: [] }
}

const about = `A browser without a session comes from an app, gives an address, shows a face for one look of at least three frames, agrees, and the app redeems the code: all over HTTP to a server in a process of its own, ${people} people side by side, ${people * signInsEach} sign-ins a round. The pace of five frames a second makes a person wait, not the server; so what counts is the processor time of server and workers, and a core gives one over that. A challenge with turns of the head shows 14 to 24 frames in place of three.`

async function measureOn(adapter: Adapter): Promise<readonly Figure[]> {
  const house = await startRemoteHouse({ MIEN_IMAGE_ADAPTER: adapter })
  try {
    const own = await frames('d12', { from: 0, to: 3.5, fps: 8 })
    await createAccountWithFace(house, email, own)
    const shown = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    const party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    const times = new Map<Stage, number[]>(stages.map((stage) => [stage, []]))
    const signIn = () => signInOnce({ house, party, shown, times })
    await signIn()
    const [server, workers]: [number[], number[]] = [[], []]
    for (const own of times.values()) own.length = 0
    for (let round = 0; round < rounds; round++) {
      const before = usageOf(house)
      await Promise.all(Array.from({ length: people }, () => inTurn(signInsEach, signIn)))
      const after = usageOf(house)
      server.push(((after.server - before.server) * 1000) / (people * signInsEach))
      workers.push(((after.workers - before.workers) * 1000) / (people * signInsEach))
    }
    return figuresOf(adapter, { server, workers, times })
  } finally {
    await house.close()
  }
}

interface Taken {
  readonly server: readonly number[]
  readonly workers: readonly number[]
  readonly times: ReadonlyMap<Stage, readonly number[]>
}

function figuresOf(adapter: Adapter, { server, workers, times }: Taken): readonly Figure[] {
  const rates = server.map((own, round) => 1000 / (own + (workers[round] ?? NaN)))
  const unit = 'ms of processor'
  return [
    toFigure({ label: `**${adapter}: sign-ins per second per core**`, unit: '/s', values: rates }),
    toFigure({ label: `${adapter}: server, one sign-in`, unit, values: server }),
    toFigure({ label: `${adapter}: workers, one sign-in`, unit, values: workers }),
    ...[...times].map(([stage, values]) =>
      toFigure({ label: `${adapter}: ${stage}, waited for`, unit: 'ms', values }),
    ),
  ]
}

function usageOf(house: RemoteHouse): { readonly server: number; readonly workers: number } {
  const workers = house.workers().reduce((sum, each) => sum + cpuSeconds(each), 0)
  return { server: cpuSeconds(house.processId), workers }
}

async function inTurn(times: number, work: () => Promise<void>): Promise<void> {
  for (let each = 0; each < times; each++) await work()
}

interface Visit {
  readonly house: RemoteHouse
  readonly party: RelyingParty
  readonly shown: readonly Uint8Array[]
  readonly times: ReadonlyMap<Stage, number[]>
}

async function signInOnce({ house, party, shown, times }: Visit): Promise<void> {
  const timed = async <Result>(stage: Stage, work: () => Promise<Result>): Promise<Result> => {
    const start = performance.now()
    const result = await work()
    times.get(stage)?.push(performance.now() - start)
    return result
  }
  const visitor = createVisitor(house.origin, [house.rpOrigin])
  const request = await party.begin()
  const page = await timed(stages[0], () => goToCamera(visitor, request.url, email))
  const headers = { 'content-type': 'application/json' }
  const issued = await timed(stages[1], () =>
    visitor.post(captureOf(page).captureUrl, page, { headers, body: '{}' }),
  )
  const framesUrl = issued.body.framesUrl ?? ''
  const frameTimes: number[] = []
  let last: JsonAnswer = issued
  for (const [sequence, frame] of shown.entries()) {
    if (sequence > 0) await new Promise((resolve) => setTimeout(resolve, frameIntervalMs))
    const start = performance.now()
    last = await sendFrame(visitor, page, { framesUrl, sequence, frame })
    frameTimes.push(performance.now() - start)
    if (last.body.state !== 'look') break
  }
  if (last.body.state !== 'done')
    throw new Error(`a sign-in of the bench ended with ${JSON.stringify(last.body)}`)
  times.get(stages[3])?.push(frameTimes.pop() ?? NaN)
  times.get(stages[2])?.push(medianOf(frameTimes))
  const callback = await timed(stages[4], () => comeBack(visitor, last.body.location ?? ''))
  await timed(stages[5], () => party.finish(request, callback))
}
