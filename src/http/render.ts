/** Writes pages: the one place where HTML leaves the house. */
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ejs from 'ejs'
import type { Context } from 'koa'
import type { Assets } from './assets.ts'
import { writePagePolicy } from './headers.ts'
import { pages, type PageLocals, type PageName, type PageSettings } from './pages.ts'

const folder = fileURLToPath(new URL('../../views/', import.meta.url))

export type Render = <Page extends PageName>(
  ctx: Context,
  page: Page,
  locals: PageLocals[Page],
) => Promise<void>

type Template = (data: Readonly<Record<string, unknown>>) => string

export function createRender(assets: Assets): Render {
  const templates = compileAll()
  const helpers = { asset: assets.urlOf, when }
  return (ctx, page, locals) => {
    const settings: PageSettings = pages[page]
    const body = templateOf(templates, page)({ ...helpers, ...locals })
    const frame = 'frame' in locals ? { frame: locals.frame } : {}
    const html = templateOf(templates, layoutOf(settings))({ ...helpers, ...settings, ...frame, page, body })
    writePagePolicy(ctx)
    ctx.set('Cache-Control', 'no-store')
    ctx.type = 'text/html; charset=utf-8'
    ctx.body = html
    return Promise.resolve()
  }
}

function layoutOf({ layout }: PageSettings): string {
  return layout === undefined ? 'layout' : `${layout}-layout`
}

function compileAll(): ReadonlyMap<string, Template> {
  const names = readdirSync(folder).filter((each) => each.endsWith('.ejs'))
  return new Map(names.map((file) => [basename(file, '.ejs'), compile(join(folder, file))]))
}

function compile(file: string): Template {
  // Strict: a view sees its locals as `page.…` and nothing by accident; a misspelt name is `undefined`, which shows as nothing.
  return ejs.compile(readFileSync(file, 'utf8'), {
    filename: file,
    views: [folder],
    strict: true,
    localsName: 'page',
    cache: true,
  })
}

function templateOf(templates: ReadonlyMap<string, Template>, name: string): Template {
  const template = templates.get(name)
  if (template === undefined) throw new TypeError(`there is no view ${name}.ejs`)
  return template
}

/** For readers without scripts; `local-times.js` writes the same moment in the reader’s own zone and manner. */
function when(iso: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
  return `${format.format(new Date(iso))} UTC`
}
