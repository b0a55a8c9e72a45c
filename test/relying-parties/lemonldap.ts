/** The portal of LemonLDAP::NG as an ordinary program of the test: its own folder, and the recipe merged into its settings. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App, Command } from './apps.ts'

/** What Debian's own settings bring elsewhere. */
const serverSettings = (folder: string): string =>
  [
    '[all]',
    'logLevel = warn',
    '[configuration]',
    'type = File',
    `dirName = ${folder}/conf`,
    '[portal]',
    'staticPrefix = /static',
    'templateDir = /usr/share/lemonldap-ng/portal/templates',
    'languages = en',
    '',
  ].join('\n')

const program = `
use Plack::Builder;
use Lemonldap::NG::Portal::Main;
builder {
    enable 'Static', path => sub { s{^/static/}{} }, root => '/usr/share/lemonldap-ng/portal/htdocs/static';
    Lemonldap::NG::Portal::Main->run( {} );
};
`

/** The settings that any portal has, with its sessions in this folder. */
const portalSettings = (app: App, folder: string) => ({
  cfgNum: 1,
  cfgDate: 1,
  key: 'a long random text of the portal',
  portal: `${app.origin}/`,
  domain: 'localhost',
  securedCookie: 0,
  whatToTrace: '_user',
  locationRules: { localhost: { default: 'accept' } },
  passwordDB: 'Null',
  registerDB: 'Null',
  // What a signed-in person may read of their own session.
  restSessionServer: 1,
  exportedAttr: '_user mail _oidc_id_token',
  globalStorage: 'Apache::Session::File',
  globalStorageOptions: { Directory: `${folder}/sessions`, LockDirectory: `${folder}/sessions` },
  localSessionStorage: 'Cache::FileCache',
  localSessionStorageOptions: { namespace: 'sessions', cache_root: `${folder}/cache` },
})

const entriesOf = (json: string): Readonly<Record<string, unknown>> => {
  const value: unknown = JSON.parse(json)
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

const answerOf = async (address: string): Promise<string> => (await fetch(address)).text()

/** Writes the settings as their operator would, and tells how to start with them. */
export async function lemonldapCommand(app: App, parent: string, env: Command['env']): Promise<Command> {
  const folder = join(parent, 'lemonldap')
  for (const part of ['conf', 'sessions', 'cache']) await mkdir(join(folder, part), { recursive: true })
  const issuer = env['ISSUER'] ?? ''
  const quoted = async (path: string): Promise<string> => JSON.stringify(await answerOf(`${issuer}${path}`))
  const recipe = await readFile(join(app.folder, 'mien.json'), 'utf8')
  const filled = recipe
    .replace(
      '"what /.well-known/openid-configuration answers"',
      await quoted('/.well-known/openid-configuration'),
    )
    .replace('"what /jwks answers"', await quoted('/jwks'))
    .replace('the secret', app.secret)
  const settings = { ...portalSettings(app, folder), ...entriesOf(filled) }
  await writeFile(join(folder, 'conf', 'lmConf-1.json'), JSON.stringify(settings))
  await writeFile(join(folder, 'lemonldap-ng.ini'), serverSettings(folder))
  await writeFile(join(folder, 'app.psgi'), program)
  return {
    program: '/usr/bin/plackup',
    args: [
      '--env',
      'deployment',
      '--host',
      'localhost',
      '--port',
      String(app.port),
      join(folder, 'app.psgi'),
    ],
    env: { ...env, LLNG_DEFAULTCONFFILE: join(folder, 'lemonldap-ng.ini') },
  }
}
