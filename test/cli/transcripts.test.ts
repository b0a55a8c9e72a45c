import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openThrowaway, type Throwaway } from './throwaway.ts'
import { assertTranscript } from './transcript.ts'

const clientsYaml = `
- client_id: demo
  name: Demo Shop
  type: public
  redirect_uris: [http://localhost:3001/callback]
`

describe('A transcript of the command line', function () {
  this.timeout(120_000)
  let house: Throwaway
  beforeEach(async () => {
    // Nothing listens at the port 1.
    house = await openThrowaway({ MIEN_ISSUER: 'http://localhost:1', MIEN_FACE_WORKERS: '1' })
    writeFileSync(join(house.folder, 'clients.yaml'), clientsYaml)
    await house.withStore(({ subjects }) =>
      subjects.create({ email: 'ada@example.com', passwordHash: 'of nothing' }),
    )
  })
  afterEach(() => {
    house.close()
  })

  it('of clients still tells the truth', () => {
    assertTranscript(house, 'clients')
  })

  it('of accounts still tells the truth', () => {
    assertTranscript(house, 'accounts')
  })

  it('of keys, networks and the trail still tells the truth', () => {
    assertTranscript(house, 'house')
  })

  it('of a house that nobody has started still tells the truth', () => {
    assertTranscript(house, 'doctor')
  })

  it('of a house that a file describes still tells the truth', () => {
    assertTranscript(house, 'apply')
  })
})
