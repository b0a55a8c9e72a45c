/** Serves the browser’s code and style from memory: the files that were there at start, and no others. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Middleware } from 'koa'
import { Fault } from '../errors.ts'

const folder = fileURLToPath(new URL('../../views/assets/', import.meta.url))

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

interface Asset {
  readonly bytes: Buffer
  readonly type: string
  readonly etag: string
}

export interface Assets {
  readonly middleware: Middleware
  /** Address of a file, with the digest of all of them, so that it may be cached for good. @throws {TypeError} where there is no such file */
  readonly urlOf: (name: string) => string
}

export function loadAssets(): Assets {
  const files = new Map<string, Asset>()
  const all = createHash('sha256')
  for (const name of readdirSync(folder).sort()) {
    const type = types[extname(name)]
    if (type === undefined) continue
    const bytes = readFileSync(join(folder, name))
    all.update(name).update(bytes)
    files.set(name, { bytes, type, etag: `"${digestOf(bytes)}"` })
  }
  // One digest for the folder: modules name each other by relative addresses, which stay within it.
  const version = all.digest('base64url').slice(0, 12)
  return {
    urlOf: (name) => {
      if (!files.has(name)) throw new TypeError(`there is no asset ${name}`)
      return `/assets/${version}/${name}`
    },
    middleware: serve(files, version),
  }
}

function serve(files: ReadonlyMap<string, Asset>, version: string): Middleware {
  return async (ctx, next) => {
    const [, asked, name] = /^\/assets\/([\w-]{1,40})\/([\w.-]{1,80})$/.exec(ctx.path) ?? []
    if (asked === undefined || name === undefined) {
      await next()
      return
    }
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw new Fault('method_not_allowed')
    const asset = files.get(name)
    if (asset === undefined) throw new Fault('page_not_found')
    // A page of another version may still be open: it gets what there is, for a short while.
    ctx.set('Cache-Control', asked === version ? 'public, max-age=31536000, immutable' : 'public, max-age=60')
    ctx.set('ETag', asset.etag)
    ctx.status = 200
    ctx.type = asset.type
    if (ctx.fresh) ctx.status = 304
    else ctx.body = asset.bytes
  }
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
}
