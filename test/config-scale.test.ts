import { assert } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, readConfig } from '../src/config.ts'

const MIEN_KEYS_KEY = 'A'.repeat(43)

function problemsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig({ MIEN_KEYS_KEY, ...environment })
  } catch (error) {
    assert.instanceOf(error, ConfigError)
    return error.problems
  }
  return []
}

describe('The settings of a shared database', () => {
  it('are not needed: without them there is a file of SQLite', () => {
    assert.isUndefined(readConfig({}).databaseUrl)
  })

  it('take the address of a PostgreSQL database, with TLS or a socket where it says so', () => {
    for (const url of [
      'postgres://mien:secret@db.example.com/mien',
      'postgresql://mien@[::1]:5433/mien?sslmode=disable',
      'postgres://mien:p%40ss@db/mien?sslmode=verify-ca&sslrootcert=/etc/ca.pem',
      'postgres://mien@localhost/mien?host=/run/postgresql',
      'postgres:///mien?host=/run/postgresql',
    ]) {
      assert.deepEqual(problemsOf({ MIEN_DATABASE_URL: url }), [], url)
    }
  })

  it('may be read from a file, as every secret may', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mien-config-'))
    try {
      writeFileSync(join(folder, 'url'), 'postgres://mien:secret@db/mien\n')
      const config = readConfig({ MIEN_KEYS_KEY, MIEN_DATABASE_URL_FILE: join(folder, 'url') })
      assert.equal(config.databaseUrl, 'postgres://mien:secret@db/mien')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('say what is wrong with an address, and never its password', () => {
    for (const url of [
      'db.example.com',
      'mysql://mien:secret@db/mien',
      'postgres://mien:secret@db',
      'postgres://mien:secret@db/',
      'postgres://mien:secret@db/one/two',
      'postgres:///mien',
      'postgres://mien:sec#ret@db/mien',
      'postgres://mien:secret@db/mien?sslmode=prefer',
      'postgres://mien:secret@db/mien?sslmode=verify-ca',
      'postgres://mien:secret@db/mien?options=-c%20fsync=off',
    ]) {
      const problems = problemsOf({ MIEN_DATABASE_URL: url })
      assert.isNotEmpty(problems, url)
      assert.notInclude(problems.join(' '), 'sec', url)
    }
  })

  it('need the key that seals what then lies in the database', () => {
    const problems = problemsOf({ MIEN_KEYS_KEY: '', MIEN_DATABASE_URL: 'postgres://mien@db/mien' })
    assert.lengthOf(problems, 1)
    assert.match(problems[0] ?? '', /MIEN_KEYS_KEY/)
  })
})
