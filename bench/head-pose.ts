/**
 * Weighs what reads a turn of the head against FSA-Net (arXiv:1906.01892), whose files need not be there to run Mien:
 * the five landmarks' yaw, the mesh's pitch and yaw, and the network's, on heads turned by a known angle and on flat
 * cards. The heads are drawn from video frames with the depth of the mesh, which favours the mesh.
 *
 *     node bench/head-pose.ts FOLDER_OF_FSANET
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import '../src/face/no-telemetry.ts'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Box } from '../src/face/engine.ts'
import { readManifest } from '../src/face/manifest.ts'
import { readVerifiedModels, selectModels } from '../src/face/model-files.ts'
import { openEngine } from '../src/face/open-engine.ts'
import type { Raster } from '../src/face/raster.ts'
import { warp } from '../src/face/warp.ts'
import { decode, encode, openMeshFinder } from '../test/attacks/face-mesh.ts'
import { videoFrames } from '../test/attacks/performance.ts'
import { cardRelief, headRelief, renderTurned, type Relief, type Turn } from '../test/attacks/relief.ts'
import { people } from '../test/media.ts'
import { folders } from './material.ts'
import { medianOf } from './statistics.ts'

const files = ['fsanet-1x1-iter-688590.onnx', 'fsanet-var-iter-688590.onnx'] as const
const sidePx = 64
/** Wider than the detector’s box, as the network was trained; 1.1 and 1.7 gave no smaller errors. */
const boxScale = 1.4

type Axis = 'yaw' | 'pitch'
type Reading = Readonly<Record<'landmarks' | 'mesh' | 'FSA-Net', number>>
type Readings = Readonly<Record<Axis, Reading>>
interface Look extends Readings {
  readonly milliseconds: Readonly<Record<'mesh' | 'FSA-Net', number>>
}

async function openFsaNet(folder: string): Promise<(raster: Raster, box: Box) => Promise<number[]>> {
  const sessions = await Promise.all(
    files.map((file) =>
      InferenceSession.create(readFileSync(join(folder, file)), {
        intraOpNumThreads: 1,
        logSeverityLevel: 3,
      }),
    ),
  )
  return async (raster, box) => {
    const scale = sidePx / (Math.max(box.width, box.height) * boxScale)
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    const crop = warp(
      raster,
      { a: scale, b: 0, tx: sidePx / 2 - scale * x, ty: sidePx / 2 - scale * y },
      sidePx,
    )
    const blob = new Float32Array(3 * sidePx * sidePx)
    for (let at = 0; at < sidePx * sidePx; at++) {
      for (const channel of [0, 1, 2]) {
        blob[channel * sidePx * sidePx + at] = ((crop.rgb[at * 3 + 2 - channel] ?? 0) - 127.5) / 128
      }
    }
    const angles = [0, 0, 0]
    for (const session of sessions) {
      const [input = '', output = ''] = [session.inputNames[0], session.outputNames[0]]
      const results = await session.run({ [input]: new Tensor('float32', blob, [1, 3, sidePx, sidePx]) })
      const data = results[output]?.data
      if (!(data instanceof Float32Array)) throw new Error('FSA-Net gave no angles')
      for (const at of [0, 1, 2]) angles[at] = (angles[at] ?? 0) + (data[at] ?? NaN) / sessions.length
    }
    return angles
  }
}

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('name the folder of the FSA-Net files')
const readAngles = await openFsaNet(folder)
const engine = await openEngine(await readVerifiedModels(selectModels(readManifest()), folders), 'sharp')
const finder = await openMeshFinder()

async function look(jpeg: Uint8Array): Promise<Look | undefined> {
  const seen = await engine.measure(jpeg, { face: 'largest', embedding: false })
  if (seen.outcome !== 'measured' || seen.face === undefined) return undefined
  const raster = await decode(jpeg)
  const began = performance.now()
  const [yaw = NaN, pitch = NaN] = await readAngles(raster, seen.face.box)
  const fsaMs = performance.now() - began
  const before = performance.now()
  const meshed = await engine.measure(jpeg, { face: 'largest', embedding: false, challenge: true })
  const all = performance.now() - before
  if (meshed.outcome !== 'measured' || meshed.mesh === undefined) return undefined
  const { mesh, face = seen.face } = meshed
  return {
    yaw: { landmarks: face.pose.yaw, mesh: mesh.yawDegrees, 'FSA-Net': yaw },
    pitch: { landmarks: face.pose.pitch, mesh: mesh.pitchDegrees, 'FSA-Net': pitch },
    milliseconds: { mesh: all, 'FSA-Net': fsaMs },
  }
}

const angles: Readonly<Record<Axis, readonly number[]>> = {
  yaw: [-30, -20, -10, 10, 20, 30],
  pitch: [-20, -10, 10, 20],
}
const cardAngles = [-50, -35, 35, 50]
const turnOf = (axis: Axis, degrees: number): Turn => ({ yaw: 0, pitch: 0, [axis]: degrees })

interface Sample {
  readonly axis: Axis
  readonly degrees: number
  /** From the same picture looking ahead. */
  readonly change: Reading
}

async function turn(
  relief: Relief,
  degreesOf: (axis: Axis) => readonly number[],
  ground?: Raster,
): Promise<Sample[]> {
  const ahead = await look(await encode(renderTurned(relief, { yaw: 0, pitch: 0 }, ground)))
  const samples: Sample[] = []
  for (const axis of ['yaw', 'pitch'] as const) {
    for (const degrees of degreesOf(axis)) {
      const seen = await look(await encode(renderTurned(relief, turnOf(axis, degrees), ground)))
      if (ahead === undefined || seen === undefined) continue
      times.push(seen.milliseconds['FSA-Net'])
      const change = (of: keyof Reading): number => seen[axis][of] - ahead[axis][of]
      samples.push({
        axis,
        degrees,
        change: { landmarks: change('landmarks'), mesh: change('mesh'), 'FSA-Net': change('FSA-Net') },
      })
    }
  }
  return samples
}

const times: number[] = []
const heads: Sample[] = []
const cards: Sample[] = []
const trembles: { readonly axis: Axis; readonly change: Reading }[] = []
for (const person of people) {
  const film = await videoFrames(person, 'second')
  const looks = await Promise.all(film.map(look))
  for (const axis of ['yaw', 'pitch'] as const) {
    looks.slice(1).forEach((now, at) => {
      const before = looks[at]
      if (now === undefined || before === undefined) return
      const change = (of: keyof Reading): number => now[axis][of] - before[axis][of]
      trembles.push({
        axis,
        change: { landmarks: change('landmarks'), mesh: change('mesh'), 'FSA-Net': change('FSA-Net') },
      })
    })
  }
  for (const jpeg of [film[0], film[Math.floor(film.length / 2)]]) {
    const found = jpeg && (await finder.find(jpeg))
    if (found === undefined) continue
    heads.push(...(await turn(headRelief(found.raster, found.points), (axis) => angles[axis])))
    const ground = { ...found.raster, rgb: new Uint8Array(found.raster.rgb.length).fill(150) }
    cards.push(...(await turn(cardRelief(found.raster), () => cardAngles, ground)))
  }
  console.error(`head-pose: ${person}`)
}

console.log(`${heads.length} turned heads and ${cards.length} flat cards of ${people.length} people`)
for (const axis of ['yaw', 'pitch'] as const) {
  for (const reading of ['landmarks', 'mesh', 'FSA-Net'] as const) {
    const own = heads.filter((each) => each.axis === axis)
    const [over, under] = own.reduce(
      ([xy, xx], { change, degrees }) => [xy + change[reading] * degrees, xx + change[reading] ** 2],
      [0, 0],
    )
    const perUnit = over / under
    const inDegrees = (change: Reading): number => change[reading] * perUnit
    const error = Math.sqrt(
      own.reduce((sum, { change, degrees }) => sum + (inDegrees(change) - degrees) ** 2, 0) / own.length,
    )
    const at20 = own.filter(({ degrees }) => Math.abs(degrees) === 20)
    const towards = ({ change, degrees }: Sample): number => inDegrees(change) * Math.sign(degrees)
    const flat = cards.filter((each) => each.axis === axis).map(towards)
    const tremble = trembles
      .filter((each) => each.axis === axis)
      .map(({ change }) => Math.abs(inDegrees(change)))
    console.log(
      [
        `${axis} by ${reading}`,
        `error ${error.toFixed(1)}°`,
        `heads at 20° read ${Math.min(...at20.map(towards)).toFixed(1)}° or more, median ${medianOf(at20.map(towards)).toFixed(1)}°`,
        `cards up to 50° read ${Math.max(...flat).toFixed(1)}° at most, median ${medianOf(flat).toFixed(1)}°`,
        `video, frame to frame ${medianOf(tremble).toFixed(1)}°`,
      ].join('; '),
    )
  }
}
console.log(`FSA-Net, both files, one face: ${medianOf(times).toFixed(1)} ms`)
process.exit(0)
