/** Pages that say what they were asked for, and no more. */
import type { ProviderPages } from '../../src/provider/dependencies.ts'

export const testPages: ProviderPages = {
  error: (ctx, out) => {
    ctx.type = 'html'
    ctx.body = `error page: ${out.error}`
    return Promise.resolve()
  },
  confirmSignOut: (ctx, form) => {
    ctx.type = 'html'
    ctx.body = JSON.stringify(form)
    return Promise.resolve()
  },
  signedOut: (ctx) => {
    ctx.body = 'signed out'
    return Promise.resolve()
  },
  enterUserCode: (ctx, form) => {
    ctx.body = { page: 'enter', ...form }
    return Promise.resolve()
  },
  confirmUserCode: (ctx, form) => {
    ctx.body = { page: 'confirm', ...form }
    return Promise.resolve()
  },
  deviceConnected: (ctx) => {
    ctx.body = { page: 'connected' }
    return Promise.resolve()
  },
}
