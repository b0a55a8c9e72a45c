import { assert } from 'chai'
import { execFile } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeIdentity } from '../../src/backup/archive.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { clock, configIn, furnish, makeFolder, openHouse, type Folder } from './houses.ts'

const cli = fileURLToPath(new URL('../../src/cli/mien.ts', import.meta.url))
/** Rows of each of two houses, and the bytes of a row. */
const sizes = { small: 10_000, large: 100_000 } as const
const bytesPerRow = 1500
/** What the rows that one has more are as text: whoever held them at once would need more than that. */
const mostMb = ((sizes.large - sizes.small) * bytesPerRow) / 2 ** 20

/** Prints, at its end, the most memory that the process ever had (getrusage). */
const tellsMemory = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => process.stderr.write(`peak ${process.resourceUsage().maxRSS}\\n`))",
)}`

describe('A backup of a hundred thousand rows', function () {
  this.timeout(120_000)
  let folder: Folder
  before(() => {
    folder = makeFolder()
  })
  after(() => {
    folder.remove()
  })

  /** @returns megabytes */
  function peakOf(dataDir: string, ...args: readonly string[]): Promise<number> {
    const env = { MIEN_ISSUER: 'https://id.example.com', MIEN_DATA_DIR: dataDir, PATH: process.env['PATH'] }
    return new Promise((resolve, reject) => {
      execFile(process.execPath, ['--import', tellsMemory, cli, ...args], { env }, (error, _, told) => {
        const kilobytes = Number(/peak (\d+)/.exec(told)?.[1])
        if (error === null) resolve(kilobytes / 1024)
        else reject(new Error(told))
      })
    })
  }

  async function fill(path: string, rows: number): Promise<void> {
    const database = await openDatabase({ kind: 'sqlite', path })
    try {
      const numbers = `WITH RECURSIVE "n"("at") AS (SELECT 1 UNION ALL SELECT "at" + 1 FROM "n" WHERE "at" < ${rows})`
      await database.run((manager) =>
        manager.query(
          `INSERT INTO "oidc_records" ("model", "idDigest", "sealedPayload", "expiresAt")
           ${numbers} SELECT 'AccessToken', 'row-' || "at", hex(randomblob(${bytesPerRow / 2})), ${clock().getTime() + 86_400_000} FROM "n"`,
        ),
      )
    } finally {
      await database.close()
    }
  }

  it('is made and put back a piece at a time: a tenth of the rows takes nearly as much memory', async () => {
    const { identity, recipient } = await makeIdentity()
    const keyFile = join(folder.path, 'key.txt')
    writeFileSync(keyFile, `${identity}\n`)
    const peaks: Record<string, number> = {}
    for (const name of ['small', 'large'] as const) {
      const [from, to, file] = ['from', 'to', 'age'].map((each) => join(folder.path, `${name}-${each}`))
      const config = configIn(from ?? '')
      await furnish(config)
      await fill(join(config.dataDir, 'mien.sqlite'), sizes[name])
      peaks[`${name} kept`] = await peakOf(from ?? '', 'backup', file ?? '', '--recipient', recipient)
      peaks[`${name} put back`] = await peakOf(to ?? '', 'restore', file ?? '', '--identity', keyFile)
      assert.isAbove(statSync(file ?? '').size, sizes[name] * bytesPerRow * 0.5)
    }
    const { store } = await openHouse(configIn(join(folder.path, 'large-to')))
    await store.close()
    for (const what of ['kept', 'put back'])
      assert.isBelow(
        (peaks[`large ${what}`] ?? NaN) - (peaks[`small ${what}`] ?? NaN),
        mostMb,
        JSON.stringify(peaks),
      )
  })
})
