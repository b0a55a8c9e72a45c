/** One face of a frame to its liveness score: the mean of what the PAD networks (MiniFASNet) say of it. Measures; decides nothing. */
import type { Region } from './cut.ts'
import type { Box } from './engine.ts'
import type { DecodedImage } from './image.ts'
import type { Model } from './models.ts'
import { toBlob } from './preprocessing.ts'

export interface LivenessMeter {
  /** 0…1, higher is more like a live face; evidence against, never proof for. NaN where the box is none. */
  measure(image: DecodedImage, box: Box): Promise<number>
}

/** @throws {Error} where a network is not described as one that detects presentation attacks. */
export function createLivenessMeter(models: readonly Model[]): LivenessMeter {
  const networks = models.map(toNetwork)
  return {
    measure: async (image, box) => {
      let sum = 0
      for (const { look } of networks) sum += await look(image, box)
      return sum / networks.length
    },
  }
}

function toNetwork(model: Model): { readonly look: LivenessMeter['measure'] } {
  const { entry } = model
  const [output] = entry.outputs
  const [, , sidePx] = entry.input.shape
  const { pad } = entry
  if (pad === undefined || output === undefined || typeof sidePx !== 'number') {
    throw new Error(`the manifest does not say how ${entry.name} detects presentation attacks`)
  }
  return {
    look: async (image, box) => {
      const region = regionAround(box, pad.boxScale, image)
      if (region === undefined) return NaN
      const outputs = await model.run(toBlob(image.cut(region, sidePx), entry.preprocessing))
      const logits = outputs.get(output.name)
      if (logits === undefined) throw new Error(`${entry.name} gave nothing`)
      return shareOf(pad.liveClass, logits)
    },
  }
}

/** Softmax. */
function shareOf(wanted: number, logits: Float32Array): number {
  const highest = logits.reduce((most, each) => Math.max(most, each), -Infinity)
  const sum = logits.reduce((total, each) => total + Math.exp(each - highest), 0)
  return Math.exp((logits[wanted] ?? NaN) - highest) / sum
}

/**
 * The box, scaled about its centre as far as the frame allows and moved into it: the networks were trained on crops
 * without black edges. `undefined` where the box is none.
 */
export function regionAround(
  box: Box,
  boxScale: number,
  { widthPx, heightPx }: Pick<DecodedImage, 'widthPx' | 'heightPx'>,
): Region | undefined {
  if (!(box.width >= 1 && box.height >= 1)) return undefined
  const [right, bottom] = [widthPx - 1, heightPx - 1]
  const scale = Math.min(boxScale, right / box.width, bottom / box.height)
  const [width, height] = [box.width * scale, box.height * scale]
  const left = wholePx(moveInto(box.x + box.width / 2 - width / 2, right - width))
  const top = wholePx(moveInto(box.y + box.height / 2 - height / 2, bottom - height))
  const region = {
    x: left,
    y: top,
    widthPx: Math.min(wholePx(width) + 1, widthPx - left),
    heightPx: Math.min(wholePx(height) + 1, heightPx - top),
  }
  return Object.values(region).every(Number.isFinite) ? region : undefined
}

/** A size that is whole but for a rounding error keeps its last pixel, or two adapters would differ by one. */
function wholePx(at: number): number {
  return Math.floor(at + 1e-3)
}

function moveInto(at: number, most: number): number {
  return Math.max(0, Math.min(at, most))
}
