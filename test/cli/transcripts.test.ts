import { openThrowaway, type Throwaway } from './throwaway.ts'
import { assertTranscript } from './transcript.ts'

describe('A transcript of the command line', function () {
  this.timeout(120_000)
  let house: Throwaway
  beforeEach(async () => (house = await openThrowaway()))
  afterEach(() => {
    house.close()
  })

  it('of clients still tells the truth', () => {
    assertTranscript(house, 'clients')
  })
})
