/** For tests alone: renders every page with sample locals and plays the capture protocol by a script. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import Koa, { type Context } from 'koa'
import { loadAssets } from '../../src/http/assets.ts'
import { errorHandler, type ErrorEntry } from '../../src/http/error-handler.ts'
import { newReference } from '../../src/request-context.ts'
import { securityHeaders } from '../../src/http/headers.ts'
import { pages, type PageName } from '../../src/http/pages.ts'
import { createRender, type Render } from '../../src/http/render.ts'
import { readFrame, readJson, sameOriginGuard } from '../../src/http/request-guards.ts'
import { sampleLocals, variants } from './sample-locals.ts'

export interface ScriptedRequest {
  readonly path: string
  readonly token: string
  readonly at: number
  readonly body: unknown
  readonly sequence: number | undefined
}

export interface ScriptedAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: object
  readonly delayMs?: number
}

/** @returns undefined to cut the connection. */
export type Script = (
  request: ScriptedRequest,
  requests: readonly ScriptedRequest[],
) => ScriptedAnswer | undefined

export interface DevServer {
  readonly origin: string
  readonly requests: ScriptedRequest[]
  readonly log: ErrorEntry[]
  script: Script
  readonly close: () => Promise<void>
}

export const issued = (purpose: 'capture' | 'enrolment', state: object) => ({
  status: 201,
  body: {
    framesUrl: `/scripted/${purpose}/one`,
    frameIntervalMs: 50,
    maxFrameBytes: 102_400,
    expiresInSeconds: 75,
    state,
  },
})

export async function startDevServer(script: Script): Promise<DevServer> {
  const app = new Koa()
  const requests: ScriptedRequest[] = []
  const log: ErrorEntry[] = []
  const server = createServer()
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const dev: DevServer = {
    origin: `http://localhost:${address.port}`,
    requests,
    log,
    script,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  const assets = loadAssets()
  const render = createRender(assets)
  app.use(securityHeaders({ issuer: dev.origin }))
  app.use(errorHandler({ render, log: (entry) => log.push(entry), reference: newReference }))
  app.use(assets.middleware)
  app.use(sameOriginGuard(dev.origin))
  app.use(async (ctx, next) => {
    if (ctx.path.startsWith('/scripted/') && ctx.method === 'POST') await play(dev, ctx)
    else if (ctx.method === 'POST') ctx.body = 'posted'
    else if (ctx.path.startsWith('/pages/')) await show(render, ctx)
    else await next()
  })
  const answer = app.callback()
  server.on('request', (request, response) => void answer(request, response))
  return dev
}

export const pageNames = Object.keys(pages).filter((name): name is PageName => name in pages)

/** Every page and variant, as the last part of its address. */
export const pagePaths = pageNames.flatMap((name) => [
  name,
  ...Object.keys(variants[name] ?? {}).map((variant) => `${name}~${variant}`),
])

async function show(render: Render, ctx: Context): Promise<void> {
  const [wanted = '', variant] = ctx.path.slice('/pages/'.length).split('~')
  const name = pageNames.find((each) => each === wanted)
  if (name === undefined) return
  ctx.state['allowCamera'] = name === 'camera' || name === 'enrol'
  await renderSample(render, ctx, { name, variant })
}

/** The table of variants knows which locals belong to which page; its lookup by name does not. */
function renderSample(
  render: Render,
  ctx: Context,
  { name, variant }: { readonly name: PageName; readonly variant: string | undefined },
): Promise<void> {
  const locals = variant === undefined ? sampleLocals[name] : variants[name]?.[variant]
  if (locals === undefined) throw new Error(`there is no ${name}~${String(variant)}`)
  return render(ctx, name, locals)
}

async function play(dev: DevServer, ctx: Context): Promise<void> {
  const frame = /\/frames\/(\d+)$/.exec(ctx.path)
  const request: ScriptedRequest = {
    path: ctx.path,
    token: ctx.get('x-csrf-token'),
    at: performance.now(),
    body: frame === null ? await readJson(ctx) : await readFrame(ctx),
    sequence: frame === null ? undefined : Number(frame[1]),
  }
  dev.requests.push(request)
  const answer = dev.script(request, dev.requests)
  if (answer === undefined) {
    ctx.respond = false
    ctx.res.destroy()
    return
  }
  await new Promise((resolve) => setTimeout(resolve, answer.delayMs ?? 0))
  ctx.set(answer.headers ?? {})
  ctx.status = answer.status ?? 200
  ctx.body = answer.body
}

/** Run by hand, it stays up: `node test/pages/dev-server.ts`. */
if (import.meta.main) {
  const { happyScript } = await import('./scripts.ts')
  const dev = await startDevServer(happyScript)
  for (const path of pagePaths) console.log(`${dev.origin}/pages/${path}`)
}
