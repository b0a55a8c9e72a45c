import { assert } from 'chai'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { Server as NetServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer } from 'smtp-server'
import { doctor } from '../../src/cli/doctor.ts'
import { mien } from '../../src/cli/mien.ts'
import { readConfig } from '../../src/config.ts'
import { readManifest } from '../../src/face/manifest.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { modelsDir } from '../media.ts'
import { hasRedis, startRedis } from '../servers/redis.ts'
import { withRedis } from '../store/two-stores.ts'

interface Finding {
  readonly check: string
  readonly state: string
  readonly says: string
  readonly advice?: string
}

interface World {
  /** What the discovery document says beside what is right; undefined: there is no document. */
  readonly document?: Readonly<Record<string, string>> | undefined
  readonly date?: string
}

const listen = async (server: Server | NetServer): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('mien doctor', () => {
  let folder = ''
  let world: World = {}
  let issuer = ''
  const server = createServer((_request, response) => {
    if (world.date !== undefined) response.setHeader('Date', world.date)
    const document = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
    }
    response.end(
      'document' in world && world.document === undefined
        ? 'hello'
        : JSON.stringify({ ...document, ...world.document }),
    )
  })

  before(async () => {
    issuer = `http://localhost:${await listen(server)}`
  })
  after(() => {
    server.close()
  })
  beforeEach(async () => {
    world = {}
    folder = await mkdtemp(join(tmpdir(), 'mien-doctor-'))
    await chmod(folder, 0o700)
  })
  afterEach(() => rm(folder, { recursive: true }))

  const examine = async (settings: Readonly<Record<string, string>> = {}, ...args: string[]) => {
    const printed: string[] = []
    const config = readConfig({
      MIEN_ISSUER: issuer,
      MIEN_DATA_DIR: folder,
      ...(modelsDir === undefined ? {} : { MIEN_MODELS_DIR: modelsDir }),
      ...settings,
    })
    const terminal = {
      print: (line: string) => printed.push(line),
      warn: (line: string) => printed.push(line),
    }
    const code = await doctor(['--json', ...args], { terminal, config, now: () => new Date() })
    const { findings } = JSON.parse(printed.join('\n')) as { readonly findings: readonly Finding[] }
    const of = (check: string): readonly Finding[] => findings.filter((each) => each.check === check)
    const states = (check: string): readonly string[] => of(check).map(({ state }) => state)
    return { code, of, states, printed: printed.join('\n') }
  }

  it('finds nothing to change where all is well, and says what it left out', async () => {
    const { code, states } = await examine()
    assert.deepEqual(states('discovery'), ['ok'])
    assert.deepEqual(states('clock'), ['ok'])
    assert.deepEqual(states('data folder'), ['ok'])
    assert.deepEqual(states('mail'), ['ok'])
    assert.deepEqual(states('certificate'), ['left out'])
    assert.deepEqual(states('database'), ['left out'])
    assert.deepEqual(states('networks'), [modelsDir === undefined ? 'fail' : 'ok'])
    assert.equal(code, modelsDir === undefined ? 1 : 0)
  })

  it('says of a Redis whether it answers, and whether it keeps what it is given', async function () {
    assert.deepEqual((await examine()).states('redis'), ['left out'])
    if (!hasRedis) this.skip()
    const redis = await startRedis({ evictionPolicy: 'allkeys-lru', password: 'a-secret' })
    try {
      const settings = { MIEN_REDIS_URL: redis.url }
      const forgetful = await examine(settings)
      assert.match(forgetful.of('redis')[0]?.says ?? '', /allkeys-lru/)
      assert.equal(forgetful.code, 1)
      await withRedis(redis.url, (client) => client.config('SET', 'maxmemory-policy', 'noeviction'))
      assert.match((await examine(settings)).of('redis')[0]?.advice ?? '', /appendonly/)
      await withRedis(redis.url, (client) => client.config('SET', 'appendonly', 'yes'))
      assert.deepEqual((await examine(settings)).states('redis'), ['ok'])
      const wrong = await examine({ MIEN_REDIS_URL: redis.url.replace('a-secret', 'not-it') })
      assert.deepEqual(wrong.states('redis'), ['fail'])
      assert.notInclude(wrong.printed, 'not-it')
    } finally {
      await redis.stop()
    }
  }).timeout(20_000)

  it('says that an address without TLS gives nobody a camera', async () => {
    const { states, of, code } = await examine(
      { MIEN_ISSUER: 'http://id.example.com' },
      '--issuer',
      'http://127.0.0.1:9',
    )
    assert.deepEqual(states('address'), ['fail'])
    assert.match(of('address')[0]?.advice ?? '', /TLS/)
    assert.equal(code, 1)
  })

  it('says where nothing answers, and where something else does', async () => {
    const silent = await examine({}, '--issuer', 'http://localhost:9')
    assert.match(silent.of('discovery')[0]?.says ?? '', /does not answer/)
    world = { document: undefined }
    const other = await examine()
    assert.match(other.of('discovery')[0]?.says ?? '', /answers 200, and not with a discovery document/)
  })

  it('compares the issuer letter for letter', async () => {
    world = { document: { issuer: `${issuer}/` } }
    const { of, code } = await examine()
    assert.match(of('discovery')[0]?.says ?? '', /says that its issuer is/)
    assert.equal(code, 1)
  })

  it('sees that a proxy changes the scheme, the host or the port', async () => {
    const others = { host: 'http://inside:3000/token', scheme: `${issuer}/token`.replace('http:', 'https:') }
    for (const [part, token_endpoint] of Object.entries({ ...others, port: 'http://localhost:1/token' })) {
      world = { document: { token_endpoint } }
      assert.match((await examine()).of('discovery')[0]?.advice ?? '', /MIEN_TRUST_PROXY/, part)
    }
  })

  it('names a network whose bytes are not what they should be, and how to bring it', async () => {
    const models = join(folder, 'models')
    await mkdir(models)
    const file = readManifest().models[0]?.file ?? ''
    await writeFile(join(models, file), 'not a network')
    const { of, code } = await examine({ MIEN_MODELS_DIR: models })
    const found = of('networks').find(({ says }) => says.includes(join(models, file)))
    assert.deepInclude(found, { state: 'fail' })
    assert.match(found?.advice ?? '', /models pull/)
    assert.equal(code, 1)
  })

  it('sees a clock that is wrong', async () => {
    world = { date: new Date(Date.now() - 120_000).toUTCString() }
    assert.deepEqual((await examine()).states('clock'), ['fail'])
  })

  it('says which keys others can read', async () => {
    await mkdir(join(folder, 'keys'), { mode: 0o700 })
    await writeFile(join(folder, 'keys', 'secrets.json'), 'not a secret', { mode: 0o644 })
    const { of, printed } = await examine()
    assert.include(of('data folder')[0]?.says ?? '', 'secrets.json')
    assert.notInclude(printed, 'not a secret')
  })

  it('knows a database from a file that is none', async () => {
    const path = join(folder, 'mien.sqlite')
    await (await openDatabase({ kind: 'sqlite', path })).close()
    const { of } = await examine()
    assert.match(of('database')[0]?.says ?? '', /is a database \(SQLite 3\./)
    assert.equal(of('tables')[0]?.says, 'They are those of this version.')
    await writeFile(path, 'SQLite format 3\0 and so on', { mode: 0o600 })
    assert.deepEqual((await examine()).states('database'), ['fail'])
    await writeFile(path, 'something else', { mode: 0o600 })
    assert.deepEqual((await examine()).states('database'), ['fail'])
  })

  it('names the fault of the clients file, and none of its secrets', async () => {
    const secret = 'a-secret-of-more-than-thirty-two-characters'
    await writeFile(
      join(folder, 'clients.yaml'),
      `- client_id: shop\n  name: Shop\n  type: confidential\n  secret: ${secret}\n  redirect_uris: [nowhere]\n`,
    )
    const { states, printed } = await examine()
    assert.deepEqual(states('clients'), ['fail'])
    assert.notInclude(printed, secret)
  })

  it('signs in to the mail server, and warns where there is none at a real address', async () => {
    const mail = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, done) => {
        if (username === 'user' && password === 'pass-word') done(null, { user: 'user' })
        else done(new Error('no'))
      },
    })
    const port = await listen(mail.server)
    const smtp = (word: string): string => `smtp://user:${word}@localhost:${port}`
    const answered = await examine({ MIEN_SMTP_URL: smtp('pass-word') })
    assert.deepEqual(answered.states('mail'), ['ok'], answered.printed)
    assert.notInclude(answered.printed, 'pass-word')
    const refused = await examine({ MIEN_SMTP_URL: smtp('another-word') })
    assert.deepEqual(refused.states('mail'), ['fail'])
    assert.notInclude(refused.printed, 'another-word')
    await new Promise<void>((resolve) => mail.close(resolve))
    assert.deepEqual((await examine({ MIEN_SMTP_URL: smtp('pass-word') })).states('mail'), ['fail'])
    const real = await examine({ MIEN_ISSUER: 'https://id.invalid' })
    assert.deepEqual(real.states('mail'), ['warn'])
    assert.deepEqual(real.states('certificate'), ['fail'])
  })

  it('warns of more workers than cores, and of too little memory for them', async () => {
    const { states } = await examine({ MIEN_FACE_WORKERS: '256' })
    assert.deepEqual(states('memory'), ['warn'])
    assert.deepEqual(states('cores'), ['warn'])
  })

  it('prints a line each for people, with the advice below', async () => {
    const out: string[] = []
    const config = readConfig({ MIEN_ISSUER: issuer, MIEN_DATA_DIR: folder })
    await doctor([], {
      terminal: { print: (line) => out.push(line), warn: (line) => out.push(line) },
      config,
      now: () => new Date(),
    })
    assert.match(out[0] ?? '', /^warn {2}address {7}http:\/\/localhost:\d+ is for trying out/)
    assert.match(out[1] ?? '', /^ {20}Set MIEN_ISSUER to the https address/)
    assert.match(out.at(-1) ?? '', /Nothing has to be changed|To be changed: \d/)
  })

  it('is called with an address, or told how', async () => {
    const errors: string[] = []
    const code = await mien(['doctor', '--issuer', 'id.example.com'], {
      print: () => undefined,
      warn: (line) => errors.push(line),
    })
    assert.equal(code, 2)
    assert.match(errors.join('\n'), /wants an address like https/)
  })
})
