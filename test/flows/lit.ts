/** Frames as a camera would take them before a screen that shines in colours: a simulation, by a program. */
import type { Box } from '../../src/face/engine.ts'
import type { Raster } from '../../src/face/raster.ts'
import { decode, encode, openMeshFinder, type MeshFinder } from '../attacks/face-mesh.ts'
import { goBy } from './clocks.ts'
import { captureOf, frameIntervalMs, sendFrame, type JsonAnswer, type Page, type Visitor } from './visitor.ts'

export interface Scene {
  readonly raster: Raster
  readonly box: Box
}

export async function findScenes(
  jpegs: readonly Uint8Array[],
  finder?: MeshFinder,
): Promise<readonly Scene[]> {
  const eyes = finder ?? (await openMeshFinder())
  const scenes: Scene[] = []
  for (const jpeg of jpegs) {
    const seen = await eyes.measure(jpeg)
    if (seen.outcome === 'measured' && seen.face !== undefined) {
      scenes.push({ raster: await decode(jpeg), box: seen.face.box })
    }
  }
  return scenes
}

/** What part of the light on face and background comes from the screen. */
export interface ScreenShares {
  readonly face: number
  readonly backdrop: number
}

const gamma = 2.2

/** @param light `#rrggbb`; the light of the room is white, and the head ends softly. */
export function shineOn({ raster, box }: Scene, light: string, shares: ScreenShares): Promise<Buffer> {
  const channels = [1, 3, 5].map((at) => (Number.parseInt(light.slice(at, at + 2), 16) / 255) ** gamma)
  const { widthPx, heightPx } = raster
  const rgb = new Uint8Array(raster.rgb.length)
  const [middleX, middleY] = [box.x + box.width / 2, box.y + box.height / 2]
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      const off = Math.hypot((x - middleX) / (0.65 * box.width), (y - middleY) / (0.65 * box.height))
      const isFace = Math.min(1, Math.max(0, (1.2 - off) / 0.4))
      const share = shares.backdrop + (shares.face - shares.backdrop) * isFace
      for (let channel = 0; channel < 3; channel += 1) {
        const at = (y * widthPx + x) * 3 + channel
        const lit = 1 - share + share * (channels[channel] ?? 1)
        rgb[at] = Math.round((raster.rgb[at] ?? 0) * lit ** (1 / gamma))
      }
    }
  }
  return encode({ widthPx, heightPx, rgb })
}

export interface LitCapture {
  readonly last: JsonAnswer
  /** Each light that the server asked for, in order. */
  readonly lights: readonly string[]
}

/** A page that shines as it is told, and a camera that sees it. */
export async function streamLit(
  visitor: Visitor,
  page: Page,
  show: (sequence: number, light: string) => Promise<Uint8Array>,
): Promise<LitCapture> {
  const headers = { 'content-type': 'application/json' }
  const issued = await visitor.post(captureOf(page).captureUrl, page, { headers, body: '{}' })
  const framesUrl = issued.body.framesUrl ?? ''
  const lights: string[] = []
  let light = ''
  let last = issued
  for (let sequence = 0; sequence < 60; sequence += 1) {
    const frame = await show(sequence, light)
    await goBy(visitor.origin, frameIntervalMs)
    last = await sendFrame(visitor, page, { framesUrl, sequence, frame })
    if (last.status !== 200 || last.body.state !== 'look') break
    const asked = last.body.step?.light ?? ''
    if (asked !== light) lights.push(asked)
    light = asked
  }
  return { last, lights }
}
