/** A house for attackers of the pages: sign-ins by password, so that no camera is needed where the face is not the point. */
import { assert } from 'chai'
import { createPeople } from '../flows/authenticator.ts'
import { startHouse, there, type House, type HouseWish } from '../flows/house.ts'
import { createRelyingParty, type RelyingParty } from '../flows/relying-party.ts'
import type { Page, Visitor } from '../flows/visitor.ts'
import { modelsDir } from '../media.ts'

export interface Place {
  readonly house: House
  readonly party: RelyingParty
}

/** Opens a house before the tests of a describe, and closes it after; they are skipped where the networks are not there. */
export function useHouse(wish: HouseWish = {}) {
  let house: House | undefined
  let party: RelyingParty | undefined
  before(async function () {
    this.timeout(60_000)
    if (modelsDir === undefined) this.skip()
    house = await startHouse({ ...wish, settings: { MIEN_FACE_WORKERS: '1', ...wish.settings } })
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
  })
  after(async () => {
    await house?.close()
  })
  const at = (): Place => ({ house: there(house), party: there(party) })
  return { at, ...createPeople(at) }
}

/** What a page says, without what differs from visit to visit: names of visits, forgery tokens, and the words given. */
export function withoutNonces(page: Pick<Page, 'text'>, ...words: readonly string[]): string {
  const plain = page.text
    .replaceAll(/\/interaction\/[A-Za-z0-9_-]+/g, '/interaction/…')
    .replaceAll(/(name="csrf" value|data-csrf)="[^"]*"/g, '$1="…"')
    .replaceAll(/<code>[0-9a-f]{10}<\/code>/g, '<code>…</code>')
  return words.reduce((text, word) => text.replaceAll(word, '…'), plain)
}

/** One request and its very answer: no redirect is followed. */
export async function postOnce(
  visitor: Visitor,
  page: Page,
  { action, fields }: { readonly action: string; readonly fields: Readonly<Record<string, string>> },
): Promise<Response> {
  const csrf = csrfIn(page)
  const body = new URLSearchParams({ csrf, ...fields })
  return visitor.request(new URL(action, page.url), { method: 'POST', body })
}

export function csrfIn(page: Pick<Page, 'text'>): string {
  const token = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
  assert.isNotEmpty(token, 'the page has a form')
  return token
}
