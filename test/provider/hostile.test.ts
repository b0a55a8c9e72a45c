import { assert } from 'chai'
import * as client from 'openid-client'
import { createBrowser } from './browser.ts'
import {
  beginFlow,
  callback,
  discover,
  rpOrigin,
  secret,
  startProvider,
  type Flow,
  type TestProvider,
} from './fixtures.ts'

describe('a hostile sign-in request', () => {
  let test: TestProvider
  before(async () => (test = await startProvider()))
  after(() => test.close())
  afterEach(() => {
    assert.deepEqual(test.serverErrors, [])
  })

  const signIn = async () => {
    const flow = await beginFlow(await discover(test))
    const { url } = await createBrowser(test.issuer).open(flow.url)
    return { flow, url }
  }

  it('without PKCE is refused to public clients and ordinary confidential ones', async () => {
    for (const clientId of ['demo', 'strict-shop']) {
      const url = new URL(`${test.issuer}/authorize`)
      const parameters = {
        client_id: clientId,
        redirect_uri: callback,
        response_type: 'code',
        scope: 'openid',
        state: 's',
      }
      url.search = new URLSearchParams(parameters).toString()
      const arrival = await createBrowser(test.issuer).open(url)
      assert.equal(arrival.url.searchParams.get('error'), 'invalid_request', clientId)
      assert.equal(arrival.url.searchParams.get('state'), 's')
      assert.equal(arrival.url.searchParams.get('iss'), test.issuer)
      url.searchParams.set('code_challenge', 'a'.repeat(43))
      url.searchParams.set('code_challenge_method', 'plain')
      const plain = await createBrowser(test.issuer).open(url)
      assert.equal(plain.url.searchParams.get('error'), 'invalid_request')
    }
  })

  it('never leads to an address that is not registered, byte for byte', async () => {
    const hostile = [
      `${callback}/`,
      `${callback}?a=b`,
      `${callback}#f`,
      `${rpOrigin}/Callback`,
      `${rpOrigin}/%63allback`,
      'http://localhost:4998/callback',
      'http://u@localhost:4999/callback',
      'https://localhost:4999/callback',
      'http://LOCALHOST:4999/callback',
      'http://localhost.evil.example:4999/callback',
      `${rpOrigin}/x/../callback`,
      'javascript:alert(1)',
      '//evil.example/callback',
      '',
    ]
    const flow = await beginFlow(await discover(test))
    for (const address of hostile) {
      flow.url.searchParams.set('redirect_uri', address)
      const arrival = await createBrowser(test.issuer).open(flow.url)
      assert.equal(arrival.status, 400, address)
      assert.equal(arrival.url.origin, test.issuer, address)
      assert.include(arrival.text, 'error page', address)
    }
    flow.url.searchParams.delete('redirect_uri')
    assert.equal((await createBrowser(test.issuer).open(flow.url)).status, 400)
    const unknown = new URL(flow.url)
    unknown.searchParams.set('client_id', 'nobody')
    assert.equal((await createBrowser(test.issuer).open(unknown)).url.origin, test.issuer)
  })

  it('under a forged Host header does not get that host into the metadata', async () => {
    const { request } = await import('node:http')
    const text = await new Promise<string>((resolve, reject) => {
      request(
        `${test.issuer}/.well-known/openid-configuration`,
        { headers: { host: 'evil.example' } },
        (answer) => {
          let body = ''
          answer.on('data', (part: Buffer) => (body += part.toString()))
          answer.on('end', () => {
            resolve(body)
          })
        },
      )
        .on('error', reject)
        .end()
    })
    assert.notInclude(text, 'evil.example')
    assert.include(text, `${test.issuer}/token`)
  })

  it('with the PKCE verifier, redirect address or client of another gets nothing for a code', async () => {
    const post = async (flow: Flow, url: URL, changed: Record<string, string>): Promise<string> => {
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'demo',
        code: url.searchParams.get('code') ?? '',
        redirect_uri: callback,
        code_verifier: flow.verifier,
        ...changed,
      })
      const response = await fetch(`${test.issuer}/token`, { method: 'POST', body })
      return ((await response.json()) as { error: string }).error
    }
    const hostile = [
      { code_verifier: client.randomPKCECodeVerifier() },
      { code_verifier: '' },
      { redirect_uri: `${rpOrigin}/other` },
      { client_id: 'strict-shop', client_secret: secret },
    ]
    for (const changed of hostile) {
      const { flow, url } = await signIn()
      assert.include(['invalid_grant', 'invalid_client', 'invalid_request'], await post(flow, url, changed))
    }
  })
})
