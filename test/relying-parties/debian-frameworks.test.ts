import { assert } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { environmentOf, run } from './apps.ts'
import { assertFaceClaims } from './claims.ts'
import { openDebianStreet } from './debian-street.ts'
import { openTlsFront } from './tls-front.ts'
import { confirmSignOut, letDeviceIn, readJson, signInByFace, visit } from './street.ts'

describe('An app on a framework, or a sign-in to a machine, that comes with Debian', function () {
  this.timeout(120_000)
  const { street, issuer, take, keep } = openDebianStreet([
    {
      name: 'social-auth',
      secret: 'plain',
      packages: ['python3-django', 'python3-jose', 'python3-social-auth-core', 'python3-social-django'],
      proof: '/usr/lib/python3/dist-packages/social_django',
    },
    {
      name: 'omniauth',
      secret: 'plain',
      packages: ['ruby-omniauth-openid-connect', 'ruby-sinatra', 'ruby-webrick'],
      proof:
        '/usr/share/rubygems-integration/all/specifications/gitlab-omniauth-openid-connect-0.10.0.gemspec',
    },
    { name: 'sssd', secret: 'plain', packages: ['sssd-idp'], proof: '/usr/libexec/sssd/oidc_child' },
  ])

  it('Python Social Auth in Django signs in as the exempt client that it is, refreshes, and signs out', async function () {
    const app = take(this, 'social-auth')
    const env = { ...environmentOf(app, issuer()), PYTHONDONTWRITEBYTECODE: '1' }
    keep(await run(app, { program: '/usr/bin/python3', args: ['app.py'], env }))
    await visit(street(), async (page) => {
      await page.goto(`${app.origin}/login/oidc/`)
      await signInByFace(page, app)
      assertFaceClaims((await readJson(page, `${app.origin}/`))['claims'])
      assert.deepEqual(await readJson(page, `${app.origin}/refresh`), { is_new: true })
      await page.goto(`${app.origin}/logout`)
      await confirmSignOut(page, app)
      assert.deepEqual(await readJson(page, `${app.origin}/`), { claims: null })
    })
  })

  it('OmniAuth in Sinatra signs in, a secret and a nonce in place of PKCE, and signs out here and there', async function () {
    const app = take(this, 'omniauth')
    keep(await run(app, { program: '/usr/bin/ruby', args: ['app.rb'], env: environmentOf(app, issuer()) }))
    await visit(street(), async (page) => {
      await page.goto(`${app.origin}/login`)
      await page.getByRole('button', { name: 'Sign in with Mien' }).click()
      await signInByFace(page, app)
      assertFaceClaims((await readJson(page, `${app.origin}/`))['claims'])
      await page.goto(`${app.origin}/logout`)
      await confirmSignOut(page, app)
      assert.deepEqual(await readJson(page, `${app.origin}/`), { claims: null })
    })
  })

  it('the helper of SSSD learns who signs in to a Linux machine, by a code and a face', async function () {
    const app = take(this, 'sssd')
    // It speaks https alone.
    const front = keep(await openTlsFront(issuer()))
    const helper = spawn('/bin/sh', ['sign-in.sh'], {
      cwd: app.folder,
      env: { ...environmentOf(app, front.origin), CA_FILE: front.caFile },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = once(helper, 'close')
    const complaints = text(helper.stderr)
    let said = ''
    const code = await new Promise<string>((resolve, reject) => {
      helper.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        const found = /"user_code": "([A-Z-]+)"/.exec(said)?.[1]
        if (found !== undefined) resolve(found)
      })
      void ended.then(async () => {
        reject(new Error(`${said}${await complaints}`))
      })
    })
    await visit(street(), async (page) => {
      await letDeviceIn(page, issuer(), code)
    })
    await ended
    assert.match(said.trim().split('\n').at(-1) ?? '', /^[0-9a-f-]{36}$/, `${said}${await complaints}`)
  })
})
