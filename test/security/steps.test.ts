import { assert } from 'chai'
import fc from 'fast-check'
import { useHouse } from './visit.ts'

const names = [
  ...['', 'identify', 'face', 'password', 'second', 'otp', 'recovery-code', 'passkey', 'email', 'email/code'],
  ...[
    'same-account',
    'other-account',
    'register',
    'confirm-address',
    'confirm-address/again',
    'enrol',
    'enrol/later',
  ],
  ...['consent', 'capture', 'device-challenge', 'enrolment', 'passkey/options'],
]
const starts: readonly Readonly<Record<string, string>>[] = [
  {},
  { prompt: 'login' },
  { prompt: 'consent' },
  { prompt: 'create' },
  { prompt: 'select_account' },
  { acr_values: 'urn:mien:acr:password' },
  { acr_values: 'urn:mien:acr:email' },
  { acr_values: 'urn:mien:acr:passkey' },
  { max_age: '0' },
]
const steps = fc.array(fc.record({ name: fc.constantFrom(...names), isPost: fc.boolean() }), {
  minLength: 6,
  maxLength: 14,
})

interface Walk {
  readonly start: Readonly<Record<string, string>>
  readonly way: readonly { readonly name: string; readonly isPost: boolean }[]
  readonly email: string
}

describe('Security: the order of steps', function () {
  this.timeout(5 * 60_000)
  const { at, stranger, somebody } = useHouse()

  /** Walks the steps; the person is never proved to be anybody. */
  async function walk({ start, way, email }: Walk): Promise<void> {
    const visitor = stranger()
    const { house, party } = at()
    const first = await visitor.open((await party.begin(start)).url)
    const base = /^\/interaction\/[^/]+/.exec(first.url.pathname)?.[0] ?? ''
    assert.isNotEmpty(base)
    let csrf = /name="csrf" value="([^"]+)"/.exec(first.text)?.[1] ?? ''
    for (const { name, isPost } of way) {
      const fields = { csrf, email, password: 'wrong password', code: '000000', agree: '' }
      const headers = { 'x-csrf-token': csrf }
      const body = new URLSearchParams(fields)
      const page = await visitor.open(`${base}/${name}`, isPost ? { method: 'POST', headers, body } : {})
      csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? csrf
      assert.isBelow(page.status, 500, `${name}: ${page.text.slice(0, 300)}`)
      assert.isFalse(page.url.searchParams.has('code'), name)
      if (page.url.origin !== house.origin) return
    }
    assert.notEqual((await visitor.open('/account')).url.pathname, '/account')
  }

  it('in whatever order they are taken, nobody gets in without a factor', async () => {
    const { email } = await somebody()
    const property = fc.asyncProperty(fc.constantFrom(...starts), steps, async (start, way) => {
      await walk({ start, way, email })
    })
    await fc.assert(property, { numRuns: 100 })
    const bugs = at()
      .house.logged()
      .split('\n')
      .filter((line) => /"level":[56]0/.test(line))
    assert.deepEqual(bugs.slice(0, 3), [])
  })
})
