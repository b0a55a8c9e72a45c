import { assert } from 'chai'
import { decodeProtectedHeader } from 'jose'
import { privateFiles } from '../../src/provider/private-documents.ts'
import { rotateSigningKeys } from '../../src/provider/signing-keys.ts'
import { startHouse, there, type House } from './house.ts'
import { comeBack, createRelyingParty } from './relying-party.ts'
import { createAccount } from './stories.ts'

const keysOf = async (house: House) => {
  const response = await fetch(`${house.origin}/jwks`)
  const { keys } = (await response.json()) as { keys: { kid: string }[] }
  return { response, kids: keys.map(({ kid }) => kid) }
}

describe('Changing the signing keys under a running house', () => {
  let house: House | undefined
  before(async () => (house = await startHouse({ settings: { MIEN_SESSION_IDLE_MINUTES: '600' } })))
  after(() => house?.close())

  it('needs no restart, and breaks no session, no token and no sign-out', async () => {
    const running = there(house)
    const { visitor, page } = await createAccount(running, 'keys@example.com')
    await visitor.submit(page, '/enrol/later')
    const party = await createRelyingParty(running.origin, `${running.rpOrigin}/callback`)
    const signIn = async () => {
      const request = await party.begin()
      return party.finish(request, await comeBack(visitor, request.url.href))
    }
    const before = await signIn()
    const { kids: old } = await keysOf(running)
    const now = new Date()
    await rotateSigningKeys(privateFiles(running.dataDir), { now, sessionSeconds: 43_200 })
    await running.app.refreshKeys()
    const { kids: shown } = await keysOf(running)
    assert.includeMembers(shown, old)
    assert.lengthOf(shown, 4)
    running.pass(2 * 3600 + 60)
    await running.app.refreshKeys()
    const after = await signIn()
    const kidOf = (token: string | undefined) => decodeProtectedHeader(token ?? '').kid ?? ''
    assert.include(old, kidOf(before.id_token))
    assert.notInclude(old, kidOf(after.id_token))
    assert.include((await keysOf(running)).kids, kidOf(before.id_token))
    const logout = new URL(`${running.origin}/logout`)
    logout.searchParams.set('id_token_hint', before.id_token ?? '')
    assert.equal((await visitor.open(logout)).status, 200)
  })

  it('shows a list that may be kept for an hour, and is not sent again to who has it', async () => {
    const { response } = await keysOf(there(house))
    assert.equal(response.headers.get('cache-control'), 'public, max-age=3600')
    const tag = response.headers.get('etag') ?? ''
    const again = await fetch(`${there(house).origin}/jwks`, {
      headers: { 'if-none-match': tag, 'cache-control': 'max-age=0' },
    })
    assert.equal(again.status, 304)
    assert.equal(await again.text(), '')
  })
})
