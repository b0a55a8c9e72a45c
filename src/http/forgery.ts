/** Forgery tokens: each form and script of a page proves that the page was written for this visit or session. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'

export interface ForgeryTokens {
  issue(binding: string): string
  /** Looks at the form’s field where one is given, else at the header `x-csrf-token`. @throws {Fault} forgery_suspected */
  require(ctx: Context, binding: string, formToken?: string): void
}

const saltBytes = 12

export function createForgeryTokens(secret: Uint8Array): ForgeryTokens {
  if (secret.length < 32) throw new TypeError('the secret of forgery tokens has less than 32 bytes')
  const digest = (binding: string, salt: string): Buffer =>
    // The length keeps salt and binding apart.
    createHmac('sha256', secret).update(`forgery/${salt.length}/${salt}/${binding}`).digest()
  return {
    issue: (binding) => {
      // Salted anew for each page, so that compressed pages do not leak a token that stays the same (BREACH).
      const salt = randomBytes(saltBytes).toString('base64url')
      return `${salt}.${digest(binding, salt).toString('base64url')}`
    },
    require: (ctx, binding, formToken) => {
      const given = formToken ?? ctx.get('x-csrf-token')
      const [salt = '', mac = ''] = given.length > 200 ? [] : given.split('.')
      const claimed = Buffer.from(mac, 'base64url')
      const expected = digest(binding, salt)
      if (claimed.length === expected.length && timingSafeEqual(claimed, expected)) return
      throw new Fault('forgery_suspected', { detail: 'the forgery token is missing or of another page' })
    },
  }
}
