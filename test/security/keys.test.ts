import { chmodSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from 'chai'
import { decodeProtectedHeader } from 'jose'
import { privateFiles } from '../../src/provider/private-documents.ts'
import { rotateSigningKeys } from '../../src/provider/signing-keys.ts'
import { startHouse, there, type House } from '../flows/house.ts'
import { comeBack, createRelyingParty } from '../flows/relying-party.ts'
import { createAccount } from '../flows/stories.ts'
import { modelsDir } from '../media.ts'
import { send } from './attacker.ts'

const issuer = 'https://id.example.com'
/** As the proxy in front of an HTTPS address hands requests over. */
const forwarded = { 'x-forwarded-proto': 'https' }
const hour = 3600

describe('Security: keys and metadata', function () {
  this.timeout(90_000)
  let house: House | undefined
  let real: House | undefined
  before(async function () {
    if (modelsDir === undefined) this.skip()
    const one = { MIEN_FACE_WORKERS: '1' }
    house = await startHouse({
      settings: { ...one, MIEN_SESSION_IDLE_MINUTES: '600', MIEN_LOG_LEVEL: 'trace' },
    })
    real = await startHouse({ settings: { ...one, MIEN_ISSUER: issuer, MIEN_TRUST_PROXY: 'loopback' } })
  })
  after(async () => {
    await house?.close()
    await real?.close()
  })

  it('39 keys lie in files that their owner alone may read; the house does not start with others, and logs none of them', async () => {
    const running = there(house)
    const { dataDir, origin } = running
    const names = ['signing-keys.json', 'secrets.json']
    assert.equal(statSync(join(dataDir, 'keys')).mode & 0o777, 0o700)
    for (const name of names) {
      const path = join(dataDir, 'keys', name)
      assert.equal(statSync(path).mode & 0o777, 0o600, name)
      const values = readFileSync(path, 'utf8').match(/[A-Za-z0-9_-]{43,}/g) ?? []
      assert.isNotEmpty(values)
      // Key ids are public.
      const hidden = values.filter((value) => !running.logged().includes(`"kid":"${value}`))
      for (const value of hidden) assert.notInclude(running.logged(), value, name)
      chmodSync(path, 0o644)
      const refusal = await startHouse({ dataDir, port: Number(new URL(origin).port) + 1 }).then(
        () => 'started',
        (error: unknown) => String(error),
      )
      assert.match(refusal, /others may read it/, name)
      chmodSync(path, 0o600)
    }
  })

  it('40 new keys are shown before they sign, and old ones verify until what they signed is over', async () => {
    const running = there(house)
    const { visitor, page } = await createAccount(running, 'keys@example.com')
    await visitor.submit(page, '/enrol/later')
    const party = await createRelyingParty(running.origin, `${running.rpOrigin}/callback`)
    const signIn = async () => {
      const request = await party.begin()
      return (await party.finish(request, await comeBack(visitor, request.url.href))).id_token ?? ''
    }
    const shown = async (): Promise<string> => (await send(`${running.origin}/jwks`)).text
    const kidOf = (token: string): string => decodeProtectedHeader(token).kid ?? 'none'
    const before = await signIn()
    await rotateSigningKeys(privateFiles(running.dataDir), { now: new Date(), sessionSeconds: 43_200 })
    await running.app.refreshKeys()
    const cached = await shown()
    assert.equal(kidOf(await signIn()), kidOf(before), 'the new key does not sign yet')
    running.pass(2 * hour + 60)
    await running.app.refreshKeys()
    const after = await signIn()
    assert.notEqual(kidOf(after), kidOf(before))
    assert.include(cached, kidOf(after), 'whoever cached the list knows it already')
    assert.include(await shown(), kidOf(before))
    const hint = new URLSearchParams({ id_token_hint: before })
    assert.equal((await visitor.open(`/logout?${hint.toString()}`)).status, 200, 'an old hint is still good')
  })

  it('41 the list of keys holds public halves alone, each under its own name, and says how long it may be kept', async () => {
    const { body, headers } = await send(`${there(house).origin}/jwks`)
    const keys = body['keys'] as Record<string, string>[]
    assert.equal(new Set(keys.map(({ kid }) => kid)).size, keys.length)
    for (const each of keys) {
      assert.equal(each['use'], 'sig')
      assert.include(['RS256', 'ES256'], each['alg'])
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']) assert.notProperty(each, secret)
    }
    assert.match(headers.get('cache-control') ?? '', /max-age=3600/)
    assert.isNotEmpty(headers.get('etag'))
  })

  it('42 the metadata names this issuer and https alone, and nothing weak or absent', async () => {
    const { origin } = there(real)
    const { body, text } = await send(`${origin}/.well-known/openid-configuration`, { headers: forwarded })
    assert.equal(body['issuer'], issuer)
    assert.notInclude(text, 'http:')
    assert.notInclude(text, 'localhost')
    for (const [name, value] of Object.entries(body)) {
      if (/_endpoint$|_uri$/.test(name)) assert.match(String(value), /^https:\/\/id\.example\.com\//, name)
      if (/_alg_values_supported$/.test(name))
        assert.notMatch(JSON.stringify(value), /"(none|HS\d+|RSA1_5|dir)"/, name)
    }
    assert.deepEqual(body['response_types_supported'], ['code', 'none'])
    assert.deepEqual(body['code_challenge_methods_supported'], ['S256'])
    assert.notInclude(JSON.stringify(body['grant_types_supported']), 'implicit')
    assert.isFalse(body['request_uri_parameter_supported'])
    for (const name of ['authorization', 'jwks', 'device_authorization']) {
      const address = String(body[name === 'jwks' ? 'jwks_uri' : `${name}_endpoint`]).replace(issuer, origin)
      assert.notEqual((await send(address, { headers: forwarded })).status, 404, name)
    }
  })
})
