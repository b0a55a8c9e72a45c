/** Serves the page; any server of files will do. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'

const { ISSUER, CLIENT_ID, PORT } = process.env
const library = new URL(import.meta.resolve('oidc-client-ts'))

const files = {
  '/': ['text/html', new URL('index.html', import.meta.url)],
  '/app.js': ['text/javascript', new URL('app.js', import.meta.url)],
  '/oidc-client-ts.js': ['text/javascript', new URL('../browser/oidc-client-ts.min.js', library)],
}

createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost')
  if (pathname === '/settings.json') {
    return response.end(JSON.stringify({ issuer: ISSUER, clientId: CLIENT_ID }))
  }
  const [type, file] = files[pathname] ?? []
  if (file === undefined) return response.writeHead(404).end()
  return response.writeHead(200, { 'content-type': type }).end(await readFile(file))
}).listen(Number(PORT))
