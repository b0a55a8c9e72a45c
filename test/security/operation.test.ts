import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { assert } from 'chai'
import { readConfig } from '../../src/config.ts'
import { readManifest } from '../../src/face/manifest.ts'
import { signUp } from '../flows/control-stories.ts'
import { startHouse } from '../flows/house.ts'
import { readRecords } from '../flows/records.ts'
import { password } from '../flows/stories.ts'
import { modelsDir } from '../media.ts'
import { send } from './attacker.ts'
import { useHouse } from './visit.ts'

const run = promisify(execFile)
const token = 'an-initial-access-token-of-the-operator'

describe('Security: operation', function () {
  this.timeout(90_000)
  const wish = { settings: { MIEN_REGISTRATION_TOKEN: token } }
  const { at, somebody, givePassword } = useHouse(wish)

  it('74 the trail says who did what, when, from where and how, holds no secret, and shows where it was tampered with', async () => {
    const { email, visitor } = await somebody()
    const hostile = 'Evil\r\n{"level":60,"type":"signed_in"}'
    await visitor.request(new URL('/account', at().house.origin), { headers: { 'user-agent': 'x' } })
    const { visitor: guesser, page } = await givePassword(email, { login_hint: hostile })
    assert.equal(page.status, 200)
    await guesser.submit(page, '/deny')
    const events = await readRecords(at().house, 'select * from audit_events')
    const types = events.map(({ type }) => type)
    assert.include(types, 'signed_in')
    const text = JSON.stringify(events)
    for (const hidden of [password, email, 'argon2', 'embedding', 'score']) assert.notInclude(text, hidden)
    for (const line of at().house.logged().trim().split('\n'))
      assert.isObject(JSON.parse(line), 'one line, one entry')
    assert.notInclude(at().house.logged(), password)
    const own = await startHouse({ settings: { MIEN_FACE_WORKERS: '1' } })
    try {
      await signUp(own, 'ada@example.com')
      await own.close(true)
      const script = [process.execPath, ['src/cli/mien.ts', 'audit', 'verify']] as const
      const env = { PATH: process.env['PATH'], MIEN_DATA_DIR: own.dataDir }
      const verify = () =>
        run(...script, { env }).then(
          () => 'whole',
          (error: unknown) => String(error),
        )
      assert.equal(await verify(), 'whole')
      const change = `new (require('node:sqlite').DatabaseSync)(process.argv[1]).exec("update audit_events set at = at + 1 where type = 'signed_in'")`
      await run(process.execPath, ['-e', change, join(own.dataDir, 'mien.sqlite')])
      assert.notEqual(await verify(), 'whole')
    } finally {
      await rm(own.dataDir, { recursive: true, force: true })
    }
  })

  it('75 what is built in is named to the byte: a lock file for the libraries, SHA-256 for each network', async () => {
    const lock = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
      packages: Record<string, Record<string, unknown>>
    }
    const fetched = Object.entries(lock.packages).filter(([path, { link }]) => path !== '' && link !== true)
    assert.isAbove(fetched.length, 50)
    for (const [path, { integrity, inBundle }] of fetched)
      if (inBundle !== true) assert.match(String(integrity), /^sha512-/, path)
    for (const { sha256, file } of readManifest().models) assert.match(sha256, /^[0-9a-f]{64}$/, file)
    assert.isDefined(modelsDir)
    const folder = await mkdtemp(join(tmpdir(), 'mien-models-'))
    try {
      for (const { file } of readManifest().models)
        await copyFile(join(modelsDir, file), join(folder, file)).catch(() => undefined)
      const [first] = readManifest().models
      const bytes = await readFile(join(folder, first?.file ?? ''))
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
      await writeFile(join(folder, first?.file ?? ''), bytes)
      const started = await startHouse({ settings: { MIEN_MODELS_DIR: folder } }).then(
        async (house) => {
          await house.close()
          return 'started'
        },
        (error: unknown) => String(error),
      )
      assert.notEqual(started, 'started', 'an altered network is not opened')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it('76 there is no page of health or figures that tells strangers anything; figures have a listener of their own, off by default (test/telemetry)', async () => {
    assert.isUndefined(readConfig({}).metrics)
    assert.equal(readConfig({ MIEN_METRICS_PORT: '9464' }).metrics?.host, 'localhost')
    assert.throws(() => readConfig({ MIEN_METRICS_PORT: '3000' }), /never served there/)
    for (const path of [
      '/health',
      '/metrics',
      '/status',
      '/debug',
      '/.env',
      '/data/keys/secrets.json',
      '/package.json',
      '/.git/config',
      '/../package.json',
      '/assets/../../package.json',
      '/assets/%2e%2e/%2e%2e/package.json',
    ]) {
      const { status, text } = await send(`${at().house.origin}${path}`)
      assert.equal(status, 404, path)
      assert.notMatch(text, /dependencies|cookieKeys|node_modules/, path)
    }
    for (const path of ['/healthz', '/readyz']) {
      const { text } = await send(`${at().house.origin}${path}`)
      assert.match(text, /^\{"status":"(ok|unready)"\}$/, `${path} says nothing else`)
    }
    const { headers } = await send(at().house.origin)
    assert.isNull(headers.get('x-powered-by'))
    assert.isNull(headers.get('server'))
  })

  it('80 an app that nobody here has looked at registers with the operator’s token alone, within the rules, and people are warned', async () => {
    const register = (body: object, bearer = token) =>
      send(`${at().house.origin}/register`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(bearer === '' ? {} : { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(body),
      })
    const good = { client_name: 'Your Bank', redirect_uris: [`${at().house.rpOrigin}/callback`] }
    for (const bearer of ['', 'guessed', token.slice(1)])
      assert.include([400, 401], (await register(good, bearer)).status)
    const hostile: readonly object[] = [
      { redirect_uris: ['http://evil.example/cb'] },
      { redirect_uris: ['javascript:alert(1)'] },
      { redirect_uris: ['https://*.example/cb'] },
      { redirect_uris: ['https://app.example/cb#x'] },
      { jwks_uri: 'http://169.254.169.254/latest' },
      { backchannel_logout_uri: 'file:///etc/passwd' },
      { client_name: 'Safe\u202eknaB' },
      { grant_types: ['client_credentials'] },
      { response_types: ['token'] },
    ]
    for (const each of hostile)
      assert.equal((await register({ ...good, ...each })).status, 400, JSON.stringify(each))
    const { status, body } = await register(good)
    assert.equal(status, 201)
    const { visitor } = await somebody()
    const pkce = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }
    const fields = {
      client_id: String(body['client_id']),
      redirect_uri: good.redirect_uris[0] ?? '',
      response_type: 'code',
      scope: 'openid',
    }
    const page = await visitor.open(`/authorize?${new URLSearchParams({ ...fields, ...pkce }).toString()}`)
    assert.include(page.text, 'Nobody here has checked this app')
    const management = String(body['registration_client_uri'])
    const first = String(body['registration_access_token'])
    const read = await send(management, { headers: { authorization: `Bearer ${first}` } })
    assert.equal(read.status, 200)
    assert.equal((await send(management, { headers: { authorization: 'Bearer x' } })).status, 401)
  })
})
