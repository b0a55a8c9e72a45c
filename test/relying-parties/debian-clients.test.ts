import { assert } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { apacheCommand, layOutApache } from './apache.ts'
import { environmentOf, run, type App } from './apps.ts'
import { assertFaceClaims, claimOf } from './claims.ts'
import { openDebianStreet } from './debian-street.ts'
import { askIdwcc, idwccCommand } from './idwcc.ts'
import { lemonldapCommand } from './lemonldap.ts'
import { confirmSignOut, email, letDeviceIn, readJson, signInByFace, visit } from './street.ts'

const registrationToken = 'an-initial-access-token-of-the-operator'

describe('An app that comes with Debian', function () {
  this.timeout(120_000)
  const { street, issuer, folder, take, keep } = openDebianStreet(
    [
      {
        name: 'mod-auth-openidc',
        packages: ['apache2', 'libapache2-mod-auth-openidc'],
        proof: '/usr/lib/apache2/modules/mod_auth_openidc.so',
      },
      {
        name: 'authlib',
        secret: 'plain',
        packages: ['python3-authlib', 'python3-flask', 'python3-requests'],
        proof: '/usr/lib/python3/dist-packages/authlib',
      },
      { name: 'oidc-agent', secret: 'plain', packages: ['oidc-agent-cli'], proof: '/usr/bin/oidc-gen' },
      { name: 'idwcc', secret: 'plain', packages: ['idwcc'], proof: '/usr/bin/idwcc' },
      {
        name: 'lemonldap-ng',
        secret: 'plain',
        packages: [
          'apache2',
          'liblemonldap-ng-portal-perl',
          'libplack-perl',
          'libimage-magick-perl',
          'libgd-securityimage-perl',
        ],
        proof: '/usr/share/perl5/GD/SecurityImage.pm',
      },
    ],
    { MIEN_REGISTRATION_TOKEN: registrationToken },
  )
  it('Apache with mod_auth_openidc guards a site, asks for more at a stronger door, and signs out', async function () {
    const app = take(this, 'mod-auth-openidc')
    await layOutApache(app, folder(), { module: 'auth_openidc', settings: 'oidc.conf' })
    keep(await run(app, apacheCommand(folder(), environmentOf(app, issuer()))))
    await visit(street(), async (page) => {
      await page.goto(app.origin)
      await signInByFace(page, app)
      assertFaceClaims(JSON.parse(await page.locator('pre').innerText()))
      await page.goto(`${app.origin}/vault/`)
      await page.getByRole('heading', { name: 'Enter your password' }).waitFor()
      assert.equal(new URL(page.url()).origin, issuer())
      const after = encodeURIComponent(`${app.origin}/signed-out.html`)
      await page.goto(`${app.origin}/oidc/callback?logout=${after}`)
      await confirmSignOut(page, app)
      assert.equal(new URL(page.url()).pathname, '/signed-out.html')
      await page.goto(app.origin)
      assert.equal(new URL(page.url()).origin, issuer())
    })
  })

  it('Authlib in Flask checks the signature with the key that the token names, and refreshes', async function () {
    const app = take(this, 'authlib')
    const args = ['-m', 'flask', '--app', 'app', 'run', '--host', 'localhost', '--port', String(app.port)]
    const env = { ...environmentOf(app, issuer()), PYTHONDONTWRITEBYTECODE: '1' }
    keep(await run(app, { program: '/usr/bin/python3', args, env }))
    await visit(street(), async (page) => {
      await page.goto(`${app.origin}/login`)
      await signInByFace(page, app)
      const { claims } = await readJson(page, `${app.origin}/`)
      assertFaceClaims(claims)
      assert.isString(claimOf(claims, 'sub'))
      assert.containSubset(await readJson(page, `${app.origin}/refresh`, 'POST'), { expires_in: 600 })
      await page.goto(`${app.origin}/logout`)
      await confirmSignOut(page, app)
      assert.deepEqual(await readJson(page, `${app.origin}/`), { claims: null })
    })
  })

  it('idwcc, which tries providers out, finds its way by discovery, signs in with PKCE, and shows all it was told', async function () {
    const app = take(this, 'idwcc')
    keep(await run(app, await idwccCommand(app, folder(), environmentOf(app, issuer()))))
    await visit(street(), async (page) => {
      await page.goto(app.origin)
      await askIdwcc(page, ['POST', '/api/configDownload'])
      for (const property of ['nonce', 'state', 'pkce'])
        await askIdwcc(page, ['PUT', '/api/generate'], { property })
      const start = await askIdwcc(page, ['PUT', '/api/auth'])
      await page.goto(String(start['url']))
      await signInByFace(page, app)
      await page.waitForURL(`${app.origin}/`)
      await askIdwcc(page, ['PUT', '/api/token'])
      await askIdwcc(page, ['POST', '/api/userinfoDownload'])
      const { id_token_payload, userinfo } = await askIdwcc(page, ['GET', '/api/session'])
      const told: unknown = JSON.parse(String(userinfo))
      assertFaceClaims({ ...Object(id_token_payload), ...Object(told) })
      assert.equal(claimOf(told, 'sub'), claimOf(id_token_payload, 'sub'))
      const end = await askIdwcc(page, ['GET', '/api/endSession'])
      await page.goto(String(end['url']))
      await confirmSignOut(page, app)
    })
  })

  it('LemonLDAP::NG, which knows no PKCE, signs in to its portal as the exempt client that it is, and out', async function () {
    const app = take(this, 'lemonldap-ng')
    keep(await run(app, await lemonldapCommand(app, folder(), environmentOf(app, issuer()))))
    await visit(street(), async (page) => {
      await page.goto(app.origin)
      await signInByFace(page, app)
      const session = await readJson(page, `${app.origin}/session/my/global`)
      const [, payload = ''] = String(session['_oidc_id_token']).split('.')
      const told: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
      assertFaceClaims({ ...Object(told), email: session['mail'] })
      assert.equal(session['_user'], claimOf(told, 'sub'))
      await page.goto(`${app.origin}/?logout=1`)
      await confirmSignOut(page, app)
      await page.goto(app.origin)
      assert.equal(new URL(page.url()).origin, issuer())
    })
  })

  /** The terminal shows a code; the person types it elsewhere. */
  const signInByTerminal = async (app: App, script: string): Promise<void> => {
    const home = join(folder(), script)
    await mkdir(join(home, '.oidc-agent'), { recursive: true })
    const env = {
      ...environmentOf(app, issuer()),
      HOME: home,
      OIDC_ENCRYPTION_PW: 'of this test',
      REGISTRATION_TOKEN: registrationToken,
    }
    const agent = spawn('/bin/sh', [script], {
      cwd: app.folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = once(agent, 'close')
    const [said, complaints] = [text(agent.stdout), text(agent.stderr)]
    const code = await new Promise<string>((resolve, reject) => {
      for (const stream of [agent.stdout, agent.stderr]) {
        let heard = ''
        stream.on('data', (chunk: Buffer) => {
          heard += chunk.toString()
          const found = /enter the code: ([A-Z]{4}-[A-Z]{4})/.exec(heard)?.[1]
          if (found !== undefined) resolve(found)
        })
      }
      void ended.then(async () => {
        reject(new Error(await complaints))
      })
    })
    await visit(street(), async (page) => {
      await letDeviceIn(page, issuer(), code)
    })
    await ended
    const tokens = (await said).split('\n').filter((line) => /^[\w-]{43}$/.test(line))
    assert.lengthOf(tokens, 2, await complaints)
    assert.notEqual(tokens[0], tokens[1])
    const authorization = `Bearer ${tokens[1] ?? ''}`
    const answer = await fetch(`${issuer()}/userinfo`, { headers: { authorization } })
    assert.containSubset(await answer.json(), { email })
  }

  it('oidc-agent on a terminal gets tokens of whoever types its code elsewhere and shows their face', async function () {
    await signInByTerminal(take(this, 'oidc-agent'), 'sign-in.sh')
  })

  it('oidc-agent registers itself where the operator hands out a token, and is taken for the native app that it is', async function () {
    await signInByTerminal(take(this, 'oidc-agent'), 'register.sh')
  })
})
