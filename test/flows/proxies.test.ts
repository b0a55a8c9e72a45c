import { assert } from 'chai'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { modelsDir } from '../media.ts'
import { localhostCertificate, trustLocalhost } from '../conformance/tls.ts'
import { deployFile, proxies, type Proxy } from '../servers/proxies.ts'
import { browserOf, openParty, signIn, signUp } from './control-stories.ts'
import { closeServer, freePort, startHouse, there, type House } from './house.ts'
import { readRecords } from './records.ts'
import { comeBack } from './relying-party.ts'

interface Asked {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** From an address of its own, which is what a proxy has to hand on. */
async function ask(
  url: URL,
  {
    method = 'GET',
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string | Buffer },
): Promise<Asked> {
  const asked = httpsRequest(url, {
    method,
    headers,
    ca: localhostCertificate,
    localAddress: '127.0.0.9',
    family: 4,
  })
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return { status: response.statusCode ?? 0, headers: response.headers, text: await text(response) }
}

for (const [name, start] of Object.entries(proxies)) {
  describe(`Behind ${name}, with the file of deploy/proxy`, function () {
    this.timeout(60_000)
    let house: House | undefined
    let proxy: Proxy | undefined
    let front: Server | undefined
    let origin = ''
    let httpPort = 0
    let stopTrusting = (): void => undefined
    /** What arrived at Mien. */
    const arrived: IncomingHttpHeaders[] = []

    before(async function () {
      if (start === undefined || modelsDir === undefined) this.skip()
      stopTrusting = trustLocalhost()
      const httpsPort = await freePort()
      httpPort = await freePort()
      origin = `https://localhost:${httpsPort}`
      house = await startHouse({
        settings: {
          MIEN_ISSUER: origin,
          MIEN_TRUST_PROXY: '127.0.0.1',
          MIEN_CLIENT_CERT_HEADER: 'X-Client-Cert',
          MIEN_FACE_WORKERS: '1',
        },
      })
      // Caddy asks whether it is ready, and hands nothing over before.
      await house.app.ready
      const { callback } = house.app
      front = createServer((request, response) => {
        arrived.push({ ...request.headers })
        void callback(request, response)
      })
      const upstreamPort = await freePort()
      front.listen(upstreamPort, '127.0.0.1')
      await once(front, 'listening')
      proxy = await start({ upstreamPort, httpPort, httpsPort })
    })
    after(async () => {
      await proxy?.stop()
      if (front !== undefined) await closeServer(front)
      await house?.close()
      stopTrusting()
    })

    const where = () => ({ origin, rpOrigin: there(house).rpOrigin })
    const spoofed = {
      'x-forwarded-for': '203.0.113.66',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'evil.example',
      'x-client-cert': 'forged',
      'x-client-verify': 'SUCCESS',
    }

    it('a person signs in, and an app gets tokens of the right issuer', async () => {
      await signUp(where(), 'proxied@example.com')
      const visitor = browserOf(where())
      const party = await openParty(where())
      const request = await party.begin()
      const page = await signIn(visitor, 'proxied@example.com', request.url)
      const tokens = await party.finish(
        request,
        page.status === 200 ? await comeBack(visitor, page.url.href) : page.url,
      )
      assert.equal(tokens.claims()?.iss, origin)
      assert.isTrue([...visitor.jar.keys()].some((key) => key.startsWith('__Host-')))
      const discovery = z
        .object({ issuer: z.string(), token_endpoint: z.string() })
        .parse(
          JSON.parse(
            (await ask(new URL('/.well-known/openid-configuration', origin), { headers: spoofed })).text,
          ),
        )
      assert.deepEqual(discovery, { issuer: origin, token_endpoint: `${origin}/token` })
    })

    it('the audit trail has the address of the client, and not one that it made up', async () => {
      const visitor = browserOf(where())
      await signUp(where(), 'address@example.com', visitor)
      const party = await openParty(where())
      const request = await party.begin()
      const callback = await comeBack(visitor, request.url.href)
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'demo',
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: `${there(house).rpOrigin}/callback`,
        code_verifier: request.verifier,
      }).toString()
      const headers = { ...spoofed, 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await ask(new URL('/token', origin), { method: 'POST', headers, body })
      assert.equal(answer.status, 200, answer.text)
      const sql = `SELECT address FROM audit_events WHERE type = 'tokens_issued' ORDER BY seq DESC LIMIT 1`
      assert.deepEqual(await readRecords(there(house), sql), [{ address: '127.0.0.9' }])
    })

    it('nothing that only a proxy may say gets through from outside, certificates least of all', async () => {
      arrived.length = 0
      assert.equal((await ask(new URL('/jwks', origin), { headers: spoofed })).status, 200)
      const got = arrived.at(-1) ?? {}
      assert.equal(got['x-forwarded-for'], '127.0.0.9')
      assert.equal(got['x-forwarded-proto'], 'https')
      assert.notEqual(got['x-forwarded-host'], 'evil.example')
      assert.include([undefined, ''], got['x-client-cert'])
      assert.include([undefined, ''], got['x-client-verify'])
    })

    it('browsers are told to stay on HTTPS, and whoever comes without is sent there', async () => {
      const { headers } = await ask(new URL('/', origin), { headers: { accept: 'text/html' } })
      assert.match(String(headers['strict-transport-security']), /^max-age=63072000/)
      assert.match(String(headers['content-security-policy']), /default-src 'none'/)
      const plain = await fetch(`http://localhost:${httpPort}/account?a=b`, { redirect: 'manual' })
      assert.equal(plain.status, 308)
      assert.match(plain.headers.get('location') ?? '', /^https:\/\/localhost(:\d+)?\/account\?a=b$/)
    })

    it('a frame of the camera gets through, and what is larger than any does not', async () => {
      const post = (bytes: number) =>
        ask(new URL('/interaction/nothing/frames/0', origin), {
          method: 'POST',
          headers: { 'content-type': 'image/jpeg' },
          body: Buffer.alloc(bytes),
        })
      arrived.length = 0
      assert.equal((await post(100 * 1024)).status, 403, 'Mien’s own answer to a post from nowhere')
      assert.lengthOf(arrived, 1)
      // Caddy 2.6 has begun to hand it over when it finds out, and calls that a bad gateway, unless Mien was faster with its own.
      assert.include([413, 502, 403], (await post(200 * 1024)).status)
    })
  })
}

describe('The files for Traefik', () => {
  // Traefik itself is not in Debian, and not run here.
  const read = (name: string): unknown => parse(readFileSync(deployFile(name), 'utf8'))

  it('send everybody to HTTPS and believe no forwarded header', () => {
    const shape = z.strictObject({
      entryPoints: z.strictObject({
        web: z.strictObject({
          address: z.literal(':80'),
          http: z.strictObject({
            redirections: z.strictObject({
              entryPoint: z.strictObject({
                to: z.literal('websecure'),
                scheme: z.literal('https'),
                permanent: z.literal(true),
              }),
            }),
          }),
        }),
        websecure: z.strictObject({
          address: z.literal(':443'),
          forwardedHeaders: z.strictObject({ insecure: z.literal(false), trustedIPs: z.tuple([]) }),
          transport: z.strictObject({ respondingTimeouts: z.strictObject({ readTimeout: z.string() }) }),
        }),
      }),
      certificatesResolvers: z.strictObject({
        letsencrypt: z.strictObject({
          acme: z.strictObject({ email: z.email(), storage: z.string(), tlsChallenge: z.strictObject({}) }),
        }),
      }),
      providers: z.strictObject({ file: z.strictObject({ filename: z.literal('/etc/traefik/mien.yaml') }) }),
    })
    shape.parse(read('traefik.yaml'))
  })

  it('bound bodies, remove what only a proxy may write, and name each part that they use', () => {
    const shape = z.strictObject({
      http: z.strictObject({
        routers: z.strictObject({
          mien: z.strictObject({
            rule: z.literal('Host(`id.example.com`)'),
            entryPoints: z.tuple([z.literal('websecure')]),
            middlewares: z.tuple([z.literal('mien-body'), z.literal('mien-certificates')]),
            service: z.literal('mien'),
            tls: z.strictObject({ certResolver: z.literal('letsencrypt'), options: z.literal('mien') }),
          }),
        }),
        middlewares: z.strictObject({
          'mien-body': z.strictObject({
            buffering: z.strictObject({ maxRequestBodyBytes: z.literal(128 * 1024) }),
          }),
          'mien-certificates': z.strictObject({
            headers: z.strictObject({
              customRequestHeaders: z.strictObject({
                'X-Client-Cert': z.literal(''),
                'X-Client-Verify': z.literal(''),
              }),
            }),
          }),
        }),
        services: z.strictObject({
          mien: z.strictObject({
            loadBalancer: z.strictObject({
              servers: z.array(z.strictObject({ url: z.url() })).min(1),
              healthCheck: z.strictObject({
                path: z.literal('/readyz'),
                interval: z.string(),
                timeout: z.string(),
              }),
            }),
          }),
        }),
      }),
      tls: z.strictObject({
        options: z.strictObject({ mien: z.strictObject({ minVersion: z.literal('VersionTLS12') }) }),
      }),
    })
    shape.parse(read('traefik-mien.yaml'))
  })
})
