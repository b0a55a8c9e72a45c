import { assert } from 'chai'
import { randomUUID, createHash } from 'node:crypto'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { adminScopeNames } from '../../src/policy/administration.ts'
import { becomeAdministrator, type Administrator } from '../flows/administrators.ts'
import { browserOf, signUp } from '../flows/control-stories.ts'
import { there, type House } from '../flows/house.ts'
import { modelsDir } from '../media.ts'
import { call, startHouseWithClients, tokenFor } from './house-with-clients.ts'
import { tokensOf } from './person.ts'

describe('A token of the API of administration', function () {
  this.timeout(60_000)
  let house: House | undefined
  let owner: Administrator

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouseWithClients()
    const link = (await house.app.beginAdministration()) ?? ''
    owner = await becomeAdministrator(house, { link, email: 'olga@example.com' })
  })
  after(async () => {
    await house?.close()
  })

  const refusal = async (token: string | undefined, headers: Readonly<Record<string, string>> = {}) => {
    const { status, body } = await call(there(house), token, { path: '/subjects', headers })
    return `${status} ${String(body['code'])}`
  }

  it('is none that is an ID token, altered, signed by others, or sent in a cookie or an address', async () => {
    const good = await tokenFor(there(house))
    assert.equal(await refusal(good), '200 undefined')
    const { id_token: idToken } = await tokensOf(there(house), owner.visitor, ['admin:subjects:read'])
    const { privateKey } = await generateKeyPair('ES256')
    const forged = await new SignJWT(decodeJwt(good))
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .sign(privateKey)
    const [head = '', , mac = ''] = good.split('.')
    const claims = { ...decodeJwt(good), scope: 'admin:keys:write' }
    const altered = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), mac].join('.')
    const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${good.split('.')[1] ?? ''}.`
    for (const bad of [idToken, forged, altered, unsigned, 'x', `${good}x`, 'a'.repeat(9000)]) {
      assert.equal(await refusal(bad), '401 admin_token_invalid')
    }
    assert.equal(await refusal(undefined, { cookie: `token=${good}` }), '401 admin_token_missing')
    const inAddress = await call(there(house), undefined, { path: `/subjects?access_token=${good}` })
    assert.equal(inAddress.status, 401)
    const session = [...owner.visitor.jar].map(([name, { value }]) => `${name.split('\n')[0] ?? ''}=${value}`)
    assert.equal(await refusal(undefined, { cookie: session.join('; ') }), '401 admin_token_missing')
  })

  it('never lets a client choose administrators, nor clients that may administer', async () => {
    const token = await tokenFor(there(house))
    const invited = await call(there(house), token, {
      method: 'post',
      path: '/administrators/invitations',
      body: { role: 'owner' },
    })
    assert.equal(`${invited.status} ${String(invited.body['code'])}`, '403 admin_forbidden')
    const made = await call(there(house), token, {
      method: 'post',
      path: '/clients',
      body: {
        client_id: 'sly',
        name: 'Sly',
        type: 'confidential',
        grants: ['client_credentials'],
        resources: [`${there(house).origin}/admin/api`],
      },
    })
    assert.equal(`${made.status} ${String(made.body['code'])}`, '403 admin_forbidden')
    const list = await call(there(house), token, { path: '/administrators' })
    const [olga] = list.body['administrators'] as readonly { readonly subjectId: string }[]
    for (const [method, path] of [
      ['post', `/subjects/${olga?.subjectId ?? ''}/disable`],
      ['delete', `/subjects/${olga?.subjectId ?? ''}`],
      ['delete', `/subjects/${olga?.subjectId ?? ''}/factors/authenticator_app`],
      ['delete', `/subjects/${olga?.subjectId ?? ''}/sessions`],
    ] as const) {
      const { status } = await call(there(house), token, { method, path })
      assert.include([403, 409], status, `${method} ${path}`)
    }
  })

  it('of a person counts by role and factors as they are now: a removed administrator is out at once', async () => {
    const { visitor } = owner
    const { access_token: token } = await tokensOf(there(house), visitor, adminScopeNames)
    const invite = await call(there(house), token, {
      method: 'post',
      path: '/administrators/invitations',
      body: { role: 'operator' },
    })
    assert.equal(invite.status, 201, invite.text)
    const { url } = invite.body as { readonly url: string }
    const operator = await becomeAdministrator(there(house), { link: url, email: 'ben@example.com' })
    const { access_token: his } = await tokensOf(there(house), operator.visitor, adminScopeNames)
    assert.equal(await refusal(his), '200 undefined')
    const list = await call(there(house), token, { path: '/administrators' })
    const all = list.body['administrators'] as readonly { subjectId: string; email: string; role: string }[]
    const found = all.find(({ email }) => email === 'ben@example.com')
    assert.equal(found?.role, 'operator')
    const path = `/administrators/${found?.subjectId ?? ''}`
    const lowered = await call(there(house), token, { method: 'put', path, body: { role: 'auditor' } })
    assert.equal(lowered.body['role'], 'auditor')
    const disabled = await call(there(house), his, { method: 'post', path: '/subjects/x/disable' })
    assert.equal(`${disabled.status} ${String(disabled.body['code'])}`, '403 admin_forbidden')
    assert.equal((await call(there(house), token, { method: 'delete', path })).status, 204)
    assert.equal(await refusal(his), '403 admin_forbidden')
    const last = all.find(({ role }) => role === 'owner')?.subjectId ?? ''
    const gone = await call(there(house), token, { method: 'delete', path: `/administrators/${last}` })
    assert.equal(`${gone.status} ${String(gone.body['code'])}`, '409 admin_last_owner')
    assert.equal(await refusal(token), '200 undefined')
    const nobody = browserOf(there(house))
    await signUp(there(house), 'nobody@example.com', nobody)
    const { access_token: weak } = await tokensOf(there(house), nobody, ['admin:subjects:read'])
    assert.equal(await refusal(weak), '403 admin_forbidden')
  })

  it('of a person counts too where the app knows people by names of its own, and of nobody else', async () => {
    const clientId = 'veiled'
    const scopes = ['admin:subjects:read', 'admin:administrators:read'] as const
    const { access_token: token } = await tokensOf(there(house), owner.visitor, { clientId, scopes })
    assert.match(decodeJwt(token).sub ?? '', /^[\w-]{43}$/, 'pairwise')
    assert.equal(await refusal(token), '200 undefined')
    const { body } = await call(there(house), token, { path: '/administrators' })
    const [olga] = body['administrators'] as readonly { readonly subjectId: string }[]
    const seen = await call(there(house), token, { path: '/audit?type=admin_administrators_list' })
    assert.equal(seen.status, 403)
    const { access_token: open } = await tokensOf(there(house), owner.visitor, ['admin:audit:read'])
    const trail = await call(there(house), open, {
      path: '/audit?client=veiled&type=admin_administrators_list',
    })
    const [event] = trail.body['items'] as readonly { readonly subjectId: string }[]
    assert.equal(event?.subjectId, olga?.subjectId, 'the trail names the person')
    const nobody = browserOf(there(house))
    await signUp(there(house), 'veiled@example.com', nobody)
    const { access_token: weak } = await tokensOf(there(house), nobody, { clientId, scopes })
    assert.equal(await refusal(weak), '403 admin_forbidden')
  })

  it('that is bound to a key is good with a proof of that key for this request, once', async () => {
    const { origin } = there(house)
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const jwk = await exportJWK(publicKey)
    const prove = (
      htm: string,
      htu: string,
      { at = there(house).clock(), ...more }: { at?: Date; ath?: string; nonce?: string } = {},
    ) =>
      new SignJWT({ htm, htu, jti: randomUUID(), ...more })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .setIssuedAt(Math.floor(at.getTime() / 1000))
        .sign(privateKey)
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'admin:subjects:read',
      resource: `${origin}/admin/api`,
    })
    const basic = Buffer.from('bound:a-secret-of-more-than-thirty-two-characters').toString('base64')
    const tokenOf = async (nonce?: string): Promise<Response> =>
      fetch(`${origin}/token`, {
        method: 'POST',
        body: form,
        headers: {
          authorization: `Basic ${basic}`,
          dpop: await prove('POST', `${origin}/token`, {
            at: new Date(),
            ...(nonce === undefined ? {} : { nonce }),
          }),
        },
      })
    const first = await tokenOf()
    const second = await tokenOf(first.headers.get('dpop-nonce') ?? '')
    const { access_token: token } = (await second.json()) as { readonly access_token: string }
    const ath = createHash('sha256').update(token).digest('base64url')
    const url = `${origin}/admin/api/v1/subjects`
    const show = (proof: string, scheme = 'DPoP') =>
      fetch(url, { headers: { authorization: `${scheme} ${token}`, dpop: proof } }).then(
        ({ status }) => status,
      )
    const proof = await prove('GET', url, { ath })
    assert.equal(await show(proof), 200)
    assert.equal(await show(proof), 401, 'shown twice')
    assert.equal(await show(await prove('GET', url, { ath }), 'Bearer'), 401, 'as a bearer')
    assert.equal(await show(await prove('POST', url, { ath })), 401, 'another method')
    assert.equal(await show(await prove('GET', `${url}/x`, { ath })), 401, 'another address')
    assert.equal(await show(await prove('GET', url)), 401, 'without the token')
    assert.equal(await show(''), 401, 'no proof')
  })

  it('names this API alone, and is worth nothing after five minutes', async () => {
    const token = await tokenFor(there(house))
    assert.equal(decodeJwt(token).aud, `${there(house).origin}/admin/api`)
    there(house).pass(301)
    assert.equal(await refusal(token), '401 admin_token_invalid')
  })
})
