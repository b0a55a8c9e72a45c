/** What the page says of its camera, read within bounds: whatever it is, the sign-in goes on. */
import { z } from 'zod'
import type { CameraReport } from '../policy/camera-signals.ts'

/** Far above any camera, and far below what would cost anything. */
const sidePx = z.number().min(0).max(100_000)
const frameRate = z.number().min(0).max(100_000)

const format = z.object({
  width: sidePx.exactOptional(),
  height: sidePx.exactOptional(),
  frameRate: frameRate.exactOptional(),
})

export const cameraWordsShape = {
  label: z.string().max(200),
  width: sidePx,
  height: sidePx,
  settings: format.exactOptional(),
  capabilities: format.exactOptional(),
} as const
const words = z.object(cameraWordsShape)

/** Another shape than our page sends is a sign by itself, and no fault: what is said of a camera bars nobody. */
export function readCameraReport(given: unknown): CameraReport {
  if (given === undefined) return { outcome: 'absent' }
  const parsed = words.safeParse(given)
  return parsed.success ? { outcome: 'given', ...parsed.data } : { outcome: 'malformed' }
}
