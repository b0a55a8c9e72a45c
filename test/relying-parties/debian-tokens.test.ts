import { assert } from 'chai'
import { join } from 'node:path'
import { decodeJwt, importJWK, SignJWT, type JWTPayload } from 'jose'
import * as client from 'openid-client'
import { privateFiles } from '../../src/provider/private-documents.ts'
import { openSigningKeys } from '../../src/provider/signing-keys.ts'
import { apacheCommand, layOutApache } from './apache.ts'
import { environmentOf, run } from './apps.ts'
import { openDebianStreet } from './debian-street.ts'
import { dovecotCommand, layOutDovecot, openMailbox } from './dovecot.ts'
import { signInForTokens } from './tokens.ts'

const [photos, calendar] = ['https://photos.example.com/', 'https://calendar.example.com/']

/** As the provider signs its tokens for APIs, with its own key. */
async function signedByProvider(dataDir: string, claims: JWTPayload): Promise<string> {
  const { keys } = await openSigningKeys(privateFiles(dataDir))
  const key = keys.find(({ alg }) => alg === 'RS256')
  assert.isDefined(key)
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: key.kid })
    .sign(await importJWK(key))
}

describe('A server from Debian that takes tokens', function () {
  this.timeout(120_000)
  const { street, issuer, folder, take, keep } = openDebianStreet([
    {
      name: 'mod-oauth2',
      packages: ['apache2', 'libapache2-mod-oauth2'],
      proof: '/usr/lib/apache2/modules/mod_oauth2.so',
    },
    {
      name: 'dovecot',
      secret: 'plain',
      packages: ['dovecot-core', 'dovecot-imapd'],
      proof: '/usr/lib/dovecot/imap',
    },
  ])

  it('Apache with mod_oauth2 is an API for tokens that are good, made for it and of the right scope, and for no others', async function () {
    const app = take(this, 'mod-oauth2')
    await layOutApache(app, folder(), { module: 'oauth2', settings: 'api.conf' })
    keep(await run(app, apacheCommand(folder(), environmentOf(app, issuer()))))
    const ask = (token?: string): Promise<Response> =>
      fetch(app.origin, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })

    const { configuration, tokens } = await signInForTokens(street(), app, {
      scope: 'openid offline_access photos:read photos:write calendar:read',
      resources: [photos, calendar],
    })
    const token = tokens.access_token
    const answer = await ask(token)
    assert.equal(answer.status, 200)
    assert.deepEqual(JSON.parse((await answer.text()).replace(/<\/?pre>/g, '')), {
      sub: tokens.claims()?.sub,
      scope: 'photos:read photos:write',
      client_id: app.clientId,
      acr: 'urn:mien:acr:face',
    })

    assert.equal((await ask()).status, 401)
    assert.equal((await ask('made-up')).status, 401)
    assert.equal((await ask(`${token.slice(0, -8)}AAAAAAAA`)).status, 401)
    assert.equal((await ask(tokens.id_token)).status, 403)
    const elsewhere = await client.refreshTokenGrant(configuration, tokens.refresh_token ?? '', {
      resource: calendar,
    })
    assert.equal(decodeJwt(elsewhere.access_token).aud, calendar)
    assert.equal((await ask(elsewhere.access_token)).status, 403)

    const claims = decodeJwt(token)
    const sign = (other: JWTPayload) => signedByProvider(street().house.dataDir, { ...claims, ...other })
    const now = Math.floor(Date.now() / 1000)
    assert.equal((await ask(await sign({ jti: 'another' }))).status, 200)
    assert.equal((await ask(await sign({ iat: now - 300, exp: now - 1 }))).status, 401)
    assert.equal((await ask(await sign({ scope: 'photos:write' }))).status, 401)
    assert.equal((await ask(await sign({ scope: 'photos:readable' }))).status, 401)
    assert.equal((await ask(await sign({ iss: 'https://id.example.com' }))).status, 403)
  })
  it('Dovecot opens a mailbox for the token of whoever it is, until the token is revoked, and for nothing made up', async function () {
    const app = take(this, 'dovecot')
    const place = join(folder(), 'dovecot')
    await layOutDovecot(app, place, issuer())
    keep(await run(app, dovecotCommand(app, place)))
    const { configuration, tokens } = await signInForTokens(street(), app, {
      scope: 'openid',
      isPosted: true,
    })
    const user = tokens.claims()?.sub ?? ''
    const open = async (token: string, name = user) => (await openMailbox(app.port, name, token)).join('\n')

    const opened = await open(tokens.access_token)
    assert.match(opened, /^token OK /m)
    assert.match(opened, /^\* 1 EXISTS$/m)
    assert.match(opened, /^select OK /m)
    assert.match(await open(tokens.access_token, 'somebody-else'), /^token NO /m)
    assert.match(await open('made-up'), /^token NO /m)
    await client.tokenRevocation(configuration, tokens.access_token)
    assert.match(await open(tokens.access_token), /^token NO /m)
  })
})
