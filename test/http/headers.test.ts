import { assert } from 'chai'
import type { Context } from 'koa'
import { allowFormAction } from '../../src/http/headers.ts'
import type { Render } from '../../src/http/render.ts'
import { asPage, openHouse, type Answer, type Ask } from './requests.ts'

const message = { heading: 'Heading', text: 'Text', link: undefined }

async function answerOf(
  step: (ctx: Context, render: Render) => Promise<void> | void,
  { issuer, ...ask }: Ask & { readonly issuer?: string } = {},
): Promise<Answer> {
  const house = await openHouse((render) => async (ctx) => step(ctx, render), issuer)
  try {
    return await house.ask({ headers: asPage, ...ask })
  } finally {
    await house.close()
  }
}

function assertGuarded({ headers }: Answer): void {
  const policy = String(headers['content-security-policy'])
  assert.include(policy, "default-src 'none'")
  assert.include(policy, "script-src 'self'")
  assert.include(policy, "frame-ancestors 'none'")
  assert.include(policy, "base-uri 'none'")
  assert.include(policy, "object-src 'none'")
  assert.notInclude(policy, 'unsafe')
  assert.equal(headers['x-frame-options'], 'DENY')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['referrer-policy'], 'no-referrer')
  assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
  assert.equal(headers['cache-control'], 'no-store')
  assert.equal(headers['strict-transport-security'], 'max-age=63072000; includeSubDomains')
}

describe('The headers of an answer', () => {
  it('guard a page, and keep the camera from it', async () => {
    const answer = await answerOf((ctx, render) => render(ctx, 'message', message))
    assert.equal(answer.status, 200)
    assertGuarded(answer)
    assert.include(String(answer.headers['permissions-policy']), 'camera=()')
  })

  it('guard a page that does not exist, a bug, and a redirect', async () => {
    const missing = await answerOf(() => undefined)
    assert.equal(missing.status, 404)
    assertGuarded(missing)
    const bug = await answerOf(() => {
      throw new Error('a bug')
    })
    assert.equal(bug.status, 500)
    assertGuarded(bug)
    const redirect = await answerOf((ctx) => {
      ctx.redirect('/elsewhere')
    })
    assert.equal(redirect.status, 302)
    assertGuarded(redirect)
  })

  it('guard an answer that is written past Koa, as a mounted library does', async () => {
    const answer = await answerOf((ctx) => {
      ctx.respond = false
      ctx.res.end('<p>written by a library</p>')
    })
    assert.equal(answer.text, '<p>written by a library</p>')
    assertGuarded(answer)
  })

  it('give the camera to the pages that ask for it, and not to an error in their place', async () => {
    const camera = await answerOf((ctx, render) => {
      ctx.state['allowCamera'] = true
      return render(ctx, 'message', message)
    })
    assert.include(String(camera.headers['permissions-policy']), 'camera=(self)')
    const failed = await answerOf((ctx) => {
      ctx.state['allowCamera'] = true
      throw new Error('a bug')
    })
    assert.include(String(failed.headers['permissions-policy']), 'camera=()')
  })

  it('let forms lead to the app that asked, and to nothing that could widen the policy', async () => {
    const answer = await answerOf((ctx, render) => {
      ctx.state['formActionOrigins'] = [
        'https://app.example',
        'com.example.app:',
        "https://x.example; script-src 'unsafe-inline'",
        "'unsafe-inline'",
        '*',
        7,
      ]
      return render(ctx, 'message', message)
    })
    const policy = String(answer.headers['content-security-policy'])
    assert.include(policy, "form-action 'self' https://app.example com.example.app:;")
    assert.notInclude(policy, 'unsafe')
    assert.notInclude(policy, '*')
  })

  it('can be opened for a form that the provider library writes, keeping its script’s hash', async () => {
    const answer = await answerOf((ctx) => {
      const policy = ctx.response.get('Content-Security-Policy')
      ctx.set('Content-Security-Policy', policy.replace("script-src 'self'", "script-src 'self' 'sha256-x'"))
      allowFormAction(ctx, ['https://app.example'])
      ctx.body = 'form'
    })
    const policy = String(answer.headers['content-security-policy'])
    assert.include(policy, "form-action 'self' https://app.example;")
    assert.include(policy, "'sha256-x'")
  })

  it('ask for HTTPS only where the issuer has it', async () => {
    const answer = await answerOf((ctx, render) => render(ctx, 'message', message), {
      issuer: 'http://localhost:3000',
    })
    assert.isUndefined(answer.headers['strict-transport-security'])
  })
})
