import { assert } from 'chai'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOutbox, mostMailsKept } from '../../src/mail/outbox.ts'

const message = {
  from: 'Mien <a@b.c>',
  to: 'ada@example.com',
  subject: 'Your code',
  text: 'It’s 1234 5678\n',
  html: '',
}
const never = new AbortController().signal

describe('The outbox', () => {
  let root: string
  let folder: string
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'mien-outbox-'))
    folder = join(root, 'outbox')
  })
  afterEach(() => {
    rmSync(root, { recursive: true, force: true })
  })
  const at = new Date('2026-01-01T12:00:00Z')
  const open = () => createOutbox({ folder, clock: () => at })

  it('keeps each mail as a file that a person can read', async () => {
    await open().send(message, never)
    const [name = ''] = readdirSync(folder)
    assert.equal(
      readFileSync(join(folder, name), 'utf8'),
      'From: Mien <a@b.c>\nTo: ada@example.com\nSubject: Your code\nDate: Thu, 01 Jan 2026 12:00:00 GMT\n\nIt’s 1234 5678\n',
    )
  })

  it('is for its owner alone, even where the folder was open to others', async () => {
    mkdirSync(folder)
    chmodSync(folder, 0o755)
    await open().send(message, never)
    const [name = ''] = readdirSync(folder)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600)
  })

  it('makes room by its oldest, and leaves other files alone', async () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'notes.md'), 'mine')
    for (let each = 0; each < mostMailsKept; each += 1) {
      writeFileSync(join(folder, `2020-01-01T00-00-00-000Z-${String(each).padStart(4, '0')}.txt`), '')
    }
    const outbox = open()
    await Promise.all([outbox.send(message, never), outbox.send(message, never)])
    const names = readdirSync(folder)
    assert.lengthOf(names, mostMailsKept + 1)
    assert.include(names, 'notes.md')
    assert.lengthOf(
      names.filter((name) => name.startsWith('2026')),
      2,
    )
  })
})
