/** The commands for clients and APIs, and for the configuration that holds them. */
import type { Command } from './command.ts'

export const clientCommands: Readonly<Record<string, Command>> = {
  clients: {
    summary: 'List, make and change the apps that may sign people in',
    usage: [
      'mien clients list [--search TEXT] [--limit N] [--json]',
      'mien clients show CLIENT_ID [--json]',
      'mien clients add CLIENT_ID --set NAME=VALUE… | add --file FILE [--json]',
      'mien clients edit CLIENT_ID [--set NAME=VALUE…] [--unset NAME…] [--file FILE] [--json]',
      'mien clients rotate-secret CLIENT_ID [--days N | --now] [--json]',
      'mien clients retire-secret CLIENT_ID [--json]',
      'mien clients remove CLIENT_ID --yes [--json]',
      'mien clients secret [--json]',
    ].join('\n       '),
    details: [
      'list              those of clients.yaml, those made here, and those that registered themselves',
      'show              the entry as YAML, which `edit --file` takes back',
      'add, edit         seen by every running server at its next request',
      'rotate-secret     a new secret, shown once; the one of now is taken for a week more',
      'retire-secret     from now on the newest secret alone is taken',
      'remove            its grants, tokens and part in sessions end with it',
      'secret            a new secret and the line with its digest, for clients.yaml',
      '--set NAME=VALUE  a setting of docs/clients.md; the value is YAML, such as [https://app.example.com/callback]',
      '--unset NAME      back to the default',
      '--file FILE       a whole entry in YAML or JSON; - reads it from the input',
      '--days N          how long the secret of now is still taken; --now: no longer than this moment',
      'An entry of clients.yaml is shown here, and changed there.',
    ],
    examples: [
      "mien clients add shop --set name='My Shop' --set type=confidential --set redirect_uris='[https://shop.example/callback]'",
      'mien clients edit shop --set minimum_acr=urn:mien:acr:face-device --unset consent',
      'mien clients rotate-secret shop --days 2 --json',
    ],
    run: async (args) => (await import('./clients.ts')).clients(args),
  },
  apply: {
    summary: 'Make clients, APIs and administrators what a file says',
    usage: 'mien apply FILE [--dry-run] [--prune] [--json]',
    details: [
      'FILE              as `mien export` writes it; - reads it from the input',
      '--dry-run         change nothing, and show what would be; the exit code is 0 where that is nothing, else 2',
      '--prune           what is not in a part of the file goes; without it, what is not named stays',
      'All of it is done, or none. A server that runs takes it up at its next request.',
      'Settings are compared with the environment of this command, and never changed.',
      'The exit code is 1 where the file has a fault, and nothing was changed.',
    ],
    examples: ['mien apply house.yaml --dry-run', 'mien apply house.yaml --prune --json'],
    run: async (args) => (await import('./apply.ts')).apply(args),
  },
  export: {
    summary: 'Write clients, APIs and administrators into a file that `mien apply` takes',
    usage: 'mien export [FILE] [--json]',
    details: [
      'FILE              written there; printed where none is named',
      'Of secrets the digests alone are written. What stands in clients.yaml is not: it is a file already.',
    ],
    examples: ['mien export house.yaml', 'mien export --json'],
    run: async (args) => (await import('./export.ts')).exportConfiguration(args),
  },
}
