import { assert } from 'chai'
import * as client from 'openid-client'
import { startHouse, there, type House } from './house.ts'
import { createAccount, password } from './stories.ts'
import { createVisitor, type Visitor } from './visitor.ts'

const clients = `
- client_id: television
  name: Living-room television
  type: public
  grants: [device_code, refresh_token]
`

describe('Signing in a device without a keyboard', () => {
  let house: House | undefined
  before(async () => (house = await startHouse({ clients })))
  after(() => house?.close())

  const begin = async () => {
    const configuration = await client.discovery(
      new URL(there(house).origin),
      'television',
      undefined,
      client.None(),
      {
        // eslint-disable-next-line @typescript-eslint/no-deprecated -- plain http, on this very machine alone
        execute: [client.allowInsecureRequests],
      },
    )
    const codes = await client.initiateDeviceAuthorization(configuration, { scope: 'openid email' })
    return { configuration, codes }
  }
  const typeCode = async (visitor: Visitor, code: string) =>
    visitor.submit(await visitor.open('/device'), '/device', { user_code: code })

  it('takes a code, a confirmation, a sign-in and a consent, and then goes on by itself', async () => {
    const { visitor } = await createAccount(there(house), 'tv@example.com')
    visitor.jar.clear()
    const { configuration, codes } = await begin()
    const confirmation = await typeCode(visitor, codes.user_code)
    assert.include(confirmation.text, 'Living-room television')
    assert.include(confirmation.text, codes.user_code)
    const identify = await visitor.submit(confirmation, '/device', { confirm: 'yes' })
    const camera = await visitor.submit(identify, '/identify', { email: 'tv@example.com' })
    const form = await visitor.open(`${camera.url.pathname.replace(/\/face$/, '')}/password`)
    const consent = await visitor.submit(form, '/password', { password })
    assert.include(consent.text, 'Living-room television')
    const done = await visitor.submit(consent, '/consent')
    assert.include(done.text, 'Your device is connected')
    const tokens = await client.pollDeviceAuthorizationGrant(configuration, { ...codes, interval: 0.01 })
    assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:password')
  })

  it('answers at its own address alone: a slash after it leads past no limit on guesses', async () => {
    const origin = there(house).origin
    const body = new URLSearchParams({ client_id: 'television', user_code: 'BCDF-GHJK' })
    for (const path of ['/device/', '/device-authorization/', '/authorize/', '/token/', '/par/', '/Device']) {
      const answer = await fetch(origin + path, { method: 'POST', body, redirect: 'manual' })
      assert.equal(answer.status, 404, path)
      assert.include(await answer.text(), 'There is no page at this address', path)
    }
    assert.equal((await fetch(`${origin}/device/`)).status, 404)
  })

  it('says the same of a code that never was and of one that was stopped', async () => {
    const visitor = createVisitor(there(house).origin)
    const { codes } = await begin()
    const confirmation = await typeCode(visitor, codes.user_code)
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(confirmation.text)?.[1] ?? ''
    const body = new URLSearchParams({ xsrf, user_code: codes.user_code, abort: 'yes' })
    const stopped = await visitor.open('/device', { method: 'POST', body })
    assert.include(stopped.text, 'Nothing was connected')
    for (const code of [codes.user_code, 'BBBB-BBBB']) {
      assert.include((await typeCode(visitor, code)).text, 'This code is not right, or it is over.')
    }
  })

  it('asks for the code again in a browser that has not been shown the form', async () => {
    const body = new URLSearchParams({ user_code: 'BBBB-BBBB', confirm: 'yes' })
    const page = await createVisitor(there(house).origin).open('/device', { method: 'POST', body })
    assert.equal(page.url.pathname, '/device')
    assert.include(page.text, 'Type the code that your device shows')
  })

  it('lets one address guess twenty codes a minute', async () => {
    const visitor = createVisitor(there(house).origin)
    const statuses: number[] = []
    for (let count = 0; count < 21; count += 1) statuses.push((await typeCode(visitor, 'BBBB-BBBB')).status)
    assert.include(statuses, 200)
    assert.equal(statuses.at(-1), 429)
  })
})
