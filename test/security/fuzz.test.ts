import { assert } from 'chai'
import fc from 'fast-check'
import { goToCamera } from '../flows/relying-party.ts'
import { captureOf, type Visitor } from '../flows/visitor.ts'
import {
  malformedAuthorization,
  malformedCapture,
  malformedToken,
  pictures,
  type Malformed,
} from './malformed.ts'
import { useHouse } from './visit.ts'

/** In all; half a minute on two busy cores. More or fewer by `FUZZ_REQUESTS`. */
const wanted = Number(process.env['FUZZ_REQUESTS'] ?? 10_000)
const atOnce = 25
/** Long enough for a machine that does other things too; an answer that hangs never comes. */
const longestMs = 15_000
/** Stacks, paths, and words of our insides. */
const revealing =
  /\bat [\w.<>]+ \(|\.(ts|js|mjs):\d+|node_modules|file:\/\/|\/src\/|SQLITE|QueryFailed|TypeError|"internal"|server_error/

describe('Security: malformed requests', function () {
  this.timeout(15 * 60_000)
  const { at, stranger, somebody, givePassword, claimsOf } = useHouse()

  async function check(
    { path, method, headers, body }: Malformed,
    visitor?: Visitor,
    csrf = '',
  ): Promise<void> {
    const url = new URL(path, at().house.origin)
    const init = {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(longestMs),
      ...(body === undefined ? {} : { body }),
    } as const
    const asked =
      visitor?.request(url, { ...init, headers: { ...headers, 'x-csrf-token': csrf } }) ?? fetch(url, init)
    const response = await asked
    const told = `${response.headers.get('location') ?? ''} ${await response.text()}`
    assert.isTrue(
      response.status < 500 || response.status === 503,
      `${response.status} ${told.slice(0, 300)}`,
    )
    assert.notMatch(told, revealing)
    assert.notInclude(told, at().house.dataDir)
  }

  /** So many at once, a third of all for each kind; fast-check shows the smallest batch that fails, and its seed. */
  const attack = async (
    one: fc.Arbitrary<Malformed>,
    checkOne: (each: Malformed) => Promise<void>,
  ): Promise<void> => {
    const batch = fc.array(one, { minLength: atOnce, maxLength: atOnce, size: 'max' })
    const property = fc.asyncProperty(batch, async (requests) => {
      await Promise.all(requests.map((each) => checkOne(each)))
    })
    await fc.assert(property, { numRuns: Math.ceil(wanted / 3 / atOnce), endOnFailure: false })
  }
  const assertNoBug = (): void => {
    // 50 is an error, 60 the end (pino).
    const bugs = at()
      .house.logged()
      .split('\n')
      .filter((line) => /"level":[56]0/.test(line))
    assert.deepEqual(bugs.slice(0, 3), [])
  }

  it(`at the authorization endpoint are each answered, in time, and learn nothing (${Math.ceil(wanted / 3)})`, async () => {
    const { searchParams } = (await at().party.begin()).url
    await attack(malformedAuthorization(Object.fromEntries(searchParams)), (each) => check(each))
    assertNoBug()
  })

  it(`at the token endpoint and its kin are each answered, in time, and learn nothing (${Math.ceil(wanted / 3)})`, async () => {
    const good = {
      grant_type: 'authorization_code',
      client_id: 'demo',
      code: 'x',
      redirect_uri: `${at().house.rpOrigin}/callback`,
      code_verifier: 'a'.repeat(43),
    }
    await attack(malformedToken(good), (each) => check(each))
    assertNoBug()
  })

  it(`at a capture are each answered, in time, and learn nothing (${Math.ceil(wanted / 3)})`, async () => {
    const visitor = stranger()
    const camera = await goToCamera(visitor, (await at().party.begin()).url, 'nobody@example.com')
    const base = camera.url.pathname.replace(/\/face$/, '')
    await attack(malformedCapture(base), (each) => check(each, visitor, captureOf(camera).csrf))
    assertNoBug()
  })

  it('in the place of a picture, at a capture that waits for one, are each answered and cost no other person anything', async () => {
    const open = async () => {
      const visitor = stranger()
      const page = await goToCamera(visitor, (await at().party.begin()).url, 'nobody@example.com')
      return { visitor, page, ...captureOf(page) }
    }
    const visits = await Promise.all([1, 2, 3, 4].map(open))
    const property = fc.asyncProperty(fc.array(pictures, { minLength: 4, maxLength: 4 }), async (batch) => {
      await Promise.all(
        visits.map(async ({ visitor, page, csrf, captureUrl }, index) => {
          const headers = { 'content-type': 'application/json' }
          const { body } = await visitor.post(captureUrl, page, { headers, body: '{}' })
          const path = `${body.framesUrl ?? ''}/frames/0`
          await check(
            { path, method: 'POST', headers: { 'content-type': 'image/jpeg' }, body: batch[index] },
            visitor,
            csrf,
          )
        }),
      )
    })
    await fc.assert(property, { numRuns: Math.ceil(wanted / 50) })
    assertNoBug()
  })

  it('leave the house as it was: the next person signs in', async () => {
    const { email } = await somebody()
    const { visitor, request, page } = await givePassword(email)
    assert.equal((await claimsOf(visitor, request, page))?.['acr'], 'urn:mien:acr:password')
  })
})
