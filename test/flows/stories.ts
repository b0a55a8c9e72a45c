/** What people do at the provider, as steps that the tests are told in. */
import { assert } from 'chai'
import { goBy } from './clocks.ts'
import type { House } from './house.ts'
import {
  captureOf,
  createVisitor,
  frameIntervalMs,
  type Page,
  type StateSeen,
  type Visitor,
} from './visitor.ts'

export const password = 'a long enough password'

export interface Enrolled {
  readonly visitor: Visitor
  readonly email: string
  /** The page that the person ends on. */
  readonly page: Page
}

/** From the front door to an account page, with consent but before the camera. */
export async function createAccount(
  house: Pick<House, 'origin' | 'rpOrigin'>,
  email: string,
): Promise<{ visitor: Visitor; page: Page }> {
  const visitor = createVisitor(house.origin, [house.rpOrigin])
  const home = await visitor.open('/')
  const link = /href="([^"]*prompt=create[^"]*)"/.exec(home.text)?.[1]
  assert.isString(link, 'the front door has a link to create an account')
  const form = await visitor.open(link!.replaceAll('&amp;', '&'))
  const page = await visitor.submit(form, '/register', { email, password, agree: 'yes' })
  assert.include(page.url.pathname, '/enrol', page.text.slice(0, 300))
  return { visitor, page }
}

/** Streams frames, skips what the head does not do, and confirms; the samples that were kept. */
export async function enrolFace(
  visitor: Visitor,
  page: Page,
  frames: readonly Uint8Array[],
): Promise<{ readonly location: string; readonly samples: number }> {
  const { captureUrl } = captureOf(page)
  const headers = { 'content-type': 'application/json' }
  const issued = await visitor.post(captureUrl, page, { headers, body: '{}' })
  assert.equal(issued.status, 201)
  const framesUrl = issued.body.framesUrl ?? ''
  let body: StateSeen = { state: 'look' }
  for (let sequence = 0; body.state === 'look'; sequence += 1) {
    const frame = frames[sequence % frames.length]
    assert.isBelow(
      sequence,
      4 * frames.length,
      `no enrolment after ${sequence} frames: ${JSON.stringify(body)}`,
    )
    await goBy(visitor.origin, frameIntervalMs)
    const sent = await visitor.post(`${framesUrl}/frames/${sequence}`, page, {
      headers: { 'content-type': 'image/jpeg' },
      body: new Uint8Array(frame!),
    })
    assert.equal(sent.status, 200, JSON.stringify(sent.body))
    body = sent.body
    const isStuck = body.state === 'look' && body.step?.canSkip === true && sequence % 4 === 3
    if (isStuck) ({ body } = await visitor.post(`${framesUrl}/skip`, page, { headers, body: '{}' }))
  }
  assert.equal(body.state, 'review', JSON.stringify(body))
  const samples = body.samples?.length ?? 0
  const done = await visitor.post(`${framesUrl}/confirm`, page, { headers, body: '{}' })
  assert.equal(done.status, 200, JSON.stringify(done.body))
  return { location: done.body.location ?? '', samples }
}

export async function createAccountWithFace(
  house: Pick<House, 'origin' | 'rpOrigin'>,
  email: string,
  frames: readonly Uint8Array[],
): Promise<Enrolled> {
  const { visitor, page } = await createAccount(house, email)
  const { location } = await enrolFace(visitor, page, frames)
  return { visitor, email, page: await visitor.open(location) }
}
