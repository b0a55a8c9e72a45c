/** Where the time of one frame goes, stage by stage: each thing that both libraries do, they do in turns. */
import { alignFace, cropSidePx } from '../src/face/alignment.ts'
import { createDetector } from '../src/face/detector.ts'
import { createEmbedder } from '../src/face/embedder.ts'
import type { DecodedImage, Decoding } from '../src/face/image.ts'
import type { VerifiedModel } from '../src/face/model-files.ts'
import { openModel, type Outputs } from '../src/face/models.ts'
import { openImageAdapter } from '../src/face/open-engine.ts'
import { measureCrop } from '../src/face/quality.ts'
import type { PlanarSquare, Raster } from '../src/face/raster.ts'
import { adaptersHere, readFrame, readNetworks, startPool, type Adapter } from './material.ts'
import { openOnDnn } from './opencv-dnn.ts'
import { round, toFigure, type Figure, type Section } from './report.ts'
import { interleave, type Rounds } from './statistics.ts'

const way = 'to a worker and back'

const effort: Rounds = { rounds: 7, runs: 15 }

type Stages = Record<string, () => unknown>

export async function measureStages(): Promise<Section> {
  const frame = await readFrame()
  const pool = await startPool(1, 'sharp')
  try {
    const contestants: Stages = { [way]: refusedBy(pool, frame) }
    for (const adapter of adaptersHere()) Object.assign(contestants, await stagesOf(adapter, frame))
    Object.assign(contestants, await networksOn(await squareOf(frame)))
    const times = await interleave(contestants, effort)
    const figures = Object.keys(contestants).map((label) =>
      toFigure({ label, unit: 'ms', values: times(label) }),
    )
    const findings = [...sumsOf(figures), ...contestsOf(figures)]
    return { title: 'Where the time of a frame goes', about, figures, findings }
  } finally {
    await pool.close()
  }
}

const about =
  'Each stage in this process, on the same 640×480 JPEG, and the way to a worker and back of as many bytes that it refuses. The coarse look is YuNet on 320×320, the fine one on 640×640. Pictures are decoded and cut by OpenCV, or by sharp and plain arithmetic; every network runs on onnxruntime, and YuNet on OpenCV’s DNN module for comparison alone.'

/** Refused by its first bytes, so that nothing but the way is measured. */
function refusedBy(pool: Awaited<ReturnType<typeof startPool>>, frame: Uint8Array): () => Promise<unknown> {
  const refused = Uint8Array.from(frame)
  refused[0] = 0
  return () => pool.measure(refused, { embedding: true })
}

async function stagesOf(choice: Adapter, frame: Uint8Array): Promise<Stages> {
  const adapter = await openImageAdapter(choice)
  const models = await readNetworks()
  const image = await decode(() => adapter.decode(frame))
  const coarse = await createDetector(await openModel(models.coarse))
  const fine = await createDetector(await openModel(models.fine))
  const [face] = await fine.detect(image)
  const similarity = face === undefined ? undefined : alignFace(face.landmarks)
  if (similarity === undefined) throw new Error('the frame of the bench shows no face')
  const crop = image.warp(similarity, cropSidePx)
  const embedder = createEmbedder(await openModel(models.recogniser))
  const [small, large] = [emptySquare(320), emptySquare(640)]
  const stages: Stages = {
    decode: async () => {
      const decoded = await decode(() => adapter.decode(frame))
      decoded.release()
    },
    'fit into 320×320': () => image.fit(small),
    'fit into 640×640': () => image.fit(large),
    'coarse look (fit, network, faces)': () => coarse.detect(image),
    'fine look (fit, network, faces)': () => fine.detect(image),
    'warp to 112×112': () => image.warp(similarity, cropSidePx),
    'sharpness and brightness': () => measureCrop(crop),
    'embed (recogniser)': () => embedder.embed(crop),
  }
  return Object.fromEntries(Object.entries(stages).map(([stage, run]) => [`${choice}: ${stage}`, run]))
}

function network(sidePx: number): string {
  return `YuNet on ${sidePx}×${sidePx}`
}

function emptySquare(sidePx: number): PlanarSquare {
  const length = sidePx * sidePx * 3
  return { sidePx, channels: 'bgr', planes: new Float32Array(length), bytes: new Uint8Array(length) }
}

/** The same YuNet on the same square: once on each library that could run it. */
async function networksOn(square: (sidePx: number) => Raster): Promise<Stages> {
  const { coarse, fine } = await readNetworks()
  const stages: Stages = {}
  for (const model of [coarse, fine]) Object.assign(stages, await contest(model, square))
  return stages
}

async function contest(verified: VerifiedModel, square: (sidePx: number) => Raster): Promise<Stages> {
  const sidePx = Number(verified.entry.input.shape[2])
  const raster = square(sidePx)
  const label = network(sidePx)
  const model = await openModel(verified)
  const { planes } = fill(emptySquare(sidePx), raster)
  const onDnn = await openOnDnn(verified)
  if (onDnn === undefined) return { [`onnxruntime: ${label}`]: () => model.run(planes) }
  requireSame(await model.run(planes), onDnn(raster))
  return { [`onnxruntime: ${label}`]: () => model.run(planes), [`OpenCV DNN: ${label}`]: () => onDnn(raster) }
}

function fill(square: PlanarSquare, { rgb }: Raster): PlanarSquare {
  const area = square.sidePx ** 2
  for (let at = 0; at < area; at++) {
    for (const plane of [0, 1, 2]) square.planes[plane * area + at] = rgb[at * 3 + 2 - plane] ?? NaN
  }
  return square
}

/** @throws {Error} where the two do not compute the same: then their times say nothing. */
function requireSame(one: Outputs, other: Outputs): void {
  for (const [name, values] of one) {
    const apart = values.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (other.get(name)?.[at] ?? NaN))),
      0,
    )
    if (!(apart < 0.01)) throw new Error(`OpenCV's DNN gives another ${name}: ${apart} apart`)
  }
}

async function squareOf(frame: Uint8Array): Promise<(sidePx: number) => Raster> {
  const adapter = await openImageAdapter('sharp')
  const image = await decode(() => adapter.decode(frame))
  return (sidePx) => image.letterbox(sidePx).raster
}

async function decode(run: () => Promise<Decoding>): Promise<DecodedImage> {
  const decoding = await run()
  if (decoding.outcome !== 'decoded') throw new Error('the frame of the bench cannot be read')
  return decoding.image
}

/** What a frame costs beside its networks, on each adapter; each look fits, cuts and judges once. */
function sumsOf(figures: readonly Figure[]): string[] {
  const find = (label: string) => figures.find((each) => each.label === label)?.median ?? NaN
  const networks = [320, 640].reduce(
    (sum, sidePx) => sum + find(`onnxruntime: ${network(sidePx)}`),
    find('sharp: embed (recogniser)'),
  )
  return adaptersHere().map((adapter) => {
    const parts = {
      decoding: find(`${adapter}: decode`),
      'fitting twice': find(`${adapter}: fit into 320×320`) + find(`${adapter}: fit into 640×640`),
      'cutting twice': 2 * find(`${adapter}: warp to 112×112`),
      'judging twice': 2 * find(`${adapter}: sharpness and brightness`),
      'the way': find(way),
    }
    const beside = Object.values(parts).reduce((sum, part) => sum + part, 0)
    const named = Object.entries(parts).map(([name, ms]) => `${name} ${round(ms)}`)
    return `${adapter}: ${round(beside)} ms beside the networks' ${round(networks)} (${named.join(', ')}); a ratio of 1.25 leaves ${round(networks / 4)} ms`
  })
}

/** The stages in which the two adapters differ; the rest is the same code. */
const contested = [
  'decode',
  'fit into 320×320',
  'fit into 640×640',
  'warp to 112×112',
  network(320),
  network(640),
]

/** Who wins each contest, and by how much. */
function contestsOf(figures: readonly Figure[]): string[] {
  const rivals = [
    { one: 'sharp', other: 'opencv' },
    { one: 'onnxruntime', other: 'OpenCV DNN' },
  ]
  const find = (label: string) => figures.find((each) => each.label === label)?.median
  return rivals.flatMap(({ one, other }) =>
    figures.flatMap(({ label, median }) => {
      const stage = label.startsWith(`${one}: `) ? label.slice(one.length + 2) : undefined
      const rival = stage === undefined ? undefined : find(`${other}: ${stage}`)
      if (stage === undefined || rival === undefined || !contested.includes(stage)) return []
      const [winner, factor] = rival < median ? [other, median / rival] : [one, rival / median]
      return [`${stage}: ${winner} by a factor of ${round(factor)}`]
    }),
  )
}
