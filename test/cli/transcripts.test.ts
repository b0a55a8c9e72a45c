import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sharedPostgres } from '../servers/shared-postgres.ts'
import { describeOnPostgres } from '../store/engines.ts'
import { openThrowaway, type Throwaway } from './throwaway.ts'
import { assertTranscript } from './transcript.ts'

const clientsYaml = `
- client_id: demo
  name: Demo Shop
  type: public
  redirect_uris: [http://localhost:3001/callback]
`

/** Ada has an account, and one app is in the file. */
async function furnish(settings: Readonly<Record<string, string>> = {}): Promise<Throwaway> {
  // Nothing listens at the port 1.
  const own = { MIEN_ISSUER: 'http://localhost:1', MIEN_FACE_WORKERS: '1' }
  const house = await openThrowaway({ ...own, ...settings })
  writeFileSync(join(house.folder, 'clients.yaml'), clientsYaml)
  await house.withStore(({ subjects }) =>
    subjects.create({ email: 'ada@example.com', passwordHash: 'of nothing', emailVerified: true }),
  )
  return house
}

const stories = {
  clients: 'of clients',
  accounts: 'of accounts',
  administrators: 'of those who administer',
  house: 'of keys, networks and the trail',
  upkeep: 'of backups, what has run out, and the way back',
  doctor: 'of a house that nobody has started',
  apply: 'of a house that a file describes',
} as const

describe('A transcript of the command line', function () {
  this.timeout(120_000)
  let house: Throwaway
  beforeEach(async () => (house = await furnish()))
  afterEach(() => {
    house.close()
  })

  for (const [name, title] of Object.entries(stories)) {
    it(`${title} still tells the truth`, () => {
      assertTranscript(house, name)
    })
  }
})

describeOnPostgres('A transcript of the command line, on PostgreSQL', () => {
  let house: Throwaway
  beforeEach(async function () {
    this.timeout(60_000)
    house = await furnish({
      MIEN_DATABASE_URL: await (await sharedPostgres()).createDatabase(),
      MIEN_KEYS_KEY: Buffer.alloc(32, 7).toString('base64url'),
    })
  })
  afterEach(() => {
    house.close()
  })

  for (const name of ['clients', 'apply'] as const) {
    it(`${stories[name]} tells the same`, () => {
      assertTranscript(house, name)
    }).timeout(120_000)
  }
})
