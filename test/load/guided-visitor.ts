/** One person before the camera who does not turn as told: every frame is measured as any other, and answered by a hint. */
import { sendFrame, captureOf } from '../flows/visitor.ts'
import { gather } from './crowd.ts'

/** A capture takes sixty frames; this many are shown. */
export const guidedFrames = 45

/** The page’s own pace. */
const intervalMs = 205

/** Milliseconds from each frame to its answer, over HTTP. @throws {Error} where a frame had no hint or progress for an answer */
export async function timeGuidance(
  house: { readonly origin: string; readonly rpOrigin: string },
  film: readonly Uint8Array[],
): Promise<readonly number[]> {
  const [guest] = await gather(house, 1)
  if (guest === undefined) throw new Error('nobody came')
  const { visitor, page } = guest
  const headers = { 'content-type': 'application/json' }
  const issued = await visitor.post(captureOf(page).captureUrl, page, { headers, body: '{}' })
  const framesUrl = issued.body.framesUrl ?? ''
  const times: number[] = []
  for (let sequence = 0; sequence < guidedFrames; sequence++) {
    await new Promise((resolve) => setTimeout(resolve, intervalMs))
    const frame = film[sequence % film.length] ?? new Uint8Array()
    const start = performance.now()
    const { status, body } = await sendFrame(visitor, page, { framesUrl, sequence, frame })
    times.push(performance.now() - start)
    if (status !== 200 || body.state !== 'look') throw new Error(`frame ${sequence}: ${JSON.stringify(body)}`)
  }
  return times
}
