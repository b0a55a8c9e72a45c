import { randomBytes } from 'node:crypto'
import { assert } from 'chai'
import type { Context } from 'koa'
import { createForgeryTokens } from '../../src/http/forgery.ts'
import { codeOf, openHouse } from './requests.ts'

const tokens = createForgeryTokens(randomBytes(32))

async function codeFor(check: (ctx: Context) => void, header?: string): Promise<unknown> {
  const house = await openHouse(() => (ctx) => {
    check(ctx)
    ctx.body = '{"code":"let in"}'
  })
  try {
    return codeOf(await house.ask({ headers: header === undefined ? {} : { 'x-csrf-token': header } }))
  } finally {
    await house.close()
  }
}

describe('A forgery token', () => {
  it('is taken from the header, or from the field of a form', async () => {
    const token = tokens.issue('interaction:one')
    const fromHeader = (ctx: Context) => {
      tokens.require(ctx, 'interaction:one')
    }
    assert.equal(await codeFor(fromHeader, token), 'let in')
    const fromField = (ctx: Context) => {
      tokens.require(ctx, 'interaction:one', token)
    }
    assert.equal(await codeFor(fromField), 'let in')
  })

  it('holds for its own visit and its own server alone', async () => {
    const check = (ctx: Context) => {
      tokens.require(ctx, 'interaction:one')
    }
    const strangers = [
      tokens.issue('interaction:two'),
      tokens.issue(''),
      createForgeryTokens(randomBytes(32)).issue('interaction:one'),
    ]
    for (const token of strangers) assert.equal(await codeFor(check, token), 'forgery_suspected')
  })

  it('is refused where it is missing, cut or changed', async () => {
    const check = (ctx: Context) => {
      tokens.require(ctx, 'interaction:one')
    }
    const token = tokens.issue('interaction:one')
    const [salt = '', mac = ''] = token.split('.')
    const broken = [
      salt,
      `${salt}.`,
      `.${mac}`,
      `${salt}x.${mac}`,
      `${salt}.${mac.slice(1)}`,
      'x'.repeat(900),
    ]
    assert.equal(await codeFor(check), 'forgery_suspected')
    for (const each of broken) assert.equal(await codeFor(check, each), 'forgery_suspected', each)
  })

  it('of an empty form field is not replaced by the header', async () => {
    const token = tokens.issue('interaction:one')
    const check = (ctx: Context) => {
      tokens.require(ctx, 'interaction:one', '')
    }
    assert.equal(await codeFor(check, token), 'forgery_suspected')
  })

  it('differs from page to page', () => {
    assert.notEqual(tokens.issue('interaction:one'), tokens.issue('interaction:one'))
  })

  it('wants a secret that cannot be guessed', () => {
    assert.throws(() => createForgeryTokens(randomBytes(16)), TypeError)
  })
})
