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
}
