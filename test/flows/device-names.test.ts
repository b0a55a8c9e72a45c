import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { makeDevice, trustFields } from './device.ts'
import { startHouse, there, type House } from './house.ts'
import { readRecords } from './records.ts'
import { createRelyingParty, goToCamera } from './relying-party.ts'
import { createAccount, password } from './stories.ts'
import { createVisitor, type Page, type Visitor } from './visitor.ts'

const ada = 'ada@example.com'
const ben = 'ben@example.com'

describe('The name of a trusted device', function () {
  this.timeout(60_000)
  let house: House | undefined

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse()
    await createAccount(house, ada)
    await createAccount(house, ben)
  })
  after(async () => {
    await house?.close()
  })

  interface Owner {
    readonly visitor: Visitor
    readonly page: Page
    readonly device: string
  }

  /** Signed in by password on a device that came to be trusted by it. */
  async function ownerOf(email: string): Promise<Owner> {
    const { origin, rpOrigin } = there(house)
    const visitor = createVisitor(origin, [rpOrigin])
    const party = await createRelyingParty(origin, `${rpOrigin}/callback`)
    const camera = await goToCamera(visitor, (await party.begin()).url, email)
    const form = await visitor.open(camera.url.pathname.replace(/face$/, 'password'))
    const fields = await trustFields(await makeDevice(), form)
    const next = await visitor.submit(form, '/password', { password, ...fields })
    if (next.status === 200) await visitor.submit(next, '/consent')
    const page = await visitor.open('/account/devices')
    const device = /name="device" value="([^"]+)"/.exec(page.text)?.[1]
    assert.isString(device, page.text.slice(0, 500))
    return { visitor, page, device: device ?? '' }
  }

  const rename = (
    { visitor, page, device }: Owner,
    fields: Readonly<Record<string, string>>,
  ): Promise<Page> => visitor.submit(page, '/devices/rename', { device, ...fields })

  const renamings = async (): Promise<readonly unknown[]> =>
    (
      await readRecords(
        there(house),
        "SELECT detail FROM audit_events WHERE type = 'device_renamed' ORDER BY at",
      )
    ).map(({ detail }): unknown => JSON.parse(String(detail)))

  it('is what its owner makes it, in one bounded line of plain text, and the audit trail says so', async () => {
    const owner = await ownerOf(ada)
    const hostile = `  Kitchen\n<b>tablet</b>\u0007 ${'x'.repeat(100)}`
    const shown = await rename(owner, { name: hostile })
    assert.equal(shown.url.pathname, '/account/devices')
    assert.include(shown.text, `>Kitchen &lt;b&gt;tablet&lt;/b&gt; ${'x'.repeat(38)}</h3>`)
    assert.include((await rename(owner, { name: ' ' })).text, '>A browser</h3>')
    assert.deepEqual(await renamings(), [
      { name: `Kitchen <b>tablet</b> ${'x'.repeat(38)}` },
      { name: 'A browser' },
    ])
  })

  it('is nobody else’s to change, and no other page’s', async () => {
    const [owner, other] = [await ownerOf(ada), await ownerOf(ben)]
    const before = await renamings()
    assert.equal((await rename(owner, { name: 'Mine', csrf: 'guessed' })).status, 403)
    await rename({ ...other, device: owner.device }, { name: 'Stolen' })
    assert.notInclude((await owner.visitor.open('/account/devices')).text, 'Stolen')
    assert.deepEqual(await renamings(), before)
  })
})
