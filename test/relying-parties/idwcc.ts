/** The tester that Debian calls idwcc: started with the recipe's session, and asked for what its buttons ask for. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { App, Command } from './apps.ts'

/** Writes the session as its user would, and tells how to start with it. */
export async function idwccCommand(app: App, folder: string, env: Command['env']): Promise<Command> {
  const session = join(folder, 'idwcc.json')
  const recipe = await readFile(join(app.folder, 'session.json'), 'utf8')
  const filled = recipe
    .replaceAll('https://app.example.com', app.origin)
    .replaceAll('https://mien.example.com', env['ISSUER'] ?? '')
    .replaceAll('the secret', app.secret)
  await writeFile(session, filled)
  return { program: '/usr/bin/idwcc', args: ['-p', String(app.port), '-f', session], env }
}

/** Asks as one of the buttons does, from the page. */
export async function askIdwcc(
  page: Page,
  [method, path]: readonly [method: 'GET' | 'POST' | 'PUT', path: string],
  form: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const response = await page.request.fetch(new URL(path, page.url()).href, {
    method,
    ...(method === 'GET' ? {} : { form }),
  })
  const text = await response.text()
  if (!response.ok()) throw new Error(`${path}: ${response.status()} ${text}`)
  const answer: unknown = text === '' ? {} : JSON.parse(text)
  if (typeof answer !== 'object' || answer === null) throw new Error(`no object at ${path}`)
  return Object.fromEntries(Object.entries(answer))
}
