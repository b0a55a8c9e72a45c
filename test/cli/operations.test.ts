import { assert } from 'chai'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configIn, furnish } from '../backup/houses.ts'

describe('The commands of whoever keeps a house running', function () {
  this.timeout(60_000)
  let folder = ''
  let key = ''
  let recipient = ''
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'mien-operations-'))
    await furnish(configIn(join(folder, 'data')))
    key = join(folder, 'key.txt')
    const { stdout } = run('backup', 'key', key)
    recipient = /MIEN_BACKUP_RECIPIENT=(age1\w+)/.exec(stdout)?.[1] ?? ''
  })
  after(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  const runWith = (settings: Readonly<Record<string, string>>, ...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/mien.ts', ...args], {
      encoding: 'utf8',
      env: {
        ...process.env,
        MIEN_ISSUER: 'https://id.example.com',
        MIEN_DATA_DIR: join(folder, 'data'),
        ...settings,
      },
    })
    return { status, stdout, stderr, json: (): unknown => JSON.parse(stdout) }
  }
  const run = (...args: readonly string[]) => runWith({}, ...args)
  const inside = (name: string): string => join(folder, name)

  it('make a key that opens backups: the secret half in a file for its owner alone, never over another', () => {
    assert.match(readFileSync(key, 'utf8'), /^# public key: age1\w+\nAGE-SECRET-KEY-1\w+\n$/)
    assert.equal(statSync(key).mode & 0o777, 0o600)
    assert.include(readFileSync(key, 'utf8'), recipient)
    const again = run('backup', 'key', key)
    assert.equal(again.status, 1)
    assert.match(again.stderr, /EEXIST/)
  })

  it('back up, check and restore, and tell it as JSON', () => {
    const file = inside('one.age')
    const made = run('backup', file, '--recipient', recipient, '--json')
    assert.equal(made.status, 0, made.stderr)
    assert.deepInclude(made.json(), { file, isUpToDate: true, isNoted: true })
    const checked = run('backup', 'verify', file, '--identity', key, '--json')
    assert.deepInclude(checked.json(), { isWhole: true, issuer: 'https://id.example.com', engine: 'sqlite' })
    const restored = run('restore', file, '--identity', key, '--into', inside('new'), '--json')
    assert.equal(restored.status, 0, restored.stderr)
    assert.deepInclude(restored.json(), { into: inside('new'), auditIsWhole: true, setAside: null })
    const told = run('audit', 'list', '--type', 'backup_made', '--json')
    assert.include(told.stdout, '"backup_made"', 'the trail says who took everything along')
  })

  it('name backups by host and time in MIEN_BACKUP_DIR, for MIEN_BACKUP_RECIPIENT', () => {
    const settings = { MIEN_BACKUP_DIR: inside('backups'), MIEN_BACKUP_RECIPIENT: recipient }
    const made = runWith(settings, 'backup')
    assert.equal(made.status, 0, made.stderr)
    assert.match(
      made.stdout,
      /backups\/id\.example\.com-\d{8}T\d{6}Z\.age: \d+ rows of \d+ tables, keys and clients; \d+ bytes\./,
    )
  })

  it('say what is missing, what is wrong and what is refused, each in one message', () => {
    const plain = run('backup', inside('plain.age'))
    assert.equal(plain.status, 2)
    assert.match(
      plain.stderr,
      /a backup is encrypted: say for whom by `--recipient`, `--passphrase-file` or MIEN_BACKUP_RECIPIENT/,
    )
    assert.isFalse(existsSync(inside('plain.age')))
    assert.match(
      run('backup', inside('x.age'), '--recipient', 'age1nonsense').stderr,
      /is no public key of age/,
    )
    writeFileSync(inside('short.txt'), 'short\n')
    assert.match(
      run('backup', inside('x.age'), '--passphrase-file', inside('short.txt')).stderr,
      /shorter than 16 characters/,
    )
    writeFileSync(inside('junk.age'), 'junk')
    const junk = run('restore', inside('junk.age'), '--identity', key, '--into', inside('other'))
    assert.equal(junk.status, 1)
    assert.match(junk.stderr, /^mien: The file is no backup/)
    assert.isFalse(existsSync(inside('other')))
    assert.match(run('restore', inside('junk.age')).stderr, /`--identity FILE` or `--passphrase-file FILE`/)
    assert.equal(runWith({ MIEN_DATA_DIR: inside('nowhere') }, 'migrate').status, 1)
  })

  it('tell how the tables stand, and what is over', () => {
    assert.match(run('migrate', '--dry-run').stdout, /^The tables are up to date: schema \d{13}\.\n$/)
    assert.deepInclude(run('migrate', '--json').json(), { isDryRun: false, pending: [], statements: [] })
    assert.match(run('purge', '--dry-run').stdout, /Nothing is over\.|rows? would go\./)
    const purged = run('purge', '--json').json()
    assert.containsAllKeys(purged, ['isDryRun', 'rows', 'tables'])
  })
})
