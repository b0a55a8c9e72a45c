import { assert } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ConfigError, readConfig, readEnvironment } from '../src/config.ts'

const key = 'A'.repeat(43)

function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(environment)
  } catch (error) {
    assert.instanceOf(error, ConfigError)
    return error.problems
  }
  return []
}

describe('The settings', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-config-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('serve a person at localhost without any of them being given', () => {
    const config = readConfig({})
    assert.equal(config.issuer, 'http://localhost:3000')
    assert.equal(config.port, 3000)
    assert.equal(config.dataDir, resolve('data'))
    assert.equal(config.clientsFile, resolve('data', 'clients.yaml'))
    assert.isUndefined(config.modelsDir)
    assert.isUndefined(config.templateKey)
    assert.isEmpty(config.trustProxy)
    assert.isAtLeast(config.faceWorkers, 1)
  })

  it('ask for head turns everywhere, and for a trusted device wherever others can reach the provider', () => {
    const real = readConfig({ MIEN_ISSUER: 'https://id.example.com' })
    assert.equal(real.challenge, 'turns')
    assert.isFalse(real.faceAlone)
    const trial = readConfig({})
    assert.equal(trial.challenge, 'turns')
    assert.isTrue(trial.faceAlone)
    const changed = readConfig({ MIEN_CHALLENGE: 'look', MIEN_FACE_ALONE: 'off' })
    assert.equal(changed.challenge, 'look')
    assert.isFalse(changed.faceAlone)
  })

  it('show no coloured light unless it is asked for, for every sign-in or for some levels', () => {
    assert.equal(readConfig({}).colourFlash, 'off')
    assert.equal(readConfig({ MIEN_COLOUR_FLASH: 'on' }).colourFlash, 'on')
    const levels = 'urn:mien:acr:face-device, urn:mien:acr:face'
    assert.deepEqual(readConfig({ MIEN_COLOUR_FLASH: levels }).colourFlash, [
      'urn:mien:acr:face-device',
      'urn:mien:acr:face',
    ])
    for (const wrong of [
      'yes',
      'on off',
      'urn:mien:acr:password',
      'urn:mien:acr:face,on',
      'urn:mien:acr:face-devise',
    ]) {
      assert.lengthOf(problemsOf({ MIEN_COLOUR_FLASH: wrong }), 1, wrong)
    }
  })

  it('sign in by a code in the mail where mails arrive, and where things are tried out', () => {
    const real = { MIEN_ISSUER: 'https://id.example.com' }
    const smtp = { MIEN_SMTP_URL: 'smtps://mail.example.com' }
    assert.isTrue(readConfig({}).emailCode)
    assert.isFalse(readConfig(real).emailCode)
    assert.isTrue(readConfig({ ...real, ...smtp }).emailCode)
    assert.isFalse(readConfig({ ...real, ...smtp, MIEN_EMAIL_CODE: 'off' }).emailCode)
    assert.equal(readConfig(real).mailFrom, 'Mien <no-reply@id.example.com>')
  })

  it('take a sender that is one address, with a name or without', () => {
    for (const from of ['a@b.example', 'My House <a@b.example>']) {
      assert.equal(readConfig({ MIEN_MAIL_FROM: from }).mailFrom, from)
    }
    for (const from of ['a', 'a@b, c@d', 'A <a@b>\r\nBcc: c@d', '<a@b>', 'A <a@b> <c@d>']) {
      assert.lengthOf(problemsOf({ MIEN_MAIL_FROM: from }), 1, from)
    }
    for (const url of ['http://mail.example.com', 'mail.example.com:587', 'file:///etc/passwd']) {
      assert.lengthOf(problemsOf({ MIEN_SMTP_URL: url }), 1, url)
    }
  })

  it('tell every fault at once', () => {
    const problems = problemsOf({
      MIEN_PORT: 'x',
      MIEN_TARGET_FMR: '0.5',
      MIEN_DEMO: 'yes',
      MIEN_ISUER: 'http://a',
    })
    assert.lengthOf(problems, 4)
    for (const name of ['MIEN_PORT', 'MIEN_TARGET_FMR', 'MIEN_DEMO', 'MIEN_ISUER']) {
      assert.isTrue(
        problems.some((problem) => problem.startsWith(name)),
        name,
      )
    }
  })

  it('take a webhook with its secret or not at all', () => {
    const url = 'https://events.example/mien'
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
    const { eventsWebhook } = readConfig({ MIEN_EVENTS_WEBHOOK_URL: url, MIEN_EVENTS_WEBHOOK_SECRET: secret })
    assert.deepEqual(eventsWebhook, { url, secret: new Uint8Array(24).fill(7) })
    assert.isUndefined(readConfig({}).eventsWebhook)
    assert.throws(() => readConfig({ MIEN_EVENTS_WEBHOOK_URL: url }), /set both or neither/)
    assert.throws(() => readConfig({ MIEN_EVENTS_WEBHOOK_SECRET: secret }), /set both or neither/)
  })

  it('are not guessed where a name is misspelt', () => {
    assert.match(problemsOf({ MIEN_TRUST_PROXI: 'on' })[0] ?? '', /^MIEN_TRUST_PROXI is not a setting/)
  })

  it('ignore names that are not ours and values that are empty', () => {
    assert.equal(readConfig({ PATH: '/bin', MIEN_PORT: '' }).port, 3000)
  })

  it('refuse what is out of bounds or no value at all', () => {
    const hostile = {
      MIEN_PORT: ['-1', '65536', '1.5', 'NaN', 'Infinity', '0x'],
      MIEN_TARGET_FMR: ['0', '1', 'NaN', '-0.001'],
      MIEN_CAPTURE_SECONDS: ['59', '91'],
      MIEN_ISSUER: ['ftp://a', 'nonsense', 'https://a/?q', 'https://a/#f'],
      MIEN_TEMPLATE_KEY: ['short', `${key}=`, 'A'.repeat(44)],
      MIEN_IMAGE_ADAPTER: ['OpenCV', 'none'],
    }
    for (const [name, values] of Object.entries(hostile)) {
      for (const value of values) assert.lengthOf(problemsOf({ [name]: value }), 1, `${name}=${value}`)
    }
  })

  it('take a secret from a file, without its last line break', () => {
    const file = join(folder, 'key')
    writeFileSync(file, `${key}\n`)
    assert.equal(readConfig({ MIEN_TEMPLATE_KEY_FILE: file }).templateKey, key)
  })

  it('name the file of a secret that cannot be read, and never what is in a bad one', () => {
    assert.include(
      problemsOf({ MIEN_TEMPLATE_KEY_FILE: join(folder, 'absent') })[0] ?? '',
      join(folder, 'absent'),
    )
    const file = join(folder, 'bad')
    writeFileSync(file, 'correct horse battery staple')
    assert.notInclude(problemsOf({ MIEN_TEMPLATE_KEY_FILE: file }).join('\n'), 'horse')
  })

  it('offer `_FILE` for secrets alone', () => {
    assert.lengthOf(problemsOf({ MIEN_PORT_FILE: '/etc/port' }), 1)
  })

  it('end the issuer without a slash, as tokens compare it', () => {
    assert.equal(readConfig({ MIEN_ISSUER: 'https://id.example.org/' }).issuer, 'https://id.example.org')
  })

  it('come from `.env` too, and the environment wins', () => {
    writeFileSync(join(folder, '.env'), 'MIEN_PORT=4000\nPATH=from-the-file\n')
    const environment = readEnvironment(folder)
    assert.equal(environment['MIEN_PORT'], '4000')
    assert.equal(environment['PATH'], process.env['PATH'])
  })

  it('believes no certificate header without a proxy that writes it', () => {
    const header = { MIEN_CLIENT_CERT_HEADER: 'x-client-cert' }
    assert.throws(() => readConfig(header), /MIEN_TRUST_PROXY/)
    assert.throws(() => readConfig({ MIEN_CLIENT_CERT_VERIFIED_HEADER: 'x' }), /MIEN_CLIENT_CERT_HEADER/)
    assert.equal(readConfig({ ...header, MIEN_TRUST_PROXY: 'loopback' }).clientCertHeader, 'x-client-cert')
  })

  it('take a Redis by its address, which is a secret', () => {
    assert.isUndefined(readConfig({}).redisUrl)
    const url = 'rediss://mien:s3cret@redis.example.org:6380/2'
    assert.equal(readConfig({ MIEN_REDIS_URL: url }).redisUrl, url)
    const file = join(folder, 'redis-url')
    writeFileSync(file, `${url}\n`)
    assert.equal(readConfig({ MIEN_REDIS_URL_FILE: file }).redisUrl, url)
    for (const wrong of ['redis.example.org:6379', 'http://redis.example.org', 'redis://:s3cret@host/mien']) {
      const problems = problemsOf({ MIEN_REDIS_URL: wrong })
      assert.lengthOf(problems, 1, wrong)
      assert.notInclude(problems.join(), 's3cret')
    }
  })

  it('name the proxies that are believed, and never everybody', () => {
    const read = (text: string) => readConfig({ MIEN_TRUST_PROXY: text }).trustProxy
    assert.deepEqual(read('off'), [])
    assert.deepEqual(read('loopback'), ['127.0.0.0/8', '::1/128'])
    assert.deepEqual(read('10.0.0.7, 10.1.0.0/16 2001:db8::/48'), [
      '10.0.0.7/32',
      '10.1.0.0/16',
      '2001:db8::/48',
    ])
    assert.include(read('private,loopback'), '172.16.0.0/12')
    for (const wrong of [
      'on',
      '0.0.0.0/0',
      '::/0',
      'proxy.internal',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/8/8',
      'constructor',
    ]) {
      const problems = problemsOf({ MIEN_TRUST_PROXY: wrong })
      assert.lengthOf(problems, 1, wrong)
      assert.match(problems[0] ?? '', /MIEN_TRUST_PROXY: .*`loopback`, `private`, `10\.0\.0\.7`/, wrong)
    }
  })
})
