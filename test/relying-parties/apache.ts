/** Apache as an ordinary program of the test: its own port, its own folder, and the recipe as its settings. */
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { App, Command } from './apps.ts'

const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'dir', 'include', 'mime']

/** The module that a recipe is about, and the file of the recipe with its settings. */
export interface Guard {
  readonly module: string
  readonly settings: string
}

/** What Debian's own settings bring elsewhere; the site and the recipe are the app's. */
function serverSettings(app: App, folder: string, guard: Guard): string {
  const load = [...modules, guard.module].map(
    (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
  )
  return [
    ...load,
    `ServerName localhost:${app.port}`,
    `Listen localhost:${app.port}`,
    `DefaultRuntimeDir ${folder}`,
    `PidFile ${folder}/apache.pid`,
    // Standard error is a socket here, which Apache cannot open by name.
    'ErrorLog "|$/bin/cat 1>&2"',
    // Who runs as root runs its workers as somebody else.
    ...(process.getuid?.() === 0 ? ['User www-data', 'Group www-data'] : []),
    'TypesConfig /etc/mime.types',
    `DocumentRoot ${folder}/site`,
    `<Directory ${folder}/site>`,
    '  Options +Includes',
    '  AddOutputFilter INCLUDES .shtml',
    '  AddType text/html .shtml',
    '  DirectoryIndex index.shtml',
    '</Directory>',
    `Include ${app.folder}${guard.settings}`,
    '',
  ].join('\n')
}

/** Writes the site and the settings into the folder. */
export async function layOutApache(app: App, folder: string, guard: Guard): Promise<void> {
  for (const part of ['site', 'site/vault']) {
    await mkdir(join(folder, part), { recursive: true })
    await chmod(join(folder, part), 0o755)
  }
  await copyFile(join(app.folder, 'index.shtml'), join(folder, 'site', 'index.shtml'))
  await writeFile(join(folder, 'site', 'signed-out.html'), '<p>You are signed out.</p>\n')
  await writeFile(join(folder, 'site', 'vault', 'index.shtml'), '<p>The vault.</p>\n')
  await writeFile(join(folder, 'apache.conf'), serverSettings(app, folder, guard))
}

export function apacheCommand(folder: string, env: Command['env']): Command {
  return { program: '/usr/sbin/apache2', args: ['-DFOREGROUND', '-f', join(folder, 'apache.conf')], env }
}
