import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assert } from 'chai'
import { openStore } from '../../src/store/open-store.ts'
import { codeOf, openTestStore, secrets } from './fixtures.ts'
import { itKeepsForAShortWhile, type TwoNodes } from './short-lived-contract.ts'

describe('What is kept for a short while', () => {
  itKeepsForAShortWhile(openTwoNodes)

  it('is opened for nobody whom it was not sealed for: a row moved to another key is refused', async () => {
    const test = await openTestStore()
    try {
      const { shortLived } = test.store
      const expiresAt = new Date(test.clock().getTime() + 60_000)
      await shortLived.put({ kind: 'test', id: 'mine' }, Buffer.from('mine'), expiresAt)
      await shortLived.put({ kind: 'test', id: 'yours' }, Buffer.from('yours'), expiresAt)
      await shortLived.append({ kind: 'test', id: 'mine' }, Buffer.from('piece'), expiresAt)
      const [row] = await test.sql('SELECT * FROM short_lived LIMIT 1')
      await test.sql('UPDATE short_lived SET sealedValue = ?', row?.['sealedValue'])
      const codes = [
        await codeOf(shortLived.get({ kind: 'test', id: 'mine' })),
        await codeOf(shortLived.get({ kind: 'test', id: 'yours' })),
      ]
      assert.sameMembers(codes, ['none', 'seal_broken'])
      await test.sql('UPDATE short_lived_pieces SET sealedPiece = ?', row?.['sealedValue'])
      assert.equal(await codeOf(shortLived.list({ kind: 'test', id: 'mine' })), 'seal_broken')
    } finally {
      await test.close()
    }
  })

  it('is thrown away in bounded pieces when it is over', async () => {
    const test = await openTestStore()
    try {
      const { shortLived } = test.store
      const at = (seconds: number): Date => new Date(test.clock().getTime() + seconds * 1000)
      for (const id of ['a', 'b', 'c']) {
        await shortLived.put({ kind: 'test', id }, Buffer.from(id), at(10))
        await shortLived.append({ kind: 'test', id }, Buffer.from(id), at(10))
      }
      await shortLived.put({ kind: 'test', id: 'alive' }, Buffer.from('alive'), at(100))
      const purgeBoth = async (): Promise<readonly number[]> => {
        const rules = await test.store.purge.run({ attemptDays: 180, sessionDays: 2 }, 2)
        return rules.filter(({ table }) => table.startsWith('short_lived')).map(({ rows }) => rows)
      }
      assert.deepEqual(await purgeBoth(), [0, 0])
      test.pass(11)
      assert.deepEqual(await purgeBoth(), [2, 2])
      assert.deepEqual(await purgeBoth(), [1, 1])
      assert.deepEqual(await purgeBoth(), [0, 0])
      assert.lengthOf(await test.sql('SELECT * FROM short_lived'), 1)
      assert.isEmpty(await test.sql('SELECT * FROM short_lived_pieces'))
    } finally {
      await test.close()
    }
  })
})

async function openTwoNodes(): Promise<TwoNodes> {
  const folder = mkdtempSync(join(tmpdir(), 'mien-short-lived-'))
  let now = new Date('2026-01-01T12:00:00Z')
  const clock = (): Date => now
  const location = { kind: 'sqlite', path: join(folder, 'mien.sqlite') } as const
  const open = () => openStore({ location, secrets, clock, isInspection: true })
  const [one, other] = [await open(), await open()]
  return {
    one: one.shortLived,
    other: other.shortLived,
    clock,
    pass: (seconds) => {
      now = new Date(now.getTime() + seconds * 1000)
      return Promise.resolve()
    },
    dump: () =>
      Promise.resolve(Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))),
    close: async () => {
      await one.close()
      await other.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
