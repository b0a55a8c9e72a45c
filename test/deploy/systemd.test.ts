import { assert } from 'chai'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { schema, secretSettings } from '../../src/config.ts'

const units = fileURLToPath(new URL('../../deploy/systemd', import.meta.url))
const services = ['mien.service', 'mien-backup.service'] as const
/** Of ten; the tool calls up to 2 “OK”, and an ordinary service has 9.6. */
const mostExposure = 1.6

function hasTool(): boolean {
  return spawnSync('systemd-analyze', ['--version']).status === 0
}

describe('The systemd units', function () {
  this.timeout(30_000)
  let folder = ''
  before(function () {
    if (!hasTool()) this.skip()
    folder = mkdtempSync(join(tmpdir(), 'mien-units-'))
    cpSync(units, folder, { recursive: true })
    // Where Node lies is a matter of the machine; that the program is there is looked at all the same.
    for (const name of services) {
      const text = readFileSync(join(folder, name), 'utf8')
      writeFileSync(join(folder, name), text.replace('/usr/bin/node', process.execPath))
    }
  })
  after(() => {
    if (folder !== '') rmSync(folder, { recursive: true })
  })

  it('are understood by systemd, without a warning', () => {
    const files = readdirSync(folder).filter((name) => /\.(service|timer)$/.test(name))
    assert.includeMembers(files, [...services, 'mien-backup.timer'])
    const { status, stderr } = spawnSync(
      'systemd-analyze',
      ['verify', ...files.map((name) => join(folder, name))],
      { encoding: 'utf8' },
    )
    assert.equal(status, 0, stderr)
    assert.notInclude(stderr, 'mien', stderr)
  })

  for (const name of services) {
    it(`leave ${name} little to do harm with`, () => {
      const told = execFileSync(
        'systemd-analyze',
        ['security', '--offline=true', '--no-pager', join(folder, name)],
        {
          encoding: 'utf8',
        },
      )
      const exposure = Number(/Overall exposure level for .*: ([\d.]+)/.exec(told)?.[1])
      assert.isAtMost(exposure, mostExposure, told)
    })
  }

  it('name settings that there are, and no secret', () => {
    for (const name of services) {
      const text = readFileSync(join(units, name), 'utf8')
      for (const [, setting = ''] of text.matchAll(/^Environment=(MIEN_[A-Z_]+)=/gm)) {
        const isSecretFile = secretSettings.some((each) => setting === `${each}_FILE`)
        assert.isTrue(isSecretFile || setting in schema.shape, setting)
        assert.isFalse(
          secretSettings.some((each) => each === setting),
          `${setting} is a secret`,
        )
      }
    }
  })
})
