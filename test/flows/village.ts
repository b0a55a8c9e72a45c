/** People with a mailbox, at one house: how they join, confirm and sign in. */
import { assert } from 'chai'
import { startHouse, type House } from './house.ts'
import { awaitMail, linksOf } from './mailbox.ts'
import { createRelyingParty, type RelyingParty } from './relying-party.ts'
import { createAccount } from './stories.ts'
import { createVisitor, type Page, type Visitor } from './visitor.ts'

export interface Joined {
  readonly visitor: Visitor
  readonly email: string
}

export interface Village {
  readonly house: House
  readonly party: RelyingParty
  stranger(): Visitor
  /** One that nobody had before. */
  nextAddress(name?: string): string
  /** Somebody with a password, signed in at the account page. */
  join(email?: string): Promise<Joined>
  /** … whose address is confirmed. */
  joinVerified(email?: string): Promise<Joined>
  /** Opens a link of a mail and presses its button. */
  follow(visitor: Visitor, link: string): Promise<Page>
  signIn(visitor: Visitor, email: string, secret: string): Promise<Page>
}

export async function openVillage(): Promise<Village> {
  const house = await startHouse()
  const party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
  let people = 0
  const stranger = (): Visitor => createVisitor(house.origin, [house.rpOrigin])
  const nextAddress = (name = 'person'): string => `${name}${(people += 1)}@example.com`
  const follow = async (visitor: Visitor, link: string): Promise<Page> => {
    const page = await visitor.open(link)
    return page.status === 200 ? visitor.submit(page, page.url.pathname) : page
  }
  const join = async (email = nextAddress()): Promise<Joined> => {
    const { visitor, page } = await createAccount(house, email)
    await visitor.submit(page, '/enrol/later')
    return { visitor, email }
  }
  return {
    house,
    party,
    stranger,
    nextAddress,
    follow,
    join,
    joinVerified: async (email) => {
      const joined = await join(email)
      const [link = ''] = linksOf(await awaitMail(house, { to: joined.email, subject: 'Confirm your' }))
      assert.equal((await follow(joined.visitor, link)).status, 200)
      return joined
    },
    signIn: async (visitor, email, secret) => {
      const request = await party.begin({ acr_values: 'urn:mien:acr:password' })
      const page = await visitor.submit(await visitor.open(request.url), '/identify', { email })
      return visitor.submit(page, '/password', { password: secret })
    },
  }
}
