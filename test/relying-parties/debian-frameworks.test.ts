import { assert } from 'chai'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { canBrowse } from '../browser/chromium.ts'
import { there } from '../flows/house.ts'
import { environmentOf, planApp, run, type App, type Running } from './apps.ts'
import { assertFaceClaims } from './claims.ts'
import { installFromDebian } from './install.ts'
import { openTlsFront } from './tls-front.ts'
import { confirmSignOut, openStreet, readJson, showFace, signInByFace, visit, type Street } from './street.ts'

const debian: Readonly<Record<string, { readonly packages: readonly string[]; readonly proof: string }>> = {
  'social-auth': {
    packages: ['python3-django', 'python3-jose', 'python3-social-auth-core', 'python3-social-django'],
    proof: '/usr/lib/python3/dist-packages/social_django',
  },
  omniauth: {
    packages: ['ruby-omniauth-openid-connect', 'ruby-sinatra', 'ruby-webrick'],
    proof: '/usr/share/rubygems-integration/all/specifications/gitlab-omniauth-openid-connect-0.10.0.gemspec',
  },
  sssd: { packages: ['sssd-idp'], proof: '/usr/libexec/sssd/oidc_child' },
}

describe('An app on a framework, or a sign-in to a machine, that comes with Debian', function () {
  this.timeout(120_000)
  let street: Street | undefined
  const apps = new Map<string, App>()
  const absent = new Map<string, string>()
  const running: Running[] = []

  before(async function () {
    this.timeout(300_000)
    if (!canBrowse) this.skip()
    for (const [name, { packages, proof }] of Object.entries(debian)) {
      const reason = await installFromDebian(packages, proof)
      if (reason !== undefined) absent.set(name, reason)
    }
    if (absent.size === Object.keys(debian).length) this.skip()
    const planned = await Promise.all([
      planApp({ name: 'social-auth', secret: 'plain' }),
      planApp({ name: 'omniauth', secret: 'plain' }),
      planApp({ name: 'sssd', secret: 'plain' }),
    ])
    for (const app of planned) apps.set(app.name, app)
    street = await openStreet(planned)
  })
  afterEach(async function () {
    if (this.currentTest?.isFailed()) console.log(running.map((each) => each.said()).join(''))
    for (const server of running.splice(0)) await server.stop()
  })
  after(() => street?.close())

  /** Skips the test by name where the app could not be installed. */
  const take = (test: Mocha.Context, name: string): App => {
    const reason = absent.get(name)
    if (reason !== undefined) {
      console.log(`    skipped: ${reason}`)
      test.skip()
    }
    return there(apps.get(name))
  }
  const issuer = (): string => there(street).house.origin

  it('Python Social Auth in Django signs in as the exempt client that it is, refreshes, and signs out', async function () {
    const app = take(this, 'social-auth')
    const env = { ...environmentOf(app, issuer()), PYTHONDONTWRITEBYTECODE: '1' }
    running.push(await run(app, { program: '/usr/bin/python3', args: ['app.py'], env }))
    await visit(there(street), async (page) => {
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
    running.push(
      await run(app, { program: '/usr/bin/ruby', args: ['app.rb'], env: environmentOf(app, issuer()) }),
    )
    await visit(there(street), async (page) => {
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
    const front = await openTlsFront(issuer())
    running.push(front)
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
    await visit(there(street), async (page) => {
      await page.goto(`${issuer()}/device`)
      await page.getByLabel('Code').fill(code)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('button', { name: 'They match' }).click()
      await showFace(page)
      await page.getByRole('button', { name: 'Allow', exact: true }).click()
      await page.getByText('Your device is connected').waitFor()
    })
    await ended
    assert.match(said.trim().split('\n').at(-1) ?? '', /^[0-9a-f-]{36}$/, `${said}${await complaints}`)
  })
})
