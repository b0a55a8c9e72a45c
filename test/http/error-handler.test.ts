import { assert } from 'chai'
import type { Context } from 'koa'
import { Fault } from '../../src/errors.ts'
import { asPage, codeOf, openHouse, type House } from './requests.ts'

describe('What was thrown', () => {
  let house: House
  let step: (ctx: Context) => void
  before(async () => {
    house = await openHouse(() => (ctx) => {
      step(ctx)
    })
  })
  after(() => house.close())
  beforeEach(() => {
    house.log.length = 0
  })

  it('is told to a script as problem JSON, with the code and when to come back', async () => {
    step = () => {
      throw new Fault('engine_busy', { detail: 'queue of 40', retryAfterSeconds: 2.2 })
    }
    const answer = await house.ask({ headers: { accept: 'application/json' } })
    assert.equal(answer.status, 503)
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/)
    assert.equal(answer.headers['retry-after'], '3')
    const problem: unknown = JSON.parse(answer.text)
    assert.deepInclude(problem, { code: 'engine_busy', retryAfterSeconds: 3 })
    assert.notInclude(answer.text, 'queue of 40')
  })

  it('is told to a person as a page, with a reference that finds the line of the log', async () => {
    step = () => {
      throw new Fault('interaction_expired', { detail: 'cookie of another visit' })
    }
    const answer = await house.ask({ headers: asPage, path: '/interaction/x?code=secret' })
    assert.equal(answer.status, 400)
    assert.match(String(answer.headers['content-type']), /^text\/html/)
    assert.include(answer.text, 'This sign-in has expired.')
    assert.notInclude(answer.text, 'cookie of another visit')
    const [entry] = house.log
    assert.deepInclude(entry, {
      level: 'info',
      code: 'interaction_expired',
      path: '/interaction/x',
      detail: 'cookie of another visit',
    })
    assert.include(answer.text, entry?.reference ?? 'no reference')
  })

  it('shows nothing of a bug, and logs all of it', async () => {
    const bug = new TypeError('no such column: secret')
    step = () => {
      throw bug
    }
    const answer = await house.ask()
    assert.equal(answer.status, 500)
    assert.equal(codeOf(answer), 'internal')
    assert.notInclude(answer.text, 'secret')
    assert.equal(house.log[0]?.error, bug)
    assert.equal(house.log[0]?.level, 'error')
  })

  it('may be no error at all, and is a bug then too', async () => {
    for (const thrown of [undefined, null, 'text', { status: 200, message: 'inner' }]) {
      step = () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- what libraries do
        throw thrown
      }
      const answer = await house.ask()
      assert.equal(answer.status, 500, JSON.stringify(thrown))
      assert.notInclude(answer.text, 'inner')
    }
  })

  it('has another reference each time', async () => {
    step = () => {
      throw new Fault('page_not_found')
    }
    await house.ask()
    await house.ask()
    assert.notEqual(house.log[0]?.reference, house.log[1]?.reference)
  })

  it('includes what a router leaves unanswered', async () => {
    step = (ctx) => {
      ctx.status = 405
      ctx.set('Allow', 'GET')
    }
    const answer = await house.ask({ method: 'POST' })
    assert.equal(answer.status, 405)
    assert.equal(codeOf(answer), 'method_not_allowed')
    assert.equal(answer.headers['allow'], 'GET')
  })

  it('leaves an answer that has its own body alone', async () => {
    step = (ctx) => {
      ctx.status = 404
      ctx.body = { error: 'invalid_client' }
    }
    assert.equal((await house.ask()).text, '{"error":"invalid_client"}')
  })

  it('drops what the step had begun to answer', async () => {
    step = (ctx) => {
      ctx.type = 'text/plain'
      ctx.body = 'half of a secret'
      throw new Fault('form_invalid')
    }
    const answer = await house.ask({ headers: asPage })
    assert.equal(answer.status, 400)
    assert.notInclude(answer.text, 'half of a secret')
    assert.match(String(answer.headers['content-type']), /^text\/html/)
  })
})
