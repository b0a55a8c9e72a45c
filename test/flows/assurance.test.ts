import { assert } from 'chai'
import fc from 'fast-check'
import { acrs, answerWith, meets, type FactorsUsed } from '../../src/policy/assurance.ts'
import { modelsDir } from '../media.ts'
import { createPeople } from './authenticator.ts'
import { startHouse, there, type House } from './house.ts'
import { createRelyingParty, type RelyingParty } from './relying-party.ts'
import type { Page, Visitor } from './visitor.ts'

/** Every wish of an app, for every kind of session, against a model of what must come of it. */
describe('Whatever an app asks for', function () {
  this.timeout(180_000)
  let house: House | undefined
  let party: RelyingParty
  let sessions: readonly Session[] = []

  interface Session {
    readonly name: string
    readonly visitor: Visitor
    /** Undefined: nobody is signed in. */
    readonly used: FactorsUsed | undefined
    readonly hasApp: boolean
  }

  const { stranger, somebody, somebodyWithApp, claimsOf } = createPeople(() => ({
    house: there(house),
    party,
  }))

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse()
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    const plain = await somebody()
    const lower = await somebodyWithApp()
    const raised = await somebodyWithApp()
    there(house).pass(31)
    const request = await party.begin({ acr_values: acrs.passwordOtp })
    const step = await raised.visitor.open(request.url)
    const done = await raised.visitor.submit(step, '/otp', { code: raised.app.code() })
    await claimsOf(raised.visitor, request, done)
    for (const { visitor } of [plain, lower]) {
      const first = await party.begin()
      await claimsOf(visitor, first, await visitor.open(first.url))
    }
    // The age of a session is counted in whole seconds, of the clock on the wall: from here on each is older than 0.
    await new Promise((resolve) => setTimeout(resolve, 1050))
    sessions = [
      { name: 'nobody', visitor: stranger(), used: undefined, hasApp: false },
      { name: 'a password, and no app', visitor: plain.visitor, used: { password: true }, hasApp: false },
      { name: 'a password, and an app', visitor: lower.visitor, used: { password: true }, hasApp: true },
      {
        name: 'a password and a code',
        visitor: raised.visitor,
        used: { password: true, otp: true },
        hasApp: true,
      },
    ]
  })
  after(async () => {
    await house?.close()
  })

  interface Wish {
    readonly values: readonly string[]
    readonly isEssential: boolean
    readonly prompt: 'none' | 'login' | undefined
    readonly maxAge: '0' | '10000' | undefined
  }

  const anyWish: fc.Arbitrary<Wish> = fc.record({
    values: fc.uniqueArray(
      fc.constantFrom(acrs.password, acrs.passwordOtp, acrs.passkey, acrs.facePasskey, 'urn:other'),
      { maxLength: 3 },
    ),
    isEssential: fc.boolean(),
    prompt: fc.constantFrom(undefined, 'none' as const, 'login' as const),
    maxAge: fc.constantFrom(undefined, '0' as const, '10000' as const),
  })

  type Expected =
    'code' | 'sign-in page' | 'code page' | 'login_required' | 'unmet_authentication_requirements'

  function expectedOf({ used, hasApp }: Session, wish: Wish): Expected {
    const isSilent = wish.prompt === 'none'
    const isEssential = wish.isEssential && wish.values.length > 0
    const isKnown = wish.values.some((each) => each !== 'urn:other')
    if (isEssential && !isKnown && !isSilent) return 'unmet_authentication_requirements'
    if (used === undefined || wish.prompt === 'login' || wish.maxAge === '0') {
      return isSilent ? 'login_required' : 'sign-in page'
    }
    if (wish.values.length === 0 || wish.values.some((each) => meets(used, each))) return 'code'
    if (isSilent) return isEssential ? 'login_required' : 'code'
    const isReachable = wish.values.includes(acrs.passwordOtp) && hasApp
    if (isReachable) return 'code page'
    return isEssential ? 'unmet_authentication_requirements' : 'code'
  }

  function seenOf(page: Page): string {
    const { searchParams, pathname } = page.url
    if (searchParams.has('code')) return 'code'
    if (searchParams.has('error')) return searchParams.get('error') ?? ''
    if (pathname.endsWith('/otp')) return 'code page'
    return page.text.includes('name="email"') ? 'sign-in page' : pathname
  }

  it('it gets that, or what the rules say instead, and a token that tells the truth', async () => {
    const anySession = fc.nat({ max: 3 })
    await fc.assert(
      fc.asyncProperty(anySession, anyWish, async (index, wish) => {
        const session = sessions[index]!
        const { values, isEssential, prompt, maxAge } = wish
        const level = isEssential
          ? { claims: JSON.stringify({ id_token: { acr: { essential: true, values } } }) }
          : { acr_values: values.join(' ') }
        const request = await party.begin({
          ...(values.length === 0 ? {} : level),
          ...(prompt === undefined ? {} : { prompt }),
          ...(maxAge === undefined ? {} : { max_age: maxAge }),
        })
        const page = await session.visitor.open(request.url)
        assert.equal(seenOf(page), expectedOf(session, wish), `${session.name}: ${JSON.stringify(wish)}`)
        if (!page.url.searchParams.has('code')) return
        const checks = maxAge === undefined ? {} : { maxAge: Number(maxAge) }
        const claims = (await party.finish(request, page.url, checks)).claims()
        const isCondition = isEssential && values.length > 0
        const answer = answerWith(session.used ?? {}, { acrValues: values, isEssential: isCondition })
        assert.equal(claims?.['acr'], answer?.acr, session.name)
        assert.deepEqual(claims?.['amr'], [...(answer?.amr ?? [])], session.name)
        if (maxAge !== undefined) assert.isNumber(claims?.['auth_time'])
      }),
      { numRuns: 120 },
    )
  })
})
