/** `mien export`: writes the clients, APIs and administrators of the house as a document that `mien apply` takes. */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { rawEntryOf } from '../provider/client-entries.ts'
import { documentVersion } from './apply/document.ts'
import { listHolders } from './apply/roles.ts'
import { settingsHere } from './apply/settings.ts'
import { withClients, type ClientHouse } from './client-house.ts'
import { UsageError, processTerminal, readArguments, type Terminal } from './terminal.ts'

/** @returns the exit code */
export async function exportConfiguration(
  args: readonly string[],
  terminal: Terminal = processTerminal,
): Promise<number> {
  const { values, positionals } = readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    }),
  )
  const [file, ...others] = positionals
  if (others.length > 0) throw new UsageError('`mien export` wants one file, or none to print it')
  const facts = await withClients(gather)
  const text = values.json ? `${JSON.stringify(facts, null, 2)}\n` : textOf(facts)
  // The digests of secrets are no secrets, but nobody's business either.
  if (file === undefined) terminal.print(text.trimEnd())
  else writeFileSync(file, text, { mode: 0o600 })
  return 0
}

interface Facts {
  readonly version: number
  readonly resources: readonly object[]
  readonly clients: readonly object[]
  readonly administrators: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, string>>
}

async function gather({ store }: ClientHouse): Promise<Facts> {
  const entriesOf = async (kind: 'client' | 'resource') =>
    // Databases have orders of their own; files that say the same should be the same.
    (await store.managedClients.list(kind))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .map(({ entry }) => rawEntryOf(entry))
  const holders = await listHolders(store)
  return {
    version: documentVersion,
    resources: await entriesOf('resource'),
    clients: await entriesOf('client'),
    administrators: Object.fromEntries(holders.map(({ email, role }) => [email, role])),
    settings: settingsHere(),
  }
}

function textOf({ version, resources, clients, administrators, settings }: Facts): string {
  const part = (about: string, content: object): string =>
    `\n# ${about}\n${stringify(content, { lineWidth: 0 })}`
  return [
    '# Written by `mien export`; `mien apply` makes a house so. docs/admin.md says how.\n',
    stringify({ version }),
    part('APIs that access tokens are made for; those of clients.yaml stay there.', { resources }),
    part('Apps, with the digests of their secrets; those of clients.yaml stay there.', { clients }),
    part('Who administers, by the address of an account.', { administrators }),
    part('These stay in the environment: apply compares them, and changes none.', { settings }),
  ].join('')
}
