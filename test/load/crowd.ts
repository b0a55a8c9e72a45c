/** Many visitors at the camera page at once, each with a capture of its own. */
import { createRelyingParty, goToCamera } from '../flows/relying-party.ts'
import {
  captureOf,
  createVisitor,
  sendFrame,
  type JsonAnswer,
  type Page,
  type Visitor,
} from '../flows/visitor.ts'

export interface Guest {
  readonly visitor: Visitor
  readonly page: Page
}

interface Address {
  readonly origin: string
  readonly rpOrigin: string
}

export async function gather(house: Address, count: number): Promise<readonly Guest[]> {
  const party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
  const guests: Guest[] = []
  for (let each = 0; each < count; each++) {
    const visitor = createVisitor(house.origin, [house.rpOrigin])
    const { url } = await party.begin()
    guests.push({ visitor, page: await goToCamera(visitor, url, `guest-${each}@example.com`) })
  }
  return guests
}

/** A new capture, and as many frames as may come at once. */
export async function showFrames(
  { visitor, page }: Guest,
  frames: readonly Uint8Array[],
): Promise<readonly JsonAnswer[]> {
  const headers = { 'content-type': 'application/json' }
  const issued = await visitor.post(captureOf(page).captureUrl, page, { headers, body: '{}' })
  const framesUrl = issued.body.framesUrl ?? ''
  const answers: JsonAnswer[] = []
  for (const [sequence, frame] of frames.entries()) {
    const answer = await sendFrame(visitor, page, { framesUrl, sequence, frame })
    answers.push(answer)
    // Turned away unmeasured: the same number is due, so the capture is given up.
    if (answer.status !== 200) break
  }
  return answers
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
