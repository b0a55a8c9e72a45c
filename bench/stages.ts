/** Where the time of one frame goes, stage by stage, on each image adapter; both adapters take turns. */
import { alignFace, cropSidePx } from '../src/face/alignment.ts'
import { createDetector } from '../src/face/detector.ts'
import type { DecodedImage, Decoding } from '../src/face/image.ts'
import { openBackend } from '../src/face/open-engine.ts'
import { measureCrop } from '../src/face/quality.ts'
import { adaptersHere, readFrame, readNetworks, type Adapter } from './material.ts'
import { round, toFigure, type Figure, type Section } from './report.ts'
import { interleave, type Rounds } from './statistics.ts'

const effort: Rounds = { rounds: 7, runs: 15 }

type Stages = Readonly<Record<string, () => unknown>>

export async function measureStages(): Promise<Section> {
  const frame = await readFrame()
  const contestants: Record<string, () => unknown> = {}
  for (const adapter of adaptersHere()) {
    for (const [stage, run] of Object.entries(await stagesOf(adapter, frame))) {
      contestants[`${adapter}: ${stage}`] = run
    }
  }
  const times = await interleave(contestants, effort)
  const figures = Object.keys(contestants).map((label) =>
    toFigure({ label, unit: 'ms', values: times(label) }),
  )
  return {
    title: 'Stages of one frame, and OpenCV against sharp and onnxruntime',
    about,
    figures,
    findings: findingsOf(figures),
  }
}

const about =
  'Each stage in this process, on the same 640×480 JPEG. The coarse look is YuNet on 320×320, the fine one on 640×640; sharp stands for sharp (decoding), plain arithmetic (fitting and warping) and onnxruntime (detecting), opencv for OpenCV throughout.'

async function stagesOf(choice: Adapter, frame: Uint8Array): Promise<Stages> {
  const backend = await openBackend(choice)
  const { adapter } = backend
  const models = await readNetworks()
  const image = await decode(() => adapter.decode(frame))
  const coarse = await createDetector(await backend.openDetector(models.coarse))
  const fine = await createDetector(await backend.openDetector(models.fine))
  const [face] = await fine.detect(image)
  const similarity = face === undefined ? undefined : alignFace(face.landmarks)
  if (similarity === undefined) throw new Error('the frame of the bench shows no face')
  const crop = image.warp(similarity, cropSidePx)
  return {
    decode: async () => (await decode(() => adapter.decode(frame))).release(),
    'fit into 320×320': () => image.letterbox(320),
    'fit into 640×640': () => image.letterbox(640),
    'coarse look (fit and detect)': () => coarse.detect(image),
    'fine look (fit and detect)': () => fine.detect(image),
    'warp to 112×112': () => image.warp(similarity, cropSidePx),
    'sharpness and brightness': () => measureCrop(crop),
  }
}

async function decode(run: () => Promise<Decoding>): Promise<DecodedImage> {
  const decoding = await run()
  if (decoding.outcome !== 'decoded') throw new Error('the frame of the bench cannot be read')
  return decoding.image
}

function findingsOf(figures: readonly Figure[]): string[] {
  const find = (label: string) => figures.find((each) => each.label === label)?.median
  return figures.flatMap(({ label, median }) => {
    const stage = /^sharp: (.*)$/.exec(label)?.[1]
    const other = stage === undefined ? undefined : find(`opencv: ${stage}`)
    if (stage === undefined || other === undefined) return []
    const [winner, factor] =
      other < median ? ['OpenCV', median / other] : ['sharp and onnxruntime', other / median]
    return [`${stage}: ${winner} by a factor of ${round(factor)}`]
  })
}
